package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func (s *Store) statePath(k Key) string { return s.path(statesName, fileName(k)+".state") }

// SaveState keeps how far a run has come, in place of what was kept of it
// before.
func (s *Store) SaveState(k Key, mark string, state []byte) error {
	if s == nil {
		return nil
	}
	head, err := encode(line{Kind: kindState, Format: format, Program: s.program, Key: &k, Mark: mark, Payload: digest(state)})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if err := makeFolder(s.disk, s.path(statesName)); err != nil {
		return err
	}
	return replace(s.disk, s.statePath(k), head, state)
}

// LoadState returns how far a run has come, if that is kept: here or, for a
// shard, with another, which the run had fallen to before. A state that is
// damaged is set aside by name; one of another mark is passed over.
func (s *Store) LoadState(k Key, mark string) (state []byte, ok bool, err error) {
	if s == nil {
		return nil, false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return nil, false, err
	}
	path := s.statePath(k)
	text, err := s.readState(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		state, ok = s.stateElsewhere(k, mark)
		return state, ok, nil
	case err != nil:
		return nil, false, cannot("read", path, err)
	}
	l, state, wrong := parseState(text)
	switch {
	case wrong == nil && l.Format > format:
		return nil, false, fmt.Errorf("%s is of format %d, this program reads %d: use the program that wrote it, or remove it", path, l.Format, format)
	case wrong == nil && l.Mark != mark && *l.Key == k:
		state, ok = s.stateElsewhere(k, mark)
		return state, ok, nil
	case wrong == nil && *l.Key != k:
		wrong = fmt.Errorf("it is of %v", *l.Key)
	}
	if wrong == nil {
		return state, true, nil
	}
	return nil, false, s.distrustState(k, text, wrong)
}

// stateElsewhere returns how far a run has come with another shard, if that can
// be read and is whole.
func (s *Store) stateElsewhere(k Key, mark string) (state []byte, ok bool) {
	for _, dir := range s.siblings() {
		text, err := s.readState(filepath.Join(dir, statesName, filepath.Base(s.statePath(k))))
		if err != nil {
			continue
		}
		if l, state, wrong := parseState(text); wrong == nil && l.Format <= format && l.Mark == mark && *l.Key == k {
			return state, true
		}
	}
	return nil, false
}

// DistrustState sets a state aside that its run could not go on from.
func (s *Store) DistrustState(k Key, why error) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := s.readState(s.statePath(k))
	switch {
	case errors.Is(err, fs.ErrNotExist): // it is another shard's
		return nil
	case err != nil:
		return cannot("read", s.statePath(k), err)
	}
	return s.distrustState(k, text, why)
}

func (s *Store) distrustState(k Key, text []byte, why error) error {
	path := s.statePath(k)
	to, err := s.keepDamaged(fileName(k)+".state", func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.disk.remove(path); err != nil {
		return cannot("remove", path, err)
	}
	s.warn("%s is not to be trusted: %v; set aside as %s, and the run begins anew", path, why, to)
	return nil
}

func (s *Store) readState(path string) ([]byte, error) {
	f, err := s.disk.open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text := make([]byte, info.Size())
	n, err := f.ReadAt(text, 0)
	return text[:n], ending(err)
}

// parseState splits a state into its head and the bytes it stands for.
func parseState(text []byte) (l line, state []byte, wrong error) {
	sum, length, ok := head(text)
	if !ok || length >= int64(len(text)-headLength) {
		return line{}, nil, errors.New("it is not a state of a run, or was cut short")
	}
	content, state := text[headLength:headLength+length], text[headLength+length+1:]
	if l, ok = decode(sum, content); !ok || l.Kind != kindState || l.Key == nil {
		return line{}, nil, errors.New("the checksum of its head does not hold")
	}
	if digest(state) != l.Payload {
		return line{}, nil, errors.New("its checksum does not hold")
	}
	return l, bytes.Clone(state), nil
}
