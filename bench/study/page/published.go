package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// writeSweep writes the sweep beside what was published.
func writeSweep(b *strings.Builder, s *claims.Sweep, list []evidence.Experiment) error {
	stored := evidence.Find(list, s.Experiment)
	fmt.Fprintf(b, "\n#### %s\n\n", s.Title)
	if !stored.HasRuns() {
		fmt.Fprintf(b, "Not run yet: there are no stored runs of `%s`.\n", s.Experiment)
		return nil
	}
	c, err := s.Compare(stored)
	if err != nil {
		return err
	}
	tried, err := tryCauses(s, list)
	if err != nil {
		return err
	}
	best := evidence.MayBeBest(c, stats.Confidence)
	fmt.Fprintf(b, "| setting | AP in the paper (%s) | AP here after %d images | may be the best | rate | %s |", s.Source, stored.Final(), learnedHead(1))
	for _, t := range tried {
		fmt.Fprintf(b, " AP with %s |", t.Setting)
	}
	fmt.Fprintf(b, "\n|---|---|---|---|---|---|---|---|%s\n", strings.Repeat("---|", len(tried)))
	for i, name := range s.Strategies {
		k := slices.Index(c.Strategies(), name)
		if k < 0 {
			continue
		}
		may := ""
		if slices.Contains(best, name) {
			may = "yes"
			if others := evidence.Strangers(c, name, best); len(others) > 0 {
				may += ", " + sharesNoSeed(others)
			}
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |", name, number(s.Published[i], 1), interval(c.Means[k], 1), may, rateOf(stored, name), learnedFrom(stored, name, 0))
		for _, t := range tried {
			mean := "–"
			if k := slices.Index(t.found.Strategies(), name); k >= 0 {
				mean = interval(t.found.Means[k], 1)
			}
			fmt.Fprintf(b, " %s |", mean)
		}
		b.WriteString("\n")
	}
	if against := disagreements(s, stored, c, tried); len(against) > 0 {
		fmt.Fprintf(b, "\nWhere the order is another than in the paper, with the interval that holds for all pairs at once:\n\n")
		for _, text := range against {
			fmt.Fprintf(b, "- %s\n", text)
		}
	}
	rank, err := s.Rank(stored)
	if err != nil {
		return err
	}
	if rank.Seeds == 0 {
		b.WriteString("\nNo seed has all settings of the paper's table: there is no rank correlation with it.\n")
	} else {
		fmt.Fprintf(b, "\nRank correlation with the paper: %s over %s.", correlation(rank), seeds(rank.Seeds))
		for _, t := range tried {
			fmt.Fprintf(b, " With %s: %s over %d.", t.Setting, correlation(t.rank), t.rank.Seeds)
		}
		b.WriteString("\n")
	}
	return nil
}

// trial is what an experiment with a setting of the paper's found.
type trial struct {
	*claims.Cause
	found *stats.Comparison
	all   []stats.Range // of its differences, at once
	rank  stats.Estimate
}

// tryCauses returns what the experiments on causes found, of those that have runs.
func tryCauses(s *claims.Sweep, list []evidence.Experiment) (tried []trial, err error) {
	for i := range s.Causes {
		stored := evidence.Find(list, s.Causes[i].Experiment)
		if !stored.HasRuns() {
			continue
		}
		t := trial{Cause: &s.Causes[i]}
		if t.found, err = s.Compare(stored); err != nil {
			return nil, err
		}
		t.all = t.found.Simultaneous(stats.Confidence)
		if t.rank, err = s.Rank(stored); err != nil {
			return nil, err
		}
		tried = append(tried, t)
	}
	return tried, nil
}

// disagreements says of which pairs of settings the order is not the paper's:
// which of two is better there, and worse here by an interval that holds for all pairs
// at once. It names what was measured of both, and what becomes of the pair with the
// paper's settings.
func disagreements(s *claims.Sweep, stored *evidence.Experiment, c *stats.Comparison, tried []trial) (list []string) {
	names := c.Strategies()
	simultaneous := c.Simultaneous(stats.Confidence)
	for k, d := range c.Differences {
		i, j := slices.Index(s.Strategies, d.A), slices.Index(s.Strategies, d.B)
		if d.Seeds < stats.MinSeeds || d.ImagesOnly {
			continue
		}
		better, worse := i, j
		if s.Published[i] < s.Published[j] {
			better, worse = j, i
		}
		x, y := s.Strategies[better], s.Strategies[worse]
		all := more(simultaneous[k], d, x)
		if gap := s.Published[better] - s.Published[worse]; gap > 0 && all.High < 0 {
			mean := func(name string) float64 { return c.Means[slices.Index(names, name)].Mean }
			low := decimalsFor(-all.High, 1, func(read float64) bool { return read > 0 })
			list = append(list, fmt.Sprintf("%s is %s better than %s in the paper, and %s worse here (%s to %s): %s; %s.%s",
				x, number(gap, 1), y, number(mean(y)-mean(x), 1), number(-all.High, low), number(-all.Low, 1), trainedAt(stored, x), trainedAt(stored, y), causeOf(x, y, tried)))
		}
	}
	slices.Sort(list)
	return list
}

// more returns the interval of a difference as what x has more than the other.
func more(all stats.Range, d stats.Difference, x string) stats.Range {
	if d.A != x {
		all.Low, all.High = -all.High, -all.Low
	}
	return all
}

// causeOf says what becomes of x before y, which are the other way round here, with
// each of the paper's settings, and which one gives the paper's order: the last, or
// one of those before it since the order was told to be ours.
func causeOf(x, y string, tried []trial) string {
	var b strings.Builder
	var turned []string
	for _, t := range tried {
		turned = append(turned, t.Ours)
		k := slices.IndexFunc(t.found.Differences, func(d stats.Difference) bool {
			return (d.A == x && d.B == y) || (d.A == y && d.B == x)
		})
		if k < 0 || t.found.Differences[k].Seeds < stats.MinSeeds {
			continue
		}
		d := t.found.Differences[k]
		all, mean := more(t.all[k], d, x), d.Mean
		if d.A != x {
			mean = -mean
		}
		fmt.Fprintf(&b, " With %s the difference is %s (%s)", t.Setting, signed(mean, 1), sided(all, 1))
		switch {
		case all.Low > 0:
			fmt.Fprintf(&b, ", the paper's order: here it was turned by %s.", prose.List(turned, "or"))
			return b.String()
		case all.High < 0:
			b.WriteString(": that is not what turned it.")
			turned = nil
		default:
			b.WriteString(", which does not decide.")
		}
	}
	return b.String()
}

// trainedAt says at which rate a strategy trained, and whose loss it learned from.
func trainedAt(s *evidence.Experiment, strategy string) string {
	m := s.Learned(strategy, 0)
	return fmt.Sprintf("%s trained at a rate of %s, with %s of its loss and %s of its gradient from negatives", strategy, rateOf(s, strategy), shareOf(m.Loss), shareOf(m.Gradient))
}
