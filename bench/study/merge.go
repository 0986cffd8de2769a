package study

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"detsample/bench"
	"detsample/bench/store"
	"detsample/internal/prose"
)

// Merge joins what shards have trained of experiments. Where that is not what is
// asked for, the error says in what it differs, and nothing is joined. An
// experiment that keeps states is trained by the first shard alone: of it Merge
// says whether it is there.
func Merge(ctx context.Context, list []Planned, o Options) ([]Found, error) {
	if err := own(o.Out, list); err != nil {
		return nil, err
	}
	for i := range list {
		if err := list[i].asFound(o); err != nil {
			return nil, err
		}
	}
	r := newRunner(list, o)
	for i := range list {
		do := r.merge
		if list[i].States {
			do = r.stand
		}
		if err := do(ctx, &list[i]); err != nil {
			return r.found, err
		}
	}
	return r.found, nil
}

// asFound returns an error if what was trained of the experiment is not what is
// asked for.
func (p *Planned) asFound(o Options) error {
	dir := filepath.Join(o.Out, p.Name)
	why, err := "", error(nil)
	if p.States {
		why, err = p.statesUnlike(dir)
	} else {
		why, err = bench.Unlike(dir, p.Config, p.comparison(o, dir))
	}
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", p.Name, err)
	case why != "":
		return fmt.Errorf("%s holds another comparison than is asked for here: %s: merge with the options that it was trained with, or name another folder", dir, why)
	}
	return nil
}

// comparison returns the options by which the experiment is a comparison in a
// folder.
func (p *Planned) comparison(o Options, dir string) bench.Options {
	return bench.Options{
		Data: o.Data, Links: o.Links, Seeds: p.Seeds, FirstSeed: uint64(p.FirstSeed), Jobs: o.Jobs, Tune: p.Tune,
		Out: dir, Resume: true, Report: true, Note: o.Note, Read: o.Read,
	}
}

// statesUnlike says that the states in a folder are of another configuration; its
// seeds are counted by [Planned.Left].
func (p *Planned) statesUnlike(dir string) (string, error) {
	part, err := store.OpenPart(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	asked, _, err := p.stateIdentity()
	if err != nil {
		return "", err
	}
	if id, ok := part.Identity(); ok && id.Config != asked.Config {
		return "its configuration, which " + store.Config + " there has, differs", nil
	}
	return "", nil
}

// merge joins an experiment.
func (r *runner) merge(ctx context.Context, e *Planned) error {
	dir := filepath.Join(r.o.Out, e.Name)
	parts, err := store.OpenParts(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", e.Name, err)
	}
	if len(parts) == 0 { // its shards were stopped before
		r.found = append(r.found, Found{Experiment: e.Name, Next: "no shard has begun it"})
		return nil
	}
	study, next, err := bench.Merge(ctx, []string{dir}, bench.Options{Out: dir, Data: r.o.Data, Links: r.o.Links, Report: true, Note: r.o.Note, Read: r.o.Read})
	switch {
	case err != nil && study == nil:
		return fmt.Errorf("%s: %w%s", e.Name, err, journalGone(dir))
	case study == nil:
		r.found = append(r.found, Found{Experiment: e.Name, Next: comesNext(next), Missing: next})
		return nil
	case err != nil:
		return err
	}
	r.ended(e, study.Records)
	return r.joined(dir, parts)
}

// journalGone says of a folder in which a study has joined runs before that its
// journal is gone; "" of any other.
func journalGone(dir string) string {
	if !withoutJournal(dir) {
		return ""
	}
	return fmt.Sprintf(" (the journal of %s is gone, by which what a study wrote is known: put it back, or move away all but the folders of the shards, and merge again)", dir)
}

// comesNext says what a round that is not complete is.
func comesNext(next bench.Round) string {
	text := prose.Count(len(next.Runs), "run", "runs")
	if next.Phase != "" {
		text += " of " + next.Phase
	}
	if next.Begun {
		return "not yet there: " + text
	}
	return "next: " + text
}

// stand says whether an experiment that keeps states is there.
func (r *runner) stand(_ context.Context, e *Planned) error {
	left, err := e.Left(r.o.Out)
	if err != nil {
		return err
	}
	if all := e.Seeds * e.trained(); left.Runs < all {
		r.found = append(r.found, Found{Experiment: e.Name, Next: fmt.Sprintf("%d of its %d trainings are there, and the first shard alone trains them", left.Runs, all)})
		return nil
	}
	r.found = append(r.found, Found{Experiment: e.Name})
	if r.o.Note != nil {
		r.o.Note(store.Note{Text: e.Name + " is there: the first shard alone trains it, and nothing is to be joined"})
	}
	return nil
}
