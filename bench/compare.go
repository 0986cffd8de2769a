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

// Options say how a comparison is run; none but Data, Links, Seeds, FirstSeed,
// Until, Race, Budget, Tune and Trainer changes its results.
type Options struct {
	Data   string  // annotated images, a folder or a COCO file; empty for generated scenes
	Links  bool    // follow symbolic links that lead out of the folder; what they lead to is else left out
	Seeds  int     // runs of each strategy, with seeds from FirstSeed on; 0 means 1
	Jobs   int     // runs at a time, one core each; 0 means 1
	Budget float64 // multiplies Training.Images; 0 means 1
	Out    string  // folder for the results, written as runs end; empty for none; see package store
	Tune   bool    // choose learning rates, and loss weights that differ, before; see package plan
	Resume bool    // take over from Out the runs that are already there
	Report bool    // write report.html into Out

	FirstSeed uint64  // 0 means 1
	Until     float64 // add seeds, up to Seeds, until the interval of every difference of AP has this half-width, a share of 1: 0.0075 for 0.75 points; 0 trains all
	Race      bool    // add seeds, up to Seeds, and stop strategies that cannot be the best any more; see [stats.Rounds]

	// Trainer trains; nil stands for the small detectors that come with
	// detsample, as the configuration has them.
	Trainer trainer.Trainer

	// Progress, if not nil, is told of what happens, Note of what was found in
	// Out, and Read of what is wrong with the data, before any of it is trained
	// on; one call at a time.
	Progress func(Event)
	Note     func(store.Note)
	Read     func([]annotations.Problem)
}

// Event is a moment of a comparison.
type Event struct {
	Phase    string // what the run is for: a setting that is chosen by it, "" for the comparison itself
	Strategy string
	Seed     uint64
	Trial    string       // which of the phase's runs of this strategy and seed it is: the settings that it tries; "" where there is one
	Images   int          // seen by this run so far
	Total    int          // that it will see
	Done     *trainer.Run // the run, if it has just ended
	Resumed  bool         // it was taken over from an earlier comparison
	Runs     int          // of the whole comparison, or of the phase
	Finished int          // of those, ended
}

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
	if m.folder, err = store.Open(o.Out, m.storing()); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.folder.Close()) }()
	if err := promptly.Do(ctx, func() error { return m.prepare(ctx) }); err != nil {
		return nil, err
	}
	if err := m.start(o.Resume); err != nil {
		return nil, err
	}
	m.way = way{load: m.folder.Load, again: true, taken: m.taken, missing: func(ctx context.Context, missing []one, _ bool) error {
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
	m.asked = askedBy(o, string(text))
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
	return Fits(m.cfg)
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

	way   way
	known map[string]bool // marks of the runs of all rounds so far

	mu       sync.Mutex
	left     bool // Compare has returned, or is about to
	coded    bool // it was told that the trainer's files have changed
	records  []trainer.Record
	tuning   *plan.Tuning           // what tuning has found; nil without
	trials   map[string]trainer.Run // by which settings are chosen, by mark
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
