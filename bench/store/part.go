package store

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"detsample/internal/durable"
)

// Part is the journal of a folder, open for reading: what one machine has
// found of a comparison that several share. A nil part has nothing.
type Part struct {
	Dir        string
	Damaged    []string // lines that cannot be used, in words
	Unfinished bool     // more is to come: the folder is marked so
	journal    *journal
}

// OpenPart opens a folder's journal for reading. It takes no lock: a line that
// is being written just then is not yet there. The error is fs.ErrNotExist if
// the folder has no journal, or if who began it was stopped before it had said
// what its runs would be of.
//
// It reads every byte at most twice, a line at a time, and holds no line longer
// than 256 MiB; what it keeps is where each run lies. The file is open only while
// it is read: of shards there may be more than files that a process may open.
func OpenPart(dir string) (*Part, error) { return openPart(machine, dir) }

func openPart(d durable.Disk, dir string) (*Part, error) {
	j, bad, err := readJournal(d, filepath.Join(dir, journalName), os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	j.file.Close()
	j.file = nil
	p := &Part{Dir: dir, journal: j}
	_, err = d.Stat(filepath.Join(dir, markerName))
	p.Unfinished = err == nil
	for _, b := range bad {
		if b.torn {
			continue
		}
		what := fmt.Sprintf("%d bytes at %d", b.length, b.offset)
		if b.key != nil {
			what = "the run of " + b.key.String()
		}
		p.Damaged = append(p.Damaged, fmt.Sprintf("%s: %s cannot be used: the checksum does not hold", j.path, what))
	}
	if j.about == nil && len(j.runs) == 0 && len(p.Damaged) == 0 {
		return nil, fmt.Errorf("%s: nothing has begun: %w", j.path, fs.ErrNotExist)
	}
	return p, nil
}

// Identity returns what comparison the part is of; ok is false if the line
// that says so is damaged or missing.
func (p *Part) Identity() (id Identity, ok bool) {
	if p.journal.identity == nil {
		return Identity{}, false
	}
	return *p.journal.identity, true
}

// About returns what the runs are of, as [Store.Describe] was told; nil if it
// was not.
func (p *Part) About() []byte { return p.journal.about }

// Load returns the run of a key and mark, if it is here and check finds
// nothing wrong with it. One that is damaged, or that check refuses, is not
// here, and is among those Damaged.
func (p *Part) Load(k Key, mark string, check func(body []byte) error) (body []byte, ok bool, err error) {
	if p == nil {
		return nil, false, nil
	}
	if _, here := p.journal.runs[mark]; !here {
		return nil, false, nil
	}
	key, body, ok, err := p.journal.body(mark)
	var wrong error
	switch {
	case err != nil:
		return nil, false, err
	case !ok:
		wrong = errors.New("the checksum does not hold")
	case key != k:
		wrong = fmt.Errorf("it is filed as %v", key)
	default:
		if wrong = check(body); wrong == nil {
			return body, true, nil
		}
	}
	p.Damaged = append(p.Damaged, fmt.Sprintf("%s: the run of %v cannot be used: %v", p.journal.path, k, wrong))
	return nil, false, nil
}

// Keys lists the runs that the part has.
func (p *Part) Keys() []Key {
	var keys []Key
	for _, at := range p.journal.runs {
		keys = append(keys, at.key)
	}
	slices.SortFunc(keys, compareKeys)
	return keys
}

// Each calls f with every run whose line is whole, in no order, until f returns an
// error.
func (p *Part) Each(f func(k Key, body []byte) error) error {
	for mark := range p.journal.runs {
		k, body, ok, err := p.journal.body(mark)
		if err == nil && ok {
			err = f(k, body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.Seed, b.Seed))
}

// Held returns the name of what a folder has of a comparison of its own: its journal,
// marker, results or shards; "" of a folder with none of these.
func Held(dir string) string {
	for _, name := range []string{journalName, markerName, Results, shardsName} {
		if _, err := machine.Stat(filepath.Join(dir, name)); err == nil {
			return name
		}
	}
	return ""
}

// Standing says of a folder, without reading its runs, whether it has a journal,
// and whether it is marked as unfinished: then it may be written to.
func Standing(dir string) (journal, unfinished bool) {
	_, noJournal := machine.Stat(filepath.Join(dir, journalName))
	_, noMarker := machine.Stat(filepath.Join(dir, markerName))
	return noJournal == nil, noMarker == nil
}
