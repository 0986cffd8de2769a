package stats

import (
	"cmp"
	"math"
	"slices"
)

// Comparison is what the runs of several strategies say. It does not depend on
// the order of the strategies or of the runs.
type Comparison struct {
	Means       []Estimate   // of each strategy, in the order given
	Differences []Difference // of every two strategies, the first's less each later one's, then the second's
	Excluded    []Exclusion  // runs that nothing is made of

	names []string // ascending: what is computed follows their order, to the last bit
	place []int    // of each strategy, in the order given, among names
	own   []sample // of names
	apart []sample // of every two of names, each less the later
	prior prior    // of the variance of a difference over seeds
	joint *joint   // made when first needed

	images int // test images with objects that draws are of; 0 where that is not known
}

// Difference is the mean of A less the mean of B over the seeds that both
// have: runs of equal seed and equal images are paired.
type Difference struct {
	A string `json:"a"`
	B string `json:"b"`
	Estimate
}

// Compare estimates the mean of each strategy and the difference of every two.
//
// The variance over seeds is moderated (Smyth 2004): what a few seeds say of
// one strategy, or of one difference, is drawn towards what all strategies
// say, the more so the more alike their variances are. With less than two
// seeds of any strategy nothing is known of it, and the intervals are
// [Estimate.ImagesOnly].
//
// Runs that failed or have no figure are in Excluded. An error means that two
// runs are of the same strategy and seed, that a run's strategy is not among
// strategies, or that resamples differ in number.
func Compare(strategies []string, runs []Run) (*Comparison, error) {
	c := &Comparison{names: slices.Sorted(slices.Values(strategies))}
	t, err := tabulate(c.names, runs)
	if err != nil {
		return nil, err
	}
	c.Excluded, c.images = t.excluded, t.images
	slices.SortFunc(c.Excluded, func(a, b Exclusion) int {
		return cmp.Or(cmp.Compare(slices.Index(strategies, a.Strategy), slices.Index(strategies, b.Strategy)), cmp.Compare(a.Seed, b.Seed))
	})
	for i := range c.names {
		c.own = append(c.own, t.sampled(i, -1))
		for j := i + 1; j < len(c.names); j++ {
			c.apart = append(c.apart, t.sampled(i, j))
		}
	}
	c.moderateDifferences(t)
	c.moderateMeans()
	c.order(strategies)
	return c, nil
}

// Between returns the difference of two strategies, by their places in the
// order given: the mean of the i-th less that of the j-th.
func (c *Comparison) Between(i, j int) Difference { return c.between(c.place[i], c.place[j]) }

// Strategies returns the strategies in the order given.
func (c *Comparison) Strategies() []string {
	list := make([]string, len(c.place))
	for i, at := range c.place {
		list[i] = c.names[at]
	}
	return list
}

// order gives means and differences in the order of strategies.
func (c *Comparison) order(strategies []string) {
	for _, name := range strategies {
		i := slices.Index(c.names, name)
		c.place = append(c.place, i)
		c.Means = append(c.Means, c.own[i].estimate())
	}
	for i := range strategies {
		for j := i + 1; j < len(strategies); j++ {
			c.Differences = append(c.Differences, c.between(c.place[i], c.place[j]))
		}
	}
}

// Resamples returns the number of draws of the test images in the intervals.
func (c *Comparison) Resamples() int {
	most := 0
	for i := range c.own {
		most = max(most, len(c.own[i].images.means))
	}
	return most
}

// Prior returns what all strategies say of the variance of a difference over
// seeds: its root, and how many degrees of freedom each difference borrows from
// it, infinite where all vary alike. Both are 0 where no strategy has two seeds.
func (c *Comparison) Prior() (deviation, freedom float64) {
	return math.Sqrt(c.prior.scale), c.prior.freedom
}

// between does so by their places in names.
func (c *Comparison) between(a, b int) Difference {
	d := Difference{A: c.names[a], B: c.names[b], Estimate: c.apart[c.pair(a, b)].estimate()}
	if a > b && d.Seeds > 0 {
		d.Mean, d.Low, d.High = 0-d.Mean, 0-d.High, 0-d.Low // 0 stays 0
	}
	return d
}

// pair returns the place of two of names in apart.
func (c *Comparison) pair(a, b int) int {
	a, b = min(a, b), max(a, b)
	return a*(2*len(c.names)-a-1)/2 + b - a - 1
}

// moderateDifferences moderates the variance of each difference over seeds.
//
// The prior's scale is the residual variance of the strategies × seeds table,
// times two. Its degrees of freedom come from how much the strategies'
// residual variances differ: half the variance that a strategy's differences
// have on average holds half of the common residual variance, so that what is
// left, over the same number of degrees as a difference has, is its own. In a
// complete table that is its sum of squared residuals over (n-1)(1-1/J), and
// what all strategies owe to a seed is out of it. No more degrees are
// borrowed than the table has residual ones, and for a strategy whose own
// variance stands out, only its share of them.
func (c *Comparison) moderateDifferences(t *table) {
	strategies := len(c.names)
	sum, degrees := 0.0, 0.0
	each, eachDegrees := make([]float64, strategies), make([]float64, strategies)
	for i := range strategies {
		for j := i + 1; j < strategies; j++ {
			d := &c.apart[c.pair(i, j)]
			if len(d.seeds) < 2 {
				continue
			}
			f := float64(len(d.seeds) - 1)
			sum, degrees = sum+f*d.variance, degrees+f
			for _, k := range []int{i, j} {
				each[k], eachDegrees[k] = each[k]+f*d.variance, eachDegrees[k]+f
			}
		}
	}
	if degrees == 0 {
		return
	}
	c.prior.scale = sum / degrees
	var variances, freedom []float64
	var measured []int
	for i := range strategies {
		partners := 0.0
		for j := range strategies {
			if i != j && len(c.apart[c.pair(i, j)].seeds) >= 2 {
				partners++
			}
		}
		if partners > 0 {
			variances = append(variances, math.Max(each[i]/eachDegrees[i]-c.prior.scale/2, 1e-4*c.prior.scale))
			freedom = append(freedom, eachDegrees[i]/partners)
			measured = append(measured, i)
		}
	}
	share := make([]float64, strategies)
	for i := range share {
		share[i] = 1
	}
	for k, s := range likeness(variances, freedom) {
		share[measured[k]] = s
	}
	if len(variances) > 2 && c.prior.scale > 0 {
		c.prior.freedom = fitFreedom(variances, freedom, caution)
	}
	residual := t.residualFreedom()
	for i := range strategies {
		for j := i + 1; j < strategies; j++ {
			c.apart[c.pair(i, j)].moderate(c.prior, math.Min(share[i], share[j]), residual)
		}
	}
}

// residualFreedom returns the degrees of freedom of the residuals of
// strategies × seeds: a run each, less one for each seed and for each strategy
// but one. Seeds of one strategy alone, and strategies that share no seed,
// leave none.
func (t *table) residualFreedom() float64 {
	shared, strategies := 0, map[int]bool{}
	for s := range t.seeds {
		var here []int
		for i := range t.names {
			if !math.IsNaN(t.value[i][s]) {
				here = append(here, i)
			}
		}
		if len(here) > 1 {
			shared += len(here) - 1
			for _, i := range here {
				strategies[i] = true
			}
		}
	}
	return float64(shared - len(strategies) + 1)
}

// moderateMeans moderates the variance of each strategy's figure over seeds.
// What all strategies owe to a seed makes their variances alike without saying
// more of them, so that as many degrees of freedom are borrowed as their sum
// has under the mean correlation r between strategies: n-1 times
// J / (1 + (J-1) r²).
func (c *Comparison) moderateMeans() {
	var p prior
	var variances, freedom []float64
	sum, degrees := 0.0, 0.0
	for i := range c.own {
		if n := len(c.own[i].seeds); n >= 2 {
			f := float64(n - 1)
			sum, degrees = sum+f*c.own[i].variance, degrees+f
			variances, freedom = append(variances, c.own[i].variance), append(freedom, f)
		}
	}
	if degrees == 0 {
		return
	}
	p.scale = sum / degrees
	if p.scale > 0 {
		for i := range variances {
			variances[i] = math.Max(variances[i], 1e-4*p.scale)
		}
		p.freedom = fitFreedom(variances, freedom, 0)
	}
	strategies := float64(len(variances))
	correlation := 0.0
	if p.scale > 0 && len(c.known()) > 0 {
		correlation = math.Max(0, 1-c.prior.scale/2/p.scale)
	}
	borrowed := degrees / (1 + (strategies-1)*correlation*correlation)
	shares := likeness(variances, freedom)
	for i := range c.own {
		share := 1.0
		if len(c.own[i].seeds) >= 2 {
			share, shares = shares[0], shares[1:]
		}
		c.own[i].moderate(p, share, borrowed)
	}
}
