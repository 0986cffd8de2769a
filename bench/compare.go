// Package bench is the front door of a comparison: [Compare] plans, trains,
// keeps and summarises it, each in a package of its own.
package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/report"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/internal/program"
	"detsample/internal/promptly"
	"detsample/internal/registry"
)

// Compare trains every strategy on the same data, with the same initial
// weights and the same order of images for equal seeds, and evaluates each on
// the held-out images. The study follows from the configuration, the data and
// the number of seeds, to the last bit, whatever Jobs is. A run whose trainer
// fails or panics, as by a sampler of one's own, is a record that says why.
//
// If ctx ends, Compare returns its error within a second, whatever it is at;
// what has ended is in Out, for Resume. If the report alone cannot be written,
// the study is returned beside the error.
func Compare(ctx context.Context, c *config.Config, o Options) (_ *summary.Study, err error) {
	m, err := newComparison(c, o)
	if err != nil {
		return nil, err
	}
	if c.Trainer != nil && o.Trainer == nil && o.Out == "" {
		return nil, errors.New("a trainer of one's own works in the folder for results: give one")
	}
	if err := m.fitsUnread(); err != nil {
		return nil, err
	}
	storing := m.storing()
	storing.Leaving = func(dir string) error { return m.endLeft(ctx, dir) }
	if m.folder, err = store.Open(o.Out, storing); err != nil {
		return nil, err
	}
	defer func() { err = withAfter(err, m.folder.Close()) }()
	if err := promptly.Do(ctx, func() error { return m.prepare(ctx) }); err != nil {
		return nil, err
	}
	if err := m.start(o.Resume); err != nil {
		return nil, err
	}
	if o.Out != "" {
		if err := m.endLeft(ctx, filepath.Join(o.Out, store.Trainer)); err != nil {
			return nil, err
		}
	}
	m.way = way{load: m.folder.Load, again: true, taken: m.taken, sharedBy: m.folder.SharedBy, missing: func(ctx context.Context, missing []one, _ Round) error {
		return m.trainAll(ctx, missing)
	}}
	return m.finish(ctx)
}

// newComparison returns a comparison that is yet without data, folder and way.
func newComparison(c *config.Config, o Options) (*comparison, error) {
	if c == nil {
		return nil, errors.New("no configuration: config.Preset and config.Load return one")
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	cfg := scaled(c, o.Budget)
	if err := registry.Check(&cfg); err != nil {
		return nil, err
	}
	text, err := cfg.YAML()
	if err != nil {
		return nil, err
	}
	if err := programmable(&cfg, o); err != nil {
		return nil, err
	}
	m := &comparison{cfg: &cfg, o: o, trainer: o.Trainer, trials: map[string]trainer.Run{}, known: map[string]bool{}}
	if m.o.Only, err = chosen(&cfg, o.Only); err != nil {
		return nil, err
	}
	m.asked = askedBy(m.o, string(text))
	return m, nil
}

func (m *comparison) storing() store.Options {
	return store.Options{Program: program.Version(), Note: m.note}
}

// fitsUnread returns an error if the comparison does not fit into the memory,
// as far as that is known before the data are.
func (m *comparison) fitsUnread() error {
	if m.o.Data != "" || m.o.Trainer != nil {
		return nil
	}
	c := *m.cfg
	c.Strategies = m.o.withReferences(&c)
	return Fits(&c)
}

// start makes the comparison fit into the memory, the folder its own, and says
// there what it is.
func (m *comparison) start(resume bool) error {
	if t, ok := m.trainer.(interface{ Check() error }); ok {
		if err := t.Check(); err != nil {
			return err
		}
	}
	if err := m.fit(); err != nil {
		return err
	}
	if err := m.folder.Begin(m.identity, resume); err != nil {
		if another, ok := errors.AsType[*store.Another](err); ok {
			m.explain(another)
		}
		return err
	}
	return m.describe()
}

// describe keeps in the folder what was asked for.
func (m *comparison) describe() error {
	about, err := json.Marshal(m.asked)
	if err != nil {
		return err
	}
	return m.folder.Describe(about)
}

// finish does all rounds, and summarises what they found.
func (m *comparison) finish(ctx context.Context) (*summary.Study, error) {
	if err := m.rounds(ctx); err != nil {
		return nil, err
	}
	return promptly.Get(ctx, m.study)
}

// rounds chooses the settings that are left to measurement, and does the runs.
func (m *comparison) rounds(ctx context.Context) error {
	if err := m.settle(ctx); err != nil {
		return err
	}
	m.dropReferences()
	return m.run(ctx)
}

// scaled returns the configuration with its budget multiplied.
func scaled(c *config.Config, budget float64) config.Config {
	s := *c
	if s.Scale == "" {
		s.Scale = config.AsWritten
	}
	if budget > 0 {
		s.Training.Images = scaledBy(s.Training.Images, budget)
		s.Training.EvaluateAt = nil
		for _, at := range c.Training.EvaluateAt {
			if at := scaledBy(at, budget); !slices.Contains(s.Training.EvaluateAt, at) {
				s.Training.EvaluateAt = append(s.Training.EvaluateAt, at)
			}
		}
	}
	return s
}

// scaledBy multiplies a number of images, which stays at least 1.
func scaledBy(images int, budget float64) int {
	return max(1, int(float64(images)*budget+0.5))
}

// comparison is a comparison under way.
type comparison struct {
	cfg      *config.Config
	set      *dataset.Set
	o        Options
	trainer  trainer.Trainer
	folder   *store.Store
	identity store.Identity
	asked    asked
	shard    bool // it trains a share

	way   way
	known map[string]bool // marks of the runs of all rounds so far

	mu       sync.Mutex
	left     bool // Compare has returned, or is about to
	coded    bool // it was told that the trainer's files have changed
	records  []trainer.Record
	tuning   *plan.Tuning           // what tuning has found; nil without
	trials   map[string]trainer.Run // by which settings are chosen, by mark
	judging  *dataset.Set           // by which settings are chosen; nil where none are
	foretold bool                   // how long it takes, with the first runs of the comparison itself
	runs     int                    // of the phase under way
	finished int                    // of these
}

// prepare reads or generates the data.
func (m *comparison) prepare(ctx context.Context) error {
	cfg, set, err := prepare(ctx, *m.cfg, m.o.Data, m.o.Links)
	if err != nil {
		m.read(annotations.Noted(err))
		return err
	}
	m.read(set.Problems)
	if err := registry.Check(&cfg); err != nil {
		return err
	}
	cfg.Strategies = m.o.withReferences(&cfg) // anchors are fitted for all
	for i := range cfg.Strategies {
		if err := cfg.Strategies[i].CheckClasses(len(set.Classes)); err != nil {
			return err
		}
	}
	*m.cfg, m.set = cfg, set
	if m.trainer == nil {
		m.trainer = m.configured()
	}
	m.asked.Images = imagesOf(set)
	m.identity, err = identity(m.cfg, set, m.trainer)
	return err
}

// tell passes an event on.
func (m *comparison) tell(e Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.o.Progress != nil && !m.left {
		e.Runs, e.Finished = m.runs, m.finished
		m.o.Progress(e)
	}
}

func (m *comparison) read(problems []annotations.Problem) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.o.Read != nil && !m.left && len(problems) > 0 {
		m.o.Read(problems)
	}
}

func (m *comparison) note(n store.Note) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.o.Note != nil && !m.left {
		m.o.Note(n)
	}
}

// study summarises the finished comparison and writes the summary and, if told,
// the report.
func (m *comparison) study() (*summary.Study, error) {
	if err := m.exportRuns(); err != nil {
		return nil, err
	}
	s, err := summary.Summarize(m.cfg, m.set, m.o.Data, m.records, m.adding())
	if err != nil {
		return nil, err
	}
	s.Summary.Tuning = m.tuning
	text, err := json.MarshalIndent(&s.Summary, "", " ")
	if err != nil {
		return nil, err
	}
	if err := m.folder.Replace(store.Summary, append(text, '\n')); err != nil {
		return s, err
	}
	if m.o.Report && m.o.Out != "" {
		var page bytes.Buffer
		err := m.hold()
		if err == nil {
			err = report.Write(&page, s)
		}
		if err != nil {
			return s, fmt.Errorf("cannot draw %s: %w", filepath.Join(m.o.Out, store.Report), err)
		}
		if err := m.folder.Replace(store.Report, page.Bytes()); err != nil {
			return s, err
		}
	} else if err := m.folder.Drop(store.Report); err != nil { // one that is there is of fewer runs
		return s, err
	}
	return s, m.folder.Finish()
}

// hold reads the test images that the report draws.
func (m *comparison) hold() error {
	for i := range m.records {
		for _, p := range m.records[i].Trace.Pictures {
			if err := m.set.Test[p.Image].Hold(); err != nil {
				return err
			}
		}
	}
	return nil
}

// byStrategy sorts records by the configuration's order, then by seed.
func byStrategy(c *config.Config, records []trainer.Record) {
	place := map[string]int{}
	for i, s := range c.Strategies {
		place[s.Name] = i
	}
	slices.SortFunc(records, func(a, b trainer.Record) int {
		return cmp.Or(cmp.Compare(place[a.Run.Strategy], place[b.Run.Strategy]), cmp.Compare(a.Run.Seed, b.Run.Seed))
	})
}
