package study

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"detsample/bench/dump"
	"detsample/bench/stats"
)

// sweep is a row of settings of which a paper published AP.
type sweep struct {
	experiment string
	title      string
	source     string
	strategies []string
	published  []float64
}

func sweeps() []sweep {
	return []sweep{
		{"alpha", "Alpha, without focusing", lin + ", table 1a",
			[]string{"alpha .1", "alpha .25", "alpha .5", "alpha .75", "alpha .9", "alpha .99", "alpha .999"},
			[]float64{0, 10.8, 30.2, 31.1, 30.8, 28.7, 25.1}},
		{"gamma", "Gamma, each with the paper's best alpha", lin + ", table 1b",
			[]string{"gamma 0, alpha .75", "gamma .5, alpha .5", "gamma 1, alpha .25", "gamma 2, alpha .25", "gamma 5, alpha .25"},
			[]float64{31.1, 32.9, 33.7, 34.0, 32.2}},
	}
}

// rank estimates the rank correlation of an experiment's AP, at its end, with
// the published one: the mean over seeds of each seed's own.
func (s *sweep) rank(stored *Stored) (stats.Estimate, error) {
	published := make([]float32, len(s.published))
	for i, v := range s.published {
		published[i] = float32(v)
	}
	ours := map[uint64][]float32{}
	found := map[uint64]int{}
	for _, r := range stored.values("ap", "", stored.final()) {
		i := slices.Index(s.strategies, r.Strategy)
		if i < 0 || r.Failed != "" || math.IsNaN(r.Value) {
			continue
		}
		if ours[r.Seed] == nil {
			ours[r.Seed] = make([]float32, len(s.strategies))
		}
		ours[r.Seed][i] = float32(r.Value)
		found[r.Seed]++
	}
	var runs []stats.Run
	for _, seed := range slices.Sorted(maps.Keys(ours)) {
		if found[seed] == len(published) {
			rho := dump.Compare([]string{"ours", "published"}, [][]float32{ours[seed], published}).Spearman[0][1]
			runs = append(runs, stats.Run{Strategy: "rank", Seed: seed, Value: rho})
		}
	}
	c, err := stats.Compare([]string{"rank"}, runs)
	if err != nil {
		return stats.Estimate{}, err
	}
	return c.Means[0], nil
}

// write writes the sweep beside what was published.
func (s *sweep) write(b *strings.Builder, list []Stored) error {
	stored := find(list, s.experiment)
	fmt.Fprintf(b, "\n#### %s\n\n", s.title)
	if !stored.Kept() {
		fmt.Fprintf(b, "Not run yet: there are no stored runs of `%s`.\n", s.experiment)
		return nil
	}
	c, err := stored.compare("ap", "", stored.final(), "", 0)
	if err != nil {
		return err
	}
	best := c.Best(stats.Confidence)
	fmt.Fprintf(b, "| setting | AP in the paper (%s) | AP here after %d images | may be the best | rate | %s |\n|---|---|---|---|---|---|---|---|\n", s.source, stored.final(), learnedHead)
	for i, name := range s.strategies {
		k := slices.Index(c.Strategies(), name)
		if k < 0 {
			continue
		}
		may := ""
		if best[k].MayBe {
			may = "yes"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", name, number(s.published[i], 1), interval(c.Means[k], 1), may, stored.rate(name), stored.learnedFrom(name))
	}
	if against := s.disagreements(stored, c); len(against) > 0 {
		fmt.Fprintf(b, "\nWhere the order is another than in the paper, with the interval that holds for all pairs at once:\n\n")
		for _, text := range against {
			fmt.Fprintf(b, "- %s\n", text)
		}
	}
	rank, err := s.rank(stored)
	if err != nil {
		return err
	}
	if rank.Seeds > 0 {
		fmt.Fprintf(b, "\nRank correlation with the paper: %s over %d seeds.\n", interval(rank, 2), rank.Seeds)
	}
	return nil
}

// disagreements says of which pairs of settings the order is not the paper's:
// which of two is better there by a point or more, and worse here by an interval
// that holds for all pairs at once. It names what was measured of both, in which
// the cause is to be looked for.
func (s *sweep) disagreements(stored *Stored, c *stats.Comparison) (list []string) {
	names := c.Strategies()
	for k, all := range c.Simultaneous(stats.Confidence) {
		d := c.Differences[k]
		i, j := slices.Index(s.strategies, d.A), slices.Index(s.strategies, d.B)
		if i < 0 || j < 0 || d.Seeds < stats.MinSeeds || d.ImagesOnly {
			continue
		}
		better, worse, low, high := i, j, all.Low, all.High
		if s.published[i] < s.published[j] {
			better, worse, low, high = j, i, -all.High, -all.Low
		}
		if gap := s.published[better] - s.published[worse]; gap >= 1 && high < 0 {
			x, y := s.strategies[better], s.strategies[worse]
			mean := func(name string) float64 { return c.Means[slices.Index(names, name)].Mean }
			list = append(list, fmt.Sprintf("%s is %s better than %s in the paper, and %s worse here (%s to %s): %s; %s.",
				x, number(gap, 1), y, number(mean(y)-mean(x), 1), number(-high, 1), number(-low, 1), stored.measured(x), stored.measured(y)))
		}
	}
	slices.Sort(list)
	return list
}

// measured says at which rate a strategy trained, and whose loss it learned from.
func (s *Stored) measured(strategy string) string {
	m := s.masses(strategy)
	return fmt.Sprintf("%s trained at a rate of %s, with %.0f%% of its loss and %.0f%% of its gradient from negatives", strategy, s.rate(strategy), 100*m.loss, 100*m.gradient)
}

// rate returns the learning rate of a strategy's runs.
func (s *Stored) rate(strategy string) string {
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy {
			return fmt.Sprint(r.LR)
		}
	}
	return "–"
}
