package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"detsample/internal/durable"
)

// Store is the folder of a comparison, open for writing. Its methods may be
// called by several goroutines. A nil store keeps nothing and finds nothing.
type Store struct {
	dir     string
	program string
	note    func(Note)
	leave   func(dir string) error // [Options.Leaving]
	disk    durable.Disk
	lock    *lock
	made    []string // folders that it made, until something is written

	mu       sync.Mutex
	journal  *journal
	appended map[string]durable.File // exports that grow
	closed   bool
}

// Options of [Open].
type Options struct {
	Program string     // version of this program, kept with every run
	Note    func(Note) // is told what was found and done; nil for nobody

	// Leaving, if not nil, is called before a trainer's folder moves aside, for
	// what still works in it; its error is that of [Store.Begin], and nothing moves.
	Leaving func(dir string) error
}

// Note says what was found in a folder, and what was done about it.
type Note struct {
	Text    string // a sentence
	Trouble bool   // it is not what was to be expected: damage, or a process that was killed
	Moved   bool   // results are in another place now: to be told even where little is
}

// Open makes the folder if need be and takes its lock, before anything in it
// changes: the error is a [Locked] if another process has it, and otherwise
// says why the folder cannot be written to, or what it holds in a comparison's
// places that none wrote. Without a folder ("") the store is nil. It must be closed,
// and then takes away the folders that it made and in which nothing was written.
func Open(dir string, o Options) (*Store, error) {
	if dir == "" {
		return nil, nil
	}
	s := newStore(machine, dir, o)
	l, stale, made, err := occupy(s.disk, dir)
	if err != nil {
		return nil, err
	}
	s.lock, s.made = l, made
	if err := s.claim(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if stale != "" {
		s.warn("%s was left by %s, which is gone: taken over", l.path, stale)
	}
	return s, nil
}

// machine is the disk that folders are on; a test puts one in its place that
// looks on.
var machine durable.Disk = durable.Local{}

func newStore(d durable.Disk, dir string, o Options) *Store {
	return &Store{dir: dir, program: o.Program, note: o.Note, leave: o.Leaving, disk: d, appended: map[string]durable.File{}}
}

// warn tells of trouble.
func (s *Store) warn(format string, args ...any) {
	s.tell(Note{Text: fmt.Sprintf(format, args...), Trouble: true})
}

func (s *Store) tell(n Note) {
	if s.note != nil {
		s.note(n)
	}
}

// The names in the folder.
const (
	journalName  = "runs.journal"
	statesName   = "running"
	damagedName  = "damaged"
	stacksName   = "panics"
	markerName   = "UNFINISHED"
	previousName = "previous"
	shardsName   = "shards"
	lockName     = "lock"
)

// The exports, which follow from the journal.
const (
	Results = "results.jsonl" // a line for each run
	Summary = "summary.json"
	Config  = "config.yaml"
	Report  = "report.html"
)

// Origin is the file in which a study says what made the runs in a folder. The
// store writes none, and knows it.
const Origin = "origin.json"

// Trainer is the folder of what a trainer keeps itself, which the store looks
// into only to know it: it leaves with the comparison that it is of.
const Trainer = "trainer"

var exports = []string{Results, Summary, Config, Report}

func (s *Store) path(names ...string) string {
	return filepath.Join(append([]string{s.dir}, names...)...)
}

// usable returns an error if the store may no longer write.
func (s *Store) usable() error {
	switch {
	case s.closed:
		return fmt.Errorf("%s: %w", s.dir, os.ErrClosed)
	case s.lock != nil:
		return s.lock.held()
	}
	return nil
}

// writing has something written while nobody else uses the store, if it may still
// write; a nil store writes nothing.
func (s *Store) writing(do func() error) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	return do()
}

// Describe keeps with the runs what they are of, as JSON that the store does
// not look into. The last description counts.
func (s *Store) Describe(about []byte) error {
	return s.writing(func() error {
		if bytes.Equal(s.journal.about, about) {
			return nil
		}
		return s.journal.append(line{Kind: kindComparison, Format: format, Program: s.program, Identity: s.journal.identity, Body: about})
	})
}

// Put keeps a run that has ended: once it returns, the run outlasts the
// process and the power. The body is JSON. The work does not depend on how
// many runs there are.
func (s *Store) Put(k Key, mark string, body []byte) error {
	return s.writing(func() error {
		if err := s.journal.append(line{Kind: kindRun, Format: format, Program: s.program, Key: &k, Mark: mark, Shards: s.shards(), Body: body}); err != nil {
			return err
		}
		_ = s.disk.Remove(s.statePath(k)) // one that stays is not of use, nor of harm
		return nil
	})
}

// Load returns the run of a key and mark, if it is here and check finds
// nothing wrong with it. One that is damaged, or that check refuses, is set
// aside by name, and is then not here.
func (s *Store) Load(k Key, mark string, check func(body []byte) error) (body []byte, ok bool, err error) {
	if s == nil {
		return nil, false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return nil, false, err
	}
	if _, here := s.journal.runs[mark]; !here {
		return nil, false, nil
	}
	key, body, ok, err := s.journal.body(mark)
	if err != nil {
		return nil, false, err
	}
	var wrong error
	switch {
	case !ok:
		wrong = errors.New("its checksum does not hold")
	case key != k:
		wrong = fmt.Errorf("it is filed as %v", key)
	default:
		if wrong = check(body); wrong == nil {
			return body, true, nil
		}
	}
	return nil, false, s.distrust(k, mark, wrong)
}

// Has reports whether a run of this mark is kept.
func (s *Store) Has(mark string) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, here := s.journal.runs[mark]
	return here
}

// Runs returns how many runs are kept.
func (s *Store) Runs() int {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.journal.runs)
}

// Finish says that everything of the comparison is in the folder.
func (s *Store) Finish() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if err := s.dropStates(); err != nil {
		return err
	}
	if err := s.disk.Remove(s.path(markerName)); err != nil {
		return durable.Cannot("remove", s.path(markerName), err)
	}
	return s.synced()
}

// Close lets the folder go. What was kept is kept.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var err error
	for _, f := range s.appended {
		err = errors.Join(err, f.Close())
	}
	if s.journal != nil {
		err = errors.Join(err, s.journal.file.Close())
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.release())
	}
	unmake(s.made)
	return err
}
