package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"detsample/internal/durable"
)

// Begin opens the store for a comparison of this identity. From then on the
// folder is that comparison's, and marked as unfinished until [Store.Finish].
//
// With resume, runs of the same identity are kept, and so are the exports there, which
// are of the runs that had ended before, until each is written anew. The error is
// [Another] where the folder holds a comparison of another identity. Without, what is here
// of a comparison is moved to a folder previous, previous-2 and so on before
// anything is written, so that no file of one comparison stands beside one of
// another. Where there is something in its places that no comparison wrote, that
// is an error. Nothing is touched where there is one of these.
func (s *Store) Begin(id Identity, resume bool) error { return s.begin(id, resume, false) }

// Join is Begin with resume for a folder in which shards are to be merged:
// these stay where they are.
func (s *Store) Join(id Identity) error { return s.begin(id, true, true) }

func (s *Store) begin(id Identity, resume, shards bool) error {
	return s.writing(func() error {
		if err := s.claim(); err != nil {
			return err
		}
		same, known, err := s.sameComparison(id, resume)
		if err != nil {
			return err
		}
		var leaving []string
		if !same {
			if leaving, err = s.leaving(shards); err != nil {
				return err
			}
			if s.leave != nil && slices.Contains(leaving, Trainer) {
				if err := s.leave(s.path(Trainer)); err != nil {
					return err
				}
			}
		}
		if err := s.mark(); err != nil {
			return err
		}
		s.made = nil
		switch {
		case !same:
			err = s.moveAside(leaving)
		case !known:
			err = s.dropExports()
		}
		if err != nil {
			return err
		}
		return s.openJournal(id)
	})
}

// unobstructed finds out now, and not when the training is done, that the place
// of an export or of a folder is taken.
func (s *Store) unobstructed() error {
	for _, name := range append([]string{markerName, journalName}, exports...) {
		info, err := s.disk.Stat(s.path(name))
		if err == nil && !info.Mode().IsRegular() && (info.Mode()&fs.ModeSymlink == 0 || name == journalName) {
			return durable.Cannot("write", s.path(name), durable.NotRegular(info.Mode()))
		}
	}
	for _, name := range []string{statesName, damagedName, stacksName, previousName, nextName} {
		info, err := s.disk.Stat(s.path(name))
		if err == nil && !info.IsDir() {
			return durable.Cannot("write to", s.path(name), durable.NotFolder(info.Mode()))
		}
	}
	return nil
}

// mark says in the folder that its comparison is not finished.
func (s *Store) mark() error {
	me := self()
	text := fmt.Sprintf(markerStart+`It was last begun %s by process %d on %s.
%s has the runs that have ended. %s and %s are missing, or
older than this file: then they are of the runs that had ended before it was begun
again. Go on with the same command: compare with --resume besides, without which it
begins anew, any other as it was.
`, time.Now().Format(time.RFC3339), me.Process, me.Host, Results, Summary, Report)
	return durable.Replace(s.disk, s.path(markerName), []byte(text))
}

// Another is the error for a folder that is to be gone on with and holds another
// comparison. Nothing of it has changed.
type Another struct {
	Dir string
	Why string // in what it differs
}

// Error implements error.
func (a *Another) Error() string {
	return fmt.Sprintf("%s holds another comparison (%s), and nothing of it was changed: put back what differs, or name another folder for the results", a.Dir, a.Why)
}

// sameComparison reports whether what is in the folder is to be gone on with, and
// whether it is known to be of this identity.
func (s *Store) sameComparison(id Identity, resume bool) (same, known bool, err error) {
	if !resume {
		return false, false, nil
	}
	if _, err := s.disk.Stat(s.path(journalName)); errors.Is(err, fs.ErrNotExist) {
		return false, false, nil
	}
	j, bad, err := readJournal(s.disk, s.path(journalName), os.O_RDONLY)
	if err != nil {
		return false, false, err
	}
	defer j.file.Close()
	switch {
	case j.identity == nil && len(j.runs) == 0 && len(bad) == 0:
		return false, false, nil
	case j.identity == nil && len(j.runs) == 0:
		s.warn("%s holds no line that is whole: nothing is taken over", j.path)
		return false, false, nil
	case j.identity == nil: // its line is damaged; the runs' marks still tell
		return true, false, nil
	}
	if why := id.Differs(*j.identity); why != "" {
		return false, false, &Another{s.dir, why}
	}
	return true, true, nil
}

// dropExports removes what will be written anew from the journal, but for the
// results so far: it may be of another comparison.
func (s *Store) dropExports() error {
	for _, name := range exports {
		if name == Results {
			continue
		}
		if err := s.disk.Remove(s.path(name)); err != nil {
			return durable.Cannot("replace", s.path(name), err)
		}
	}
	return s.synced()
}

func (s *Store) synced() error {
	if err := s.disk.Sync(s.dir); err != nil {
		return durable.Cannot("write to", s.dir, err)
	}
	return nil
}

// openJournal opens the journal for appending, repaired if need be, and says
// in it whose runs follow.
func (s *Store) openJournal(id Identity) error {
	path := s.path(journalName)
	j, bad, err := readJournal(s.disk, path, os.O_RDWR|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return err
	}
	s.journal = j
	if err := s.harden(); err != nil {
		return err
	}
	if len(bad) > 0 {
		if err := s.repair(bad); err != nil {
			return err
		}
	}
	if j.identity == nil || *j.identity != id {
		if err := j.append(line{Kind: kindComparison, Format: format, Program: s.program, Identity: &id}); err != nil {
			return err
		}
	}
	return s.synced()
}

// harden syncs what an earlier process wrote and may have been killed before
// it synced: from now on this process builds upon it.
func (s *Store) harden() error {
	if err := s.journal.file.Sync(); err != nil {
		return durable.Cannot("write", s.journal.path, err)
	}
	states := s.path(statesName)
	if _, err := s.disk.Stat(states); err == nil {
		if err := s.disk.Sync(states); err != nil {
			return durable.Cannot("write to", states, err)
		}
	}
	return nil
}
