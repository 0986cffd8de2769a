package main

import (
	"math"

	"detsample/bench/stats"
)

// cell is what intervals and sets did over many comparisons of one kind.
type cell struct {
	repeats     int
	differences []float64 // share of each difference's intervals that held
	means       []float64 // of each strategy's
	half        float64   // mean half-width of a difference
	together    float64   // share of comparisons in which all simultaneous intervals held
	inSet       []float64 // share in which each strategy, as good as all others, may be the best at stats.Confidence
	inCertain   []float64 // and at stats.Certainty
	size        float64   // mean number of those that may be the best at stats.Certainty
	use         float64   // share of "use", which is wrong
	sets        int       // comparisons that sets were made of
}

// outcome is what one comparison gave.
type outcome struct {
	differences, means []bool // whether each interval held
	half               float64
	together           bool
	set, sure          []stats.Best
	use                bool
}

// held returns what the intervals of a comparison hold of the truth, and, where
// sets are counted, what its sets are.
func held(c *stats.Comparison, truth []float64, sets bool) (o outcome) {
	var apart []float64
	for i, m := range c.Means {
		o.means = append(o.means, m.Low <= truth[i] && m.High >= truth[i])
		for _, other := range truth[i+1:] {
			apart = append(apart, truth[i]-other)
		}
	}
	for p, d := range c.Differences {
		o.differences, o.half = append(o.differences, d.Low <= apart[p] && d.High >= apart[p]), o.half+d.Half()
	}
	if !sets {
		return o
	}
	o.together = true
	for p, r := range c.Simultaneous(stats.Confidence) {
		o.together = o.together && r.Low <= apart[p] && r.High >= apart[p]
	}
	o.set, o.sure = c.Best(stats.Confidence), c.Best(stats.Certainty)
	return o
}

// equals is the coverage of comparisons of equally good strategies: the case
// in which the best is hardest to keep in the set, and any "use" is wrong.
// Sets, which take most of the time, are made of the first of the repeats.
func equals(s shape, strategies, seeds, repeats, sets int, key uint64) (cell, error) {
	outcomes, truth := make([]outcome, repeats), make([]float64, strategies)
	err := each(repeats, func(k int) error {
		w := newWorld(s, truth, key, uint64(k))
		c, err := stats.Compare(names(strategies), w.runs(seeds))
		if err != nil {
			return err
		}
		outcomes[k] = held(c, truth, k < sets)
		if k < sets {
			outcomes[k].use = stats.Decide(stats.Evidence{Final: c, Floor: math.Inf(-1)}).Outcome == stats.Use
		}
		return nil
	})
	if err != nil {
		return cell{}, err
	}
	return tally(outcomes, strategies, sets), nil
}

// tally counts the outcomes of comparisons of one kind, sets in the first of
// them.
func tally(outcomes []outcome, strategies, sets int) cell {
	repeats, pairs := len(outcomes), strategies*(strategies-1)/2
	r := cell{
		repeats: repeats, sets: min(sets, repeats), differences: make([]float64, pairs), means: make([]float64, strategies),
		inSet: make([]float64, strategies), inCertain: make([]float64, strategies),
	}
	for k, o := range outcomes {
		r.half += o.half / float64(repeats*pairs)
		for p, held := range o.differences {
			count(&r.differences[p], held, repeats)
		}
		for i, held := range o.means {
			count(&r.means[i], held, repeats)
		}
		if k >= r.sets {
			continue
		}
		count(&r.together, o.together, r.sets)
		for i := range o.set {
			count(&r.inSet[i], o.set[i].MayBe, r.sets)
			count(&r.inCertain[i], o.sure[i].MayBe, r.sets)
			count(&r.size, o.sure[i].MayBe, r.sets)
		}
		count(&r.use, o.use, r.sets)
	}
	return r
}

// count adds a share of n.
func count(share *float64, happened bool, n int) {
	if happened {
		*share += 1 / float64(n)
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v / float64(len(list))
	}
	return sum
}

func least(list []float64) float64 {
	m := math.Inf(1)
	for _, v := range list {
		m = math.Min(m, v)
	}
	return m
}
