package claims

import (
	"maps"
	"math"
	"slices"

	"detsample/bench/likeness"
	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// Sweep is a row of settings of which a paper published AP.
type Sweep struct {
	Experiment string
	Of         string // what its settings are
	Title      string
	Source     string // of what was published
	Strategies []string
	Published  []float64 // AP of each
	Causes     []Cause
}

// Cause is a setting in which ours differs from the paper's, and an experiment
// with the paper's: each has the settings of those before it too.
type Cause struct{ Experiment, Setting, Ours string }

// Sweeps returns those that the study repeats.
func Sweeps() []Sweep {
	return []Sweep{
		{"alpha", "alphas", "Alpha, without focusing", lin + ", table 1a",
			[]string{"alpha .1", "alpha .25", "alpha .5", "alpha .75", "alpha .9", "alpha .99", "alpha .999"},
			[]float64{0, 10.8, 30.2, 31.1, 30.8, 28.7, 25.1},
			[]Cause{{"alpha-scale", "losses as written", "matched scale"}, {"alpha-descent", "gradient descent besides", "Adam"}}},
		{"gamma", "gammas", "Gamma, each with the paper's best alpha", lin + ", table 1b",
			[]string{"gamma 0, alpha .75", "gamma .5, alpha .5", "gamma 1, alpha .25", "gamma 2, alpha .25", "gamma 5, alpha .25"},
			[]float64{31.1, 32.9, 33.7, 34.0, 32.2},
			[]Cause{{"gamma-scale", "losses as written", "matched scale"}, {"gamma-descent", "gradient descent besides", "Adam"}}},
	}
}

// PaperOrder is the rank correlation of each seed's AP with the published one, of the
// sweep that an experiment is of; of none where it is of no sweep.
var PaperOrder = &evidence.Measure{Name: "rank correlation with the paper", Ends: true, Correlation: true,
	Of: func(s *evidence.Experiment, _ string, images int) []stats.Run {
		for _, w := range Sweeps() {
			if w.Experiment == s.Name {
				return w.orders(s, images)
			}
		}
		return nil
	}}

// orders returns the same of an experiment with this sweep's settings: of seeds that
// have all of them.
func (s *Sweep) orders(stored *evidence.Experiment, images int) (runs []stats.Run) {
	published := make([]float32, len(s.Published))
	for i, v := range s.Published {
		published[i] = float32(v)
	}
	ours := map[uint64][]float32{}
	found := map[uint64]int{}
	for _, r := range evidence.AP.Of(stored, "", images) {
		i := slices.Index(s.Strategies, r.Strategy)
		if i < 0 || r.Failed != "" || math.IsNaN(r.Value) {
			continue
		}
		if ours[r.Seed] == nil {
			ours[r.Seed] = make([]float32, len(s.Strategies))
		}
		ours[r.Seed][i] = float32(r.Value)
		found[r.Seed]++
	}
	for _, seed := range slices.Sorted(maps.Keys(ours)) {
		if found[seed] == len(published) {
			rho := likeness.Compare([]string{"ours", "published"}, [][]float32{ours[seed], published}).Spearman[0][1]
			runs = append(runs, stats.Run{Strategy: s.Of, Seed: seed, Value: rho})
		}
	}
	return runs
}

// Rank estimates the rank correlation of an experiment's AP, at its end, with the published
// one: the mean over seeds of each seed's own, of seeds that have all of the settings.
func (s *Sweep) Rank(stored *evidence.Experiment) (stats.Estimate, error) {
	c, err := stats.Compare([]string{s.Of}, s.orders(stored, stored.Final()))
	if err != nil {
		return stats.Estimate{}, err
	}
	return c.Means[0], nil
}

// Compare compares the AP of the row's settings, at the end of an experiment that
// may have others too: intervals that hold at once are of these alone.
func (s *Sweep) Compare(stored *evidence.Experiment) (*stats.Comparison, error) {
	names := slices.DeleteFunc(stored.Strategies(""), func(name string) bool { return !slices.Contains(s.Strategies, name) })
	return stored.Among(names, stored.Final())
}
