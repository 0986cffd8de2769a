package store

import (
	"os"
	"path/filepath"

	"detsample/internal/durable"
)

// Replace gives an export new content, whole or not at all, and durably.
func (s *Store) Replace(name string, data []byte) error {
	return s.writing(func() error {
		if f, ok := s.appended[name]; ok {
			delete(s.appended, name)
			_ = f.Close()
		}
		return durable.Replace(s.disk, s.path(name), data)
	})
}

// FromBefore reports whether an export in a folder whose comparison is not finished
// is older than its last beginning, and so of the runs that had ended then.
func FromBefore(dir, name string) bool {
	marker, err := os.Stat(filepath.Join(dir, markerName))
	if err != nil {
		return false
	}
	export, err := os.Stat(filepath.Join(dir, name))
	return err == nil && export.ModTime().Before(marker.ModTime())
}

// Drop removes an export that is not to be there.
func (s *Store) Drop(name string) error {
	return s.writing(func() error {
		if err := s.disk.Remove(s.path(name)); err != nil {
			return durable.Cannot("remove", s.path(name), err)
		}
		return s.synced()
	})
}

// Append adds a line to an export. It is not synced: an export that is behind
// is written anew from the journal.
func (s *Store) Append(name string, text []byte) error {
	return s.writing(func() error {
		path := s.path(name)
		f, ok := s.appended[name]
		if !ok {
			var err error
			if f, err = s.disk.Open(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND); err != nil {
				return durable.Cannot("write", path, err)
			}
			s.appended[name] = f
		}
		if _, err := f.Write(text); err != nil {
			return durable.Cannot("write", path, err)
		}
		return nil
	})
}
