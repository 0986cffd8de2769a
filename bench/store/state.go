package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"detsample/internal/durable"
)

func (s *Store) statePath(k Key) string { return s.path(statesName, fileName(k)+".state") }

// SaveState keeps how far a run has come, in place of what was kept of it
// before.
func (s *Store) SaveState(k Key, mark string, state []byte) error {
	if s == nil {
		return nil
	}
	head, err := encode(line{Kind: kindState, Format: format, Program: s.program, Key: &k, Mark: mark, Payload: digest(state), Size: int64(len(state))})
	if err != nil {
		return err
	}
	return s.writing(func() error {
		if err := durable.MakeFolder(s.disk, s.path(statesName)); err != nil {
			return err
		}
		return durable.Replace(s.disk, s.statePath(k), head, state)
	})
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
	l, state, wrong, err := s.readState(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		state, ok = s.stateElsewhere(k, mark)
		return state, ok, nil
	case err != nil:
		return nil, false, durable.Cannot("read", path, err)
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
	return nil, false, s.distrustState(k, wrong)
}

// stateElsewhere returns how far a run has come with another shard, if that can
// be read and is whole.
func (s *Store) stateElsewhere(k Key, mark string) (state []byte, ok bool) {
	for _, dir := range s.siblings() {
		l, state, wrong, err := s.readState(filepath.Join(dir, statesName, filepath.Base(s.statePath(k))))
		if err == nil && wrong == nil && l.Format <= format && l.Mark == mark && *l.Key == k {
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
	if _, err := s.disk.Stat(s.statePath(k)); errors.Is(err, fs.ErrNotExist) { // it is another shard's
		return nil
	}
	return s.distrustState(k, why)
}

func (s *Store) distrustState(k Key, why error) error {
	path := s.statePath(k)
	f, err := s.disk.Open(path, os.O_RDONLY)
	if err != nil {
		return durable.Cannot("read", path, err)
	}
	defer f.Close()
	to, err := s.keepDamaged(fileName(k)+".state", func(w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(f, 0, mostKept))
		return err
	})
	if err != nil {
		return err
	}
	if err := s.disk.Remove(path); err != nil {
		return durable.Cannot("remove", path, err)
	}
	s.warn("%s is not to be trusted: %v; set aside as %s, and the run begins anew", path, why, to)
	return nil
}

// mostHead is how many bytes of JSON a state's head has at most: it holds a
// strategy's name, and names come from configurations, of 1 MiB.
const mostHead = 8 << 20

// readState reads a state: its head, and then what follows it, if that is as
// long as the head says. A file that only claims to be large, as a sparse one
// does, costs its head. wrong says why what was read is not to be trusted.
func (s *Store) readState(path string) (l line, state []byte, wrong, err error) {
	f, err := s.disk.Open(path, os.O_RDONLY)
	if err != nil {
		return line{}, nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return line{}, nil, nil, err
	}
	l, length, err := readLine(f, 0, info.Size(), mostHead)
	switch {
	case err != nil:
		return line{}, nil, nil, err
	case length == 0 || l.Kind != kindState || l.Key == nil:
		return line{}, nil, errors.New("it is not a state of a run, or its head is damaged"), nil
	case info.Size()-length != l.Size:
		return line{}, nil, fmt.Errorf("%d bytes follow its head, which says %d", max(info.Size()-length, 0), l.Size), nil
	}
	state = make([]byte, l.Size)
	if n, err := f.ReadAt(state, length); n < len(state) {
		return line{}, nil, errors.New("it was cut short while it was read"), ending(err)
	}
	if digest(state) != l.Payload {
		return line{}, nil, errors.New("its checksum does not hold"), nil
	}
	return l, state, nil, nil
}
