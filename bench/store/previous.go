package store

import (
	"fmt"
	"path/filepath"
	"slices"

	"detsample/internal/durable"
)

// moveAside moves what leaves of the comparison that is in the folder to a new
// folder previous, previous-2 and so on: none that is there is touched. A move
// that was cut short is gone on with by the next: nothing of another comparison
// is written before all has left.
func (s *Store) moveAside(leaving []string) error {
	next := s.path(nextName)
	_, err := s.disk.Stat(next)
	begun := err == nil
	if len(leaving) == 0 && !begun {
		return nil
	}
	if begun { // of another move, if it holds what leaves now
		for _, name := range leaving {
			if _, err := s.disk.Stat(filepath.Join(next, name)); err == nil {
				if err := s.settle(next); err != nil {
					return err
				}
				break
			}
		}
	}
	if err := durable.MakeFolder(s.disk, next); err != nil {
		return err
	}
	for _, name := range leaving {
		if err := s.disk.Rename(s.path(name), filepath.Join(next, name)); err != nil {
			return durable.Cannot("move aside", s.path(name), err)
		}
	}
	return s.settle(next)
}

// settle gives what has moved aside its name.
func (s *Store) settle(next string) error {
	name, err := s.freeName()
	if err != nil {
		return err
	}
	previous := s.path(name)
	if err := s.disk.Sync(next); err != nil {
		return durable.Cannot("write to", next, err)
	}
	if err := s.disk.Rename(next, previous); err != nil {
		return durable.Cannot("move aside", previous, err)
	}
	if err := s.synced(); err != nil {
		return err
	}
	s.tell(Note{Text: fmt.Sprintf("the results that were in %s are in %s now", s.dir, previous), Moved: true})
	return nil
}

// leaving lists what the folder holds of a comparison, all of which is known to
// be one's. What the store does not know stays where it is. Shards may be told
// to stay.
func (s *Store) leaving(shards bool) ([]string, error) {
	names := append([]string{journalName, statesName, damagedName, stacksName, shardsName}, exports...)
	if shards { // a shard may be at its folder, and at its trainer's
		names = slices.DeleteFunc(names, func(name string) bool { return name == shardsName })
	}
	if err := s.stranger(s.path(nextName)); err != nil {
		return nil, err
	}
	var leaving []string
	add := func(name string) error {
		info, err := s.disk.Stat(s.path(name))
		if err != nil {
			return absent(err, s.path(name))
		}
		leaving = append(leaving, name)
		return s.strange(s.path(name), info.IsDir())
	}
	for _, name := range names {
		if err := add(name); err != nil {
			return nil, err
		}
	}
	if _, err := s.disk.Stat(s.path(Trainer, "runs")); err == nil && len(leaving) > 0 && !shards {
		if err := add(Trainer); err != nil {
			return nil, err
		}
	}
	return leaving, nil
}
