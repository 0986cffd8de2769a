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

// outcome is what one comparison of equally good strategies gave.
type outcome struct {
	differences, means []bool // whether each interval held
	half               float64
	together           bool
	set, sure          []stats.Best
	use                bool
}

// equals is the coverage of comparisons of equally good strategies: the case
// in which the best is hardest to keep in the set, and any "use" is wrong.
// Sets, which take most of the time, are made of the first of the repeats.
func equals(s shape, strategies, seeds, repeats, sets int, key uint64) (cell, error) {
	outcomes := make([]outcome, repeats)
	err := each(repeats, func(k int) error {
		w := newWorld(s, make([]float64, strategies), key, uint64(k))
		c, err := stats.Compare(names(strategies), w.runs(seeds))
		if err != nil {
			return err
		}
		o := &outcomes[k]
		for _, d := range c.Differences {
			o.differences, o.half = append(o.differences, d.Low <= 0 && d.High >= 0), o.half+d.Half()
		}
		for _, m := range c.Means {
			o.means = append(o.means, m.Low <= 0 && m.High >= 0)
		}
		if k >= sets {
			return nil
		}
		o.together = true
		for _, r := range c.Simultaneous(stats.Confidence) {
			o.together = o.together && r.Low <= 0 && r.High >= 0
		}
		o.set, o.sure = c.Best(stats.Confidence), c.Best(stats.Certainty)
		o.use = stats.Decide(stats.Evidence{Final: c, Floor: math.Inf(-1)}).Outcome == stats.Use
		return nil
	})
	if err != nil {
		return cell{}, err
	}
	pairs := strategies * (strategies - 1) / 2
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
	return r, nil
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
