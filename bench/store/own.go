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
)

// The names that the store gives within its folders.
var (
	stateFile   = regexp.MustCompile(`^(\.?).*-\d+(-.*)?\.state(\.new)?$`)
	damagedFile = regexp.MustCompile(`-\d+(-.*)?(\.state)?(\.\d+)?\.txt$`)
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
func ours(d disk, dir string) (bool, error) {
	marked, err := startsWith(d, filepath.Join(dir, markerName), markerStart)
	if marked || err != nil {
		return marked, err
	}
	path := filepath.Join(dir, journalName)
	if info, err := d.stat(path); err != nil || !info.Mode().IsRegular() {
		return false, absent(err, path)
	}
	j, _, err := readJournal(d, path, os.O_RDONLY)
	if err != nil {
		return false, err
	}
	defer j.file.Close()
	return j.format > 0, nil
}

// startsWith reports whether a regular file starts so.
func startsWith(d disk, path, text string) (bool, error) {
	if info, err := d.stat(path); err != nil || !info.Mode().IsRegular() {
		return false, absent(err, path)
	}
	f, err := d.open(path, os.O_RDONLY)
	if err != nil {
		return false, cannot("read", path, err)
	}
	defer f.Close()
	start := make([]byte, len(text))
	n, err := f.ReadAt(start, 0)
	if err = ending(err); err != nil {
		return false, cannot("read", path, err)
	}
	return string(start[:n]) == text, nil
}

// absent returns an error of a file that is not only missing.
func absent(err error, path string) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return cannot("read", path, err)
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
			for _, path := range []string{s.path(name), beside(s.path(name))} {
				if name == markerName && path != s.path(name) {
					continue // the first that is written, by a process that was killed then
				}
				if _, err := s.disk.stat(path); err == nil {
					return s.foreign(path)
				} else if err := absent(err, path); err != nil {
					return err
				}
			}
		}
	}
	for name, known := range map[string]*regexp.Regexp{statesName: stateFile, damagedName: damagedFile} {
		if path, err := s.odd(s.path(name), known); err != nil || path != "" {
			return errors.Join(err, s.foreign(path))
		}
	}
	return nil
}

// foreign returns the error for what no comparison wrote; nil for nothing.
func (s *Store) foreign(path string) error {
	if path == "" {
		return nil
	}
	name, err := filepath.Rel(s.dir, path)
	if err != nil {
		name = path
	}
	return fmt.Errorf("%s holds %s, which no comparison wrote: name another folder, or move it away", s.dir, name)
}

// odd returns the first entry of a folder whose name is not a known one.
func (s *Store) odd(folder string, known *regexp.Regexp) (path string, err error) {
	entries, err := s.disk.list(folder)
	if err != nil {
		return "", absent(err, folder)
	}
	for _, e := range entries {
		if e.IsDir() && known != shardFolder && known != trainerPart || !known.MatchString(e.Name()) {
			return filepath.Join(folder, e.Name()), nil
		}
	}
	return "", nil
}

// stranger returns the path of something in a folder that is about to move as a
// whole which no comparison wrote, or nothing.
func (s *Store) stranger(dir string) (path string, err error) {
	entries, err := s.disk.list(dir)
	if err != nil {
		return "", absent(err, dir)
	}
	for _, e := range entries {
		name := e.Name()
		if at := filepath.Join(dir, name); e.IsDir() {
			path, err = s.strangerIn(at)
		} else if !slices.ContainsFunc(append([]string{"lock", journalName, markerName}, exports...), func(known string) bool {
			return name == known || name == filepath.Base(beside(known))
		}) {
			path = at
		}
		if path != "" || err != nil {
			return path, err
		}
	}
	return "", nil
}

// strangerIn is stranger of a folder within a comparison's, by its name.
func (s *Store) strangerIn(folder string) (path string, err error) {
	name := filepath.Base(folder)
	switch {
	case name == statesName:
		return s.odd(folder, stateFile)
	case name == damagedName:
		return s.odd(folder, damagedFile)
	case name == Trainer:
		return s.odd(folder, trainerPart)
	case name == shardsName:
		if path, err = s.odd(folder, shardFolder); path != "" || err != nil {
			return path, err
		}
		entries, err := s.disk.list(folder)
		if err != nil {
			return "", absent(err, folder)
		}
		for _, e := range entries {
			at := filepath.Join(folder, e.Name())
			if !e.IsDir() {
				return at, nil
			}
			if path, err := s.stranger(at); path != "" || err != nil {
				return path, err
			}
		}
		return "", nil
	case formerly.MatchString(name) || name == nextName:
		return s.stranger(folder)
	}
	return folder, nil
}

// dropStates removes the states, which are of use no more, and their folder if
// nothing else is in it.
func (s *Store) dropStates() error {
	folder := s.path(statesName)
	entries, err := s.disk.list(folder)
	if err != nil {
		return absent(err, folder)
	}
	others := false
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if !e.Type().IsRegular() || !stateFile.MatchString(e.Name()) {
			others = true
		} else if err := s.disk.remove(path); err != nil {
			return cannot("remove", path, err)
		}
	}
	if others {
		return nil
	}
	if err := s.disk.remove(folder); err != nil {
		return cannot("remove", folder, err)
	}
	return nil
}

// freeName returns a name in the folder for the comparison that moves aside:
// previous, or the first of previous-2, previous-3 after those that are there.
func (s *Store) freeName() (string, error) {
	entries, err := s.disk.list(s.dir)
	if err != nil {
		return "", cannot("read", s.dir, err)
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
