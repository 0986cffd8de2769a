package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/internal/promptly"
)

// Merge joins what shards have trained into the folder o.Out, and summarises it
// if it is complete; else the study is nil, and the round is what is missing or
// comes next. The folders are those that were Options.Out of shards, or their
// own within it, or those of whole comparisons of the same kind, in any order
// and any number of times: the runs in o.Out and their order do not depend on
// it. What the comparison is, is in the folders: of o, Out, Report, Trainer,
// Progress, Note and Read count, and Data and Links if the data are in another
// place than they were for the shards.
//
// Folders of different comparisons are refused: the error says in what they
// differ. Apart from times, a complete o.Out has what a single [Compare] would
// have written.
func Merge(ctx context.Context, dirs []string, o Options) (_ *summary.Study, _ Round, err error) {
	parts, err := openAll(append(dirs[:len(dirs):len(dirs)], o.Out))
	if err != nil {
		return nil, Round{}, err
	}
	m, err := joining(vouching(parts, o.Out), o)
	if err != nil {
		return nil, Round{}, err
	}
	if m.folder, err = store.Open(o.Out, m.storing()); err != nil {
		return nil, Round{}, err
	}
	defer func() { err = withAfter(err, m.folder.Close()) }()
	if err := promptly.Do(ctx, func() error { return m.recognise(ctx, vouching(parts, o.Out)) }); err != nil {
		return nil, Round{}, err
	}
	m.noteParts(others(parts, o.Out))
	if err := m.folder.Join(m.identity); err != nil {
		return nil, Round{}, err
	}
	if err := m.describe(); err != nil {
		return nil, Round{}, err
	}
	if err := m.folder.Merge(others(parts, o.Out), m.prefer); err != nil {
		return nil, Round{}, err
	}
	m.way = way{load: m.folder.Load, taken: m.taken, sharedBy: m.folder.SharedBy, missing: leave}
	s, err := m.finish(ctx)
	if end, ok := errors.AsType[*unfinished](err); ok {
		return nil, end.Round, nil
	}
	return s, Round{}, err
}

// Next returns the round that comes next in a folder that [Merge] has joined,
// or [Compare] has begun: what the shards train that are started next. It
// writes nothing. Of o, what counts for Merge counts.
func Next(ctx context.Context, dir string, o Options) (Round, error) {
	merged, err := store.OpenPart(dir)
	if err != nil {
		return Round{}, err
	}
	parts := []*store.Part{merged}
	m, err := joining(parts, o)
	if err != nil {
		return Round{}, err
	}
	if err := promptly.Do(ctx, func() error { return m.recognise(ctx, parts) }); err != nil {
		return Round{}, err
	}
	m.way = way{load: merged.Load, taken: m.taken, sharedBy: merged.SharedBy, missing: leave}
	err = m.rounds(ctx)
	if end, ok := errors.AsType[*unfinished](err); ok {
		return end.Round, nil
	}
	return Round{}, err
}

// leave ends with a round.
func leave(_ context.Context, _ []one, r Round) error { return &unfinished{r} }

// openAll opens the parts in folders, each once; the last folder may have none.
func openAll(dirs []string) (all []*store.Part, err error) {
	for i, dir := range dirs {
		if slices.ContainsFunc(dirs[:i], func(other string) bool { return sameFolder(dir, other) }) {
			continue // its journals, which may be long, are read once
		}
		parts, err := store.OpenParts(dir)
		if err != nil {
			return nil, err
		}
		if len(parts) == 0 && i < len(dirs)-1 {
			return nil, fmt.Errorf("%s has no runs: expected a folder that compare has written to", dir)
		}
		for _, p := range parts {
			if !slices.ContainsFunc(all, func(other *store.Part) bool { return sameFolder(p.Dir, other.Dir) }) {
				all = append(all, p)
			}
		}
	}
	return all, nil
}

// sameFolder reports whether two paths lead to one folder.
func sameFolder(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// joining returns the comparison that all parts are of.
func joining(parts []*store.Part, o Options) (*comparison, error) {
	var sources []source
	for _, p := range parts {
		s, err := sourceOf(p)
		if err != nil {
			return nil, err
		}
		if len(sources) > 0 {
			if err := s.apart(sources[0]); err != nil {
				return nil, err
			}
		}
		sources = append(sources, s)
	}
	a := joined(sources)
	c, err := config.Parse("the configuration in "+parts[0].Dir, []byte(a.Config))
	if err != nil {
		return nil, err
	}
	return newComparison(c, a.options(o))
}

// recognise prepares the data, and makes sure that they are those of the parts.
// It trains nothing: what the parts were computed by need not be this program.
func (m *comparison) recognise(ctx context.Context, parts []*store.Part) error {
	if err := m.prepare(ctx); err != nil {
		return err
	}
	first, err := sourceOf(parts[0])
	if err != nil {
		return err
	}
	m.identity.Numerics = first.id.Numerics
	if why := first.differs(source{id: m.identity, asked: m.asked}); why != "" {
		return fmt.Errorf("%s does not fit the data: %s", first.dir, why)
	}
	return nil
}

// vouching returns the parts without that of a folder that does not say what it is
// of: what marks it has, others vouch for.
func vouching(parts []*store.Part, dir string) []*store.Part {
	list := others(parts, dir)
	for _, p := range parts {
		if _, err := sourceOf(p); err == nil && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return parts
	}
	return list
}

// noteParts tells what parts cannot be used of, and that more is to come.
func (m *comparison) noteParts(parts []*store.Part) {
	for _, p := range parts {
		for _, text := range p.Damaged {
			m.note(store.Note{Text: text, Trouble: true})
		}
		if p.Unfinished {
			m.note(store.Note{Text: p.Dir + " is not finished: more may come from there"})
		}
	}
}

// others returns the parts that are not a folder's own journal.
func others(parts []*store.Part, dir string) []*store.Part {
	return slices.DeleteFunc(slices.Clone(parts), func(p *store.Part) bool { return sameFolder(p.Dir, dir) })
}

// prefer says which of two bodies of one run, done twice, to keep: one that is
// whole before one that broke. Of two that are, ok is false if they differ apart
// from times, which no trainer's may that says what its figures follow from.
func (m *comparison) prefer(a, b []byte) (order int, ok bool) {
	var texts [2][]byte
	var broken [2]bool
	for i, body := range [2][]byte{a, b} {
		var r trainer.Record
		if json.Unmarshal(body, &r) != nil {
			return 0, false
		}
		broken[i] = r.Run.Broken
		r.Run.Time = trainer.Time{}
		texts[i], _ = json.Marshal(&r)
	}
	switch {
	case broken[0] != broken[1] && broken[1]:
		return -1, true
	case broken[0] != broken[1]:
		return 1, true
	}
	repeats := m.cfg.Trainer == nil // a program need not give the same bits again
	return 0, broken[0] || !repeats || bytes.Equal(texts[0], texts[1])
}
