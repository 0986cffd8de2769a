package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"detsample/internal/durable"
)

// ShardDir returns the folder of a shard within a comparison's: each shard has
// a lock of its own there, so that machines that share a file system do not
// wait for each other.
func ShardDir(dir string, index, count int) string {
	return filepath.Join(dir, shardsName, fmt.Sprintf("%d-of-%d", index, count))
}

// shards returns how many shards there are, if this folder is one's; 0 if not.
func (s *Store) shards() (count int) {
	if filepath.Base(filepath.Dir(filepath.Clean(s.dir))) == shardsName {
		_, _ = fmt.Sscanf(filepath.Base(s.dir), "%d-of-%d", new(int), &count)
	}
	return count
}

// SharedBy returns among how many shards the runs were dealt out of which one
// did this run, whichever folder it was merged into since; 0 if none did, or the
// run is not here.
func (s *Store) SharedBy(mark string) int {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal.runs[mark].shards
}

// SharedBy is [Store.SharedBy] of a part.
func (p *Part) SharedBy(mark string) int {
	if p == nil {
		return 0
	}
	return p.journal.runs[mark].shards
}

// siblings lists the folders of the other shards, if this is one.
func (s *Store) siblings() (dirs []string) {
	all := filepath.Dir(filepath.Clean(s.dir))
	if filepath.Base(all) != shardsName {
		return nil
	}
	entries, err := s.disk.List(all)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if dir := filepath.Join(all, e.Name()); e.IsDir() && dir != filepath.Clean(s.dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// OpenParts opens what a folder holds of a comparison: its own journal, if it
// has one, and those of the shards in it, by name. A shard in which nothing has
// begun is passed over.
func OpenParts(dir string) ([]*Part, error) { return openParts(machine, dir) }

func openParts(d durable.Disk, dir string) (parts []*Part, err error) {
	dirs := []string{dir}
	entries, err := d.List(filepath.Join(dir, shardsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, durable.Cannot("read", filepath.Join(dir, shardsName), err)
	}
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(dir, shardsName, e.Name()))
		}
	}
	for _, dir := range dirs {
		p, err := openPart(d, dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}
