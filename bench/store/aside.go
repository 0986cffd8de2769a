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

// mostKept is how many bytes of a damaged stretch are set aside: more than a
// run has, and not what a sparse file pretends to hold.
const mostKept = 16 << 20

// repair sets damaged stretches of the journal aside, and then writes the
// journal anew without them.
func (s *Store) repair(bad []damage) error {
	for _, d := range bad {
		name := fmt.Sprintf("%s-%d", journalName, d.offset)
		what := fmt.Sprintf("%d bytes at %d", d.length, d.offset)
		if d.key != nil {
			name, what = fileName(*d.key), "the run of "+d.key.String()
		}
		to, err := s.keepDamaged(name, func(w io.Writer) error {
			_, err := io.Copy(w, io.NewSectionReader(s.journal.file, d.offset, min(d.length, mostKept)))
			return err
		})
		if err != nil {
			return err
		}
		if d.torn {
			s.warn("%s ends in the middle of a line (%s), as when a process or a machine stops while it writes: what there is of it is in %s, and the run is trained again", s.journal.path, what, to)
		} else {
			s.warn("%s is damaged (%s): set aside as %s; a run that it held is trained again", s.journal.path, what, to)
		}
	}
	return s.journal.rewrite()
}

// distrust sets a run aside that is not what it should be.
func (s *Store) distrust(k Key, mark string, why error) error {
	p := s.journal.runs[mark]
	to, err := s.keepDamaged(fileName(k), func(w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(s.journal.file, p.offset, p.length))
		return err
	})
	if err != nil {
		return err
	}
	s.warn("%s: the run of %v is not to be trusted: %v; set aside as %s, and trained again", s.journal.path, k, why, to)
	return s.journal.append(line{Kind: kindAside, Format: format, Program: s.program, Key: &k, Mark: mark})
}

// keepDamaged writes a file into the folder of damaged ones, under a name that
// is free, and returns its path.
func (s *Store) keepDamaged(name string, write func(io.Writer) error) (path string, err error) {
	folder := s.path(damagedName)
	if err := durable.MakeFolder(s.disk, folder); err != nil {
		return "", err
	}
	if path, err = s.free(folder, name); err != nil {
		return "", err
	}
	f, err := s.disk.Open(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return "", durable.Cannot("write", path, err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = s.disk.Sync(folder)
	}
	if err != nil {
		return "", durable.Cannot("write", path, err)
	}
	return path, nil
}

// free returns a path in a folder that nothing is at.
func (s *Store) free(folder, name string) (string, error) {
	for i := 1; i < 1000; i++ {
		path := filepath.Join(folder, name+".txt")
		if i > 1 {
			path = filepath.Join(folder, fmt.Sprintf("%s.%d.txt", name, i))
		}
		switch _, err := s.disk.Stat(path); {
		case errors.Is(err, fs.ErrNotExist):
			return path, nil
		case err != nil:
			return "", durable.Cannot("read", path, err)
		}
	}
	return "", fmt.Errorf("%s holds 999 files named %s: empty it", folder, name)
}
