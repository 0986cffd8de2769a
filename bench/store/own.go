package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"detsample/internal/durable"
)

// The names that the store gives within its folders.
var (
	stateFile   = regexp.MustCompile(`^.*-\d+(-.*)?\.state(\.new)?$`)
	damagedFile = regexp.MustCompile(`-\d+(-.*)?(\.state)?(\.\d+)?\.txt$`)
	stackFile   = regexp.MustCompile(`^.*-\d+(-.*)?\.txt(\.new)?$`)
	shardFolder = regexp.MustCompile(`^\d+-of-\d+$`)
	trainerPart = regexp.MustCompile(`^(runs|data-[0-9a-f]+|data\..*\.unfinished)$`)
	formerly    = regexp.MustCompile(`^previous(-\d+)?$`)
)

// nextName is where a comparison that moves aside is gathered.
const nextName = previousName + ".new"

// markerStart is how the marker begins: a folder that has it is ours, whatever
// has become of its journal.
const markerStart = "The comparison in this folder is not finished.\n"

// ours reports whether a comparison was begun in a folder: its journal has a
// line of ours, or its marker is one.
func ours(d durable.Disk, dir string) (bool, error) {
	marked, err := startsWith(d, filepath.Join(dir, markerName), markerStart)
	if marked || err != nil {
		return marked, err
	}
	path := filepath.Join(dir, journalName)
	if info, err := d.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false, absent(err, path)
	}
	j, err := journalAt(d, path, os.O_RDONLY)
	if err != nil {
		return false, err
	}
	defer j.file.Close()
	for p, err := range j.stretches() {
		switch {
		case err != nil:
			return false, durable.Cannot("read", path, err)
		case p.whole && p.line.Format > 0: // the first tells: a journal of many runs is long
			j.note(p.line, p.offset, p.length)
			return true, j.readable()
		}
	}
	return false, nil
}

// startsWith reports whether a regular file starts so.
func startsWith(d durable.Disk, path, text string) (bool, error) {
	if info, err := d.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false, absent(err, path)
	}
	f, err := d.Open(path, os.O_RDONLY)
	if err != nil {
		return false, durable.Cannot("read", path, err)
	}
	defer f.Close()
	start := make([]byte, len(text))
	n, err := f.ReadAt(start, 0)
	if err = ending(err); err != nil {
		return false, durable.Cannot("read", path, err)
	}
	return string(start[:n]) == text, nil
}

// absent returns an error of a file that is not only missing.
func absent(err error, path string) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return durable.Cannot("read", path, err)
}

// claim returns an error if the folder holds what no comparison wrote in a place
// that one would write to. Nothing has changed then.
func (s *Store) claim() error {
	if err := s.unobstructed(); err != nil {
		return err
	}
	mine, err := ours(s.disk, s.dir)
	if err != nil {
		return err
	}
	if !mine {
		for _, name := range append([]string{journalName, markerName}, exports...) {
			for _, path := range []string{s.path(name), durable.Beside(s.path(name))} {
				if name == markerName && path != s.path(name) {
					continue // the first that is written, by a process that was killed then
				}
				if _, err := s.disk.Stat(path); err == nil {
					return foreign(s.dir, path)
				} else if err := absent(err, path); err != nil {
					return err
				}
			}
		}
	}
	for _, name := range []string{statesName, damagedName, stacksName} {
		if err := s.strange(s.path(name), true); err != nil {
			return err
		}
	}
	return nil
}

// Claimable returns the error by which [Open] refuses a folder for what it holds, nil
// for one that it would take or make. It takes no lock, and nothing changes.
func Claimable(dir string) error { return newStore(machine, dir, Options{}).claim() }

// foreign returns the error for something in a folder that no comparison wrote.
func foreign(dir, path string) error {
	name, err := filepath.Rel(dir, path)
	if err != nil {
		name = path
	}
	return fmt.Errorf("%s holds %s, which no comparison wrote: name another folder, or move it away", dir, name)
}

// stranger returns an error if there is something in a comparison's folder, which
// is about to move as a whole, that no comparison wrote.
func (s *Store) stranger(dir string) error {
	return s.each(dir, func(path string, e fs.DirEntry) error { return s.strange(path, e.IsDir()) })
}

// strange is stranger of one entry of a comparison's folder, by its name.
func (s *Store) strange(path string, folder bool) error {
	name := filepath.Base(path)
	named := func(known *regexp.Regexp, folders bool) error {
		return s.each(path, func(at string, e fs.DirEntry) error {
			if e.IsDir() && !folders || !known.MatchString(e.Name()) {
				return foreign(s.dir, at)
			}
			return nil
		})
	}
	switch {
	case !folder:
		if slices.ContainsFunc(append([]string{lockName, journalName, markerName, Origin}, exports...), func(known string) bool {
			return name == known || name == filepath.Base(durable.Beside(known))
		}) {
			return nil
		}
	case name == statesName:
		return named(stateFile, false)
	case name == damagedName:
		return named(damagedFile, false)
	case name == stacksName:
		return named(stackFile, false)
	case name == Trainer:
		return named(trainerPart, true)
	case name == shardsName:
		return s.each(path, func(at string, e fs.DirEntry) error {
			if !e.IsDir() || !shardFolder.MatchString(e.Name()) {
				return foreign(s.dir, at)
			}
			return s.stranger(at)
		})
	case formerly.MatchString(name) || name == nextName:
		return s.stranger(path)
	}
	return foreign(s.dir, path)
}

// each checks the entries of a folder, which may be absent.
func (s *Store) each(folder string, check func(path string, e fs.DirEntry) error) error {
	entries, err := s.disk.List(folder)
	if err != nil {
		return absent(err, folder)
	}
	for _, e := range entries {
		if err := check(filepath.Join(folder, e.Name()), e); err != nil {
			return err
		}
	}
	return nil
}

// dropStates removes the states, which are of use no more, and their folder if
// nothing else is in it.
func (s *Store) dropStates() error {
	folder := s.path(statesName)
	entries, err := s.disk.List(folder)
	if err != nil {
		return absent(err, folder)
	}
	others := false
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if !e.Type().IsRegular() || !stateFile.MatchString(e.Name()) {
			others = true
		} else if err := s.disk.Remove(path); err != nil {
			return durable.Cannot("remove", path, err)
		}
	}
	if others {
		return nil
	}
	if err := s.disk.Remove(folder); err != nil {
		return durable.Cannot("remove", folder, err)
	}
	return nil
}

// freeName returns a name in the folder for the comparison that moves aside:
// previous, or the first of previous-2, previous-3 after those that are there.
func (s *Store) freeName() (string, error) {
	entries, err := s.disk.List(s.dir)
	if err != nil {
		return "", durable.Cannot("read", s.dir, err)
	}
	last := 0
	for _, e := range entries {
		if e.Name() == previousName {
			last = max(last, 1)
		}
		var n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(e.Name(), previousName), "-%d", &n); err == nil && formerly.MatchString(e.Name()) {
			last = max(last, n)
		}
	}
	if last == 0 {
		return previousName, nil
	}
	return fmt.Sprintf("%s-%d", previousName, last+1), nil
}
