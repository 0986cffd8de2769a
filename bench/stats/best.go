package stats

import (
	"math"
	"slices"
)

// Best compares a strategy with the best of the others (Hsu 1984).
type Best struct {
	Strategy string
	MayBe    bool // the best: no other is better, to the confidence asked for

	// Low ≤ 0 ≤ High bound its mean less the best mean of the others; the
	// intervals of all strategies hold at once. High is 0 for one that is not
	// the best, Low is 0 for one that is.
	Low, High float64
}

// Best returns, for each strategy in its order, whether it may be the best, by
// multiple comparisons with the best (Hsu 1984, 1996, chapter 4). With the
// given confidence the best is among those that may be.
//
// A strategy may be the best unless another is better by more than a bound;
// the bounds of the other strategies are such that, were it the best, all of
// them would hold with that confidence (Dunnett's, one-sided, with variances
// that may differ and the correlations that were estimated: each strategy has
// its own). A difference without a common seed excludes nobody, and where no
// variance over seeds is known, every strategy may be the best and its
// interval is infinite.
func (c *Comparison) Best(confidence float64) []Best {
	sorted := c.best(confidence)
	list := make([]Best, len(c.place))
	for i, at := range c.place {
		list[i] = sorted[at]
	}
	return list
}

// best is Best in the order of names.
func (c *Comparison) best(confidence float64) []Best {
	n := len(c.names)
	list := make([]Best, n)
	for i := range list {
		list[i] = Best{Strategy: c.names[i], MayBe: true, Low: math.Inf(-1), High: math.Inf(1)}
	}
	j := c.distribution()
	if j == nil {
		return list
	}
	lead := make([][]float64, n) // mean of i less that of k
	half := make([][]float64, n) // and its bound
	for i := range list {
		lead[i], half[i] = make([]float64, n), make([]float64, n)
		for k := range list {
			half[i][k] = math.Inf(1)
		}
		if j.rivals[i] == 0 {
			continue
		}
		p := j.tail(j.below[i], 1-confidence, j.rivals[i], 1)
		for k := range list {
			if k == i {
				continue
			}
			d := &c.apart[c.pair(i, k)]
			if !math.IsNaN(d.moderated) {
				lead[i][k], half[i][k] = d.mean, d.bound(p)
			}
			if i > k {
				lead[i][k] = -lead[i][k]
			}
			list[i].High = math.Min(list[i].High, lead[i][k]+half[i][k])
		}
		list[i].MayBe = list[i].High >= 0
		list[i].High = math.Max(0, list[i].High)
	}
	for i := range list {
		low, others := math.Inf(1), 0
		for k := range list {
			if k != i && list[k].MayBe {
				low, others = math.Min(low, lead[i][k]-half[k][i]), others+1
			}
		}
		list[i].Low = math.Min(0, low)
		if others == 0 && list[i].MayBe {
			list[i].Low = 0
		}
	}
	return list
}

// mayBe returns the strategies that have a figure and may be the best, but for
// those that are out.
func (c *Comparison) mayBe(confidence float64, out []string) []string {
	if c == nil {
		return nil
	}
	var list []string
	for i := range c.names {
		if len(c.own[i].seeds) > 0 && !slices.Contains(out, c.names[i]) && c.mayBeBest(i, confidence) {
			list = append(list, c.names[i])
		}
	}
	return list
}

// mayBeBest says of one strategy what best says. The bound of a difference is
// between that of a difference alone and Bonferroni's: where both say the same,
// nothing needs to be drawn.
func (c *Comparison) mayBeBest(i int, confidence float64) bool {
	rivals := 0
	for k := range c.names {
		if k != i && !math.IsNaN(c.apart[c.pair(i, k)].moderated) {
			rivals++
		}
	}
	beaten := func(p float64) bool {
		for k := range c.names {
			if k == i {
				continue
			}
			d := &c.apart[c.pair(i, k)]
			behind := d.mean
			if i < k {
				behind = -behind
			}
			if !math.IsNaN(d.moderated) && behind > d.bound(p) {
				return true
			}
		}
		return false
	}
	alpha := 1 - confidence
	switch {
	case rivals == 0 || !beaten(alpha):
		return true
	case beaten(alpha / float64(rivals)):
		return false
	case alpha*draws < leastDraws:
		return true
	}
	return c.best(confidence)[i].MayBe
}
