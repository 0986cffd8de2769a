package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// moveAside moves the comparison that is in the folder to the folder previous,
// in place of the one there. A move that was cut short is gone on with by the
// next: nothing of another comparison is written before all has left. Shards
// may be told to stay.
func (s *Store) moveAside(shards bool) error {
	leaving, err := s.leaving()
	if err != nil {
		return err
	}
	if shards {
		leaving = slices.DeleteFunc(leaving, func(name string) bool { return name == shardsName || name == Trainer }) // which shards may be at
	}
	next, previous := s.path(previousName+".new"), s.path(previousName)
	_, err = s.disk.stat(next)
	begun := err == nil
	if len(leaving) == 0 && !begun {
		return nil
	}
	if err := makeFolder(s.disk, next); err != nil {
		return err
	}
	for _, name := range leaving {
		if err := s.disk.remove(filepath.Join(next, name)); err != nil {
			return cannot("replace", filepath.Join(next, name), err)
		}
		if err := s.disk.rename(s.path(name), filepath.Join(next, name)); err != nil {
			return cannot("move aside", s.path(name), err)
		}
	}
	if err := s.disk.sync(next); err != nil {
		return cannot("write to", next, err)
	}
	if err := s.disk.remove(previous); err != nil {
		return cannot("replace", previous, err)
	}
	if err := s.disk.rename(next, previous); err != nil {
		return cannot("move aside", previous, err)
	}
	if err := s.synced(); err != nil {
		return err
	}
	s.tell(Note{Text: fmt.Sprintf("the results that were in %s are in %s now", s.dir, previous)})
	return nil
}

// leaving lists what the folder holds of a comparison. What the store does not
// know stays where it is.
func (s *Store) leaving() ([]string, error) {
	var names []string
	for _, name := range append([]string{journalName, statesName, damagedName, shardsName}, exports...) {
		switch _, err := s.disk.stat(s.path(name)); {
		case err == nil:
			names = append(names, name)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, cannot("read", s.path(name), err)
		}
	}
	if len(names) > 0 && s.formerRuns() {
		names = append(names, formerName)
	}
	if _, err := s.disk.stat(s.path(Trainer, "runs")); err == nil && len(names) > 0 {
		names = append(names, Trainer)
	}
	return names, nil
}

// formerName is the folder in which this program once kept a file for each
// run.
const formerName = "runs"

// formerRuns reports whether there is such a folder, and nothing else in it:
// other programs call theirs so too.
func (s *Store) formerRuns() bool {
	entries, err := s.disk.list(s.path(formerName))
	if err != nil || len(entries) == 0 {
		return false
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".json") {
			return false
		}
	}
	return true
}
