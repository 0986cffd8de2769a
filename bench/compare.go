package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"sync"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"

	"golang.org/x/sync/errgroup"
)

// Options say how a comparison is run; none but Data, Seeds and Budget changes
// its results.
type Options struct {
	Data   string  // a folder of images; empty for generated scenes
	Seeds  int     // runs of each strategy, with seeds 1, 2, ...; 0 means 1
	Jobs   int     // runs at a time, one core each; 0 means 1
	Budget float64 // multiplies Training.Images; 0 means 1
	Out    string  // folder for the results, written as runs end; empty for none
	Resume bool    // take over from Out the runs that are already there

	// Progress, if not nil, is told of what happens, one call at a time.
	Progress func(Event)
}

// Event is a moment of a comparison.
type Event struct {
	Strategy string
	Seed     uint64
	Images   int  // seen by this run so far
	Total    int  // that it will see
	Done     *Run // the run, if it has just ended
	Resumed  bool // it was taken over from an earlier comparison
	Runs     int  // of the whole comparison
	Finished int  // of those, ended
}

// Compare trains every strategy on the same data, with the same initial
// weights and the same order of images for equal seeds, and evaluates each on
// the held-out images. The study follows from the configuration, the data and
// the number of seeds, to the last bit, whatever Jobs is.
//
// If ctx ends, Compare stops within a step and returns its error; what has
// ended is in Out, for Resume.
func Compare(ctx context.Context, c *config.Config, o Options) (*Study, error) {
	cfg, set, err := prepare(scaled(c, o.Budget), o.Data)
	if err != nil {
		return nil, err
	}
	if err := registry.Check(&cfg); err != nil {
		return nil, err
	}
	m := &comparison{cfg: &cfg, set: set, o: o}
	if m.store, err = openStore(o.Out); err != nil {
		return nil, err
	}
	if m.fingerprint, err = fingerprint(&cfg, set); err != nil {
		return nil, err
	}
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	return m.study()
}

// scaled returns the configuration with its budget multiplied.
func scaled(c *config.Config, budget float64) config.Config {
	s := *c
	if budget > 0 {
		s.Training.Images = max(1, int(float64(s.Training.Images)*budget+0.5))
	}
	return s
}

// comparison is a comparison under way.
type comparison struct {
	cfg         *config.Config
	set         *dataset.Set
	o           Options
	store       *store
	fingerprint string

	mu       sync.Mutex
	records  []Record
	finished int
}

// run trains all strategies with all seeds, Jobs at a time, seed by seed, so
// that an interrupted comparison has whole seeds.
func (m *comparison) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, m.o.Jobs))
	order := longestFirst(m.cfg.Strategies)
	for seed := uint64(1); seed <= uint64(m.seeds()); seed++ {
		for _, s := range order {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return m.one(ctx, s, seed)
			})
		}
	}
	return group.Wait()
}

// longestFirst returns the strategies in the order in which they are trained:
// two-stage detectors, which take half as long again, before one-stage ones, so
// that no core waits long for the last run.
func longestFirst(strategies []strategy.Strategy) []*strategy.Strategy {
	order := make([]*strategy.Strategy, len(strategies))
	for i := range strategies {
		order[i] = &strategies[i]
	}
	slices.SortStableFunc(order, func(a, b *strategy.Strategy) int {
		switch {
		case a.TwoStage() == b.TwoStage():
			return 0
		case a.TwoStage():
			return -1
		}
		return 1
	})
	return order
}

func (m *comparison) seeds() int { return max(1, m.o.Seeds) }

// one trains one strategy with one seed, or takes the run over.
func (m *comparison) one(ctx context.Context, s *strategy.Strategy, seed uint64) error {
	mark, err := m.mark(s, seed)
	if err != nil {
		return err
	}
	r, resumed := Record{}, false
	if m.o.Resume {
		r, resumed = m.store.load(s.Name, seed, mark)
	}
	event := Event{Strategy: s.Name, Seed: seed, Total: m.cfg.Training.Images}
	if !resumed {
		m.tell(event)
		r, err = newTrainer(m.cfg, m.set, s, seed).record(ctx, func(images int) {
			event.Images = images
			m.tell(event)
		})
		if err != nil {
			return err
		}
		r.Fingerprint = mark
	}
	event.Images, event.Done, event.Resumed = event.Total, &r.Run, resumed
	return m.end(r, event)
}

// end records a finished run and writes the results so far.
func (m *comparison) end(r Record, event Event) error {
	m.mu.Lock()
	m.records = append(m.records, r)
	byStrategy(m.cfg, m.records)
	m.finished++
	err := m.store.save(r, m.records)
	m.mu.Unlock()
	m.tell(event)
	return err
}

// tell passes an event on.
func (m *comparison) tell(e Event) {
	if m.o.Progress == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Runs, e.Finished = m.seeds()*len(m.cfg.Strategies), m.finished
	m.o.Progress(e)
}

// study summarises the finished comparison and writes the summary.
func (m *comparison) study() (*Study, error) {
	text, err := m.cfg.YAML()
	if err != nil {
		return nil, err
	}
	runs := make([]*Run, len(m.records))
	for i := range m.records {
		runs[i] = &m.records[i].Run
	}
	s := &Study{Config: m.cfg, Set: m.set, Records: m.records, Summary: Summary{
		Title:      m.cfg.Title,
		Data:       describe(m.cfg, m.set, m.o.Data),
		Resamples:  resamples,
		Strategies: summarizeStrategies(m.cfg, runs),
		Config:     string(text),
	}}
	s.Summary.Warnings = warnings(m.cfg, s.Summary.Strategies)
	for seed := range m.seeds() {
		s.Summary.Seeds = append(s.Summary.Seeds, uint64(seed+1))
	}
	return s, m.store.summary(&s.Summary)
}

// mark returns the fingerprint of one run.
func (m *comparison) mark(s *strategy.Strategy, seed uint64) (string, error) {
	trained := *s
	trained.LRReason = ""
	text, err := strictyaml.Marshal(&trained, strategy.Types())
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%d\n", m.fingerprint, text, seed)
	return digest(h), nil
}

// fingerprint stands for the data and for the configuration apart from the
// strategies and the title.
func fingerprint(c *config.Config, set *dataset.Set) (string, error) {
	shared := *c
	shared.Title, shared.Strategies = "", nil
	text, err := strictyaml.Marshal(&shared, strategy.Types())
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(text)
	for _, images := range [][]dataset.Image{set.Train, set.Test} {
		for i := range images {
			objects, err := json.Marshal(images[i].Objects)
			if err != nil {
				return "", err
			}
			h.Write(objects)
			h.Write(images[i].Pix)
		}
	}
	return digest(h), nil
}

func digest(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }
