package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Forecast is how many seeds of each strategy something will take. The
// variance over seeds is known from few; with its 80% interval, from Low to
// High will do. 0 stands for none that will: the choice of test images alone
// leaves too much, or there is nothing to tell apart.
type Forecast struct {
	Seeds int `json:"seeds"`
	Low   int `json:"low"`
	High  int `json:"high"`

	// ImagesHalf is the half-width of the widest interval that is left with
	// any number of seeds.
	ImagesHalf float64 `json:"images_half"`
}

// mostSeeds is more than anybody will train.
const mostSeeds = 10000

// SeedsFor forecasts the number of seeds with which the interval of every
// difference between the strategies has at most the half-width. It is nil
// where no variance over seeds is known.
func (c *Comparison) SeedsFor(half float64, strategies []string) *Forecast {
	f := &Forecast{}
	for i, a := range c.names {
		for j := i + 1; j < len(c.names); j++ {
			if !slices.Contains(strategies, a) || !slices.Contains(strategies, c.names[j]) {
				continue
			}
			d := &c.apart[c.pair(i, j)]
			if math.IsNaN(d.moderated) {
				return nil
			}
			f.add(d.seedsUntil((1-Confidence)/2, half), d.imagesHalf())
		}
	}
	return f.done()
}

// SeedsToTell forecasts the number of seeds with which the leader alone may be
// the best, should its leads be what they now seem. They are not: the more of
// its width an interval owes to the lead, the less this is worth. It is more
// seeds than there are, as those do not tell. It is nil where no variance over
// seeds is known, where a difference to the leader did not vary over them, of
// which nothing follows, or where less than two may be the best. Strategies that
// are named need not be told from the leader.
func (c *Comparison) SeedsToTell(confidence float64, but ...string) *Forecast {
	j := c.distribution()
	order := c.ranked()
	set := c.mayBe(confidence, nil)
	if j == nil || len(set) < 2 {
		return nil
	}
	leader := order[0]
	f := &Forecast{}
	least := len(c.own[leader].seeds) + 1
	for _, i := range order[1:] {
		d := &c.apart[c.pair(i, leader)]
		if !slices.Contains(set, c.names[i]) || slices.Contains(but, c.names[i]) || math.IsNaN(d.moderated) {
			continue
		}
		if d.variance <= rounding*d.mean*d.mean {
			return nil
		}
		least = max(least, len(c.own[i].seeds)+1)
		tail := j.tail(j.below[i], 1-confidence, j.rivals[i], 1)
		f.add(d.seedsUntil(tail, math.Abs(d.mean)), d.imagesHalf())
	}
	for _, seeds := range []*int{&f.Seeds, &f.Low, &f.High} {
		if *seeds > 0 {
			*seeds = max(*seeds, least)
		}
	}
	return f.done()
}

// rounding is the variance of equal numbers, of their square, that their
// arithmetic may leave.
const rounding = 1e-20

// seedsUntil returns the seeds with which a difference's bound at a tail
// probability is below a width: with the variance as estimated, and at both
// ends of its 80% interval.
func (d *sample) seedsUntil(tail, width float64) [3]int {
	var seeds [3]int
	for k, factor := range [3]float64{1, varianceFactor(0.9, d.freedom), varianceFactor(0.1, d.freedom)} {
		future := *d
		future.moderated *= factor
		enough := func(n int) bool {
			future.freedom = d.freedomWith(n)
			se, freedom := future.error(float64(n))
			return se == 0 || se*student(1-tail, freedom) <= width
		}
		if !enough(mostSeeds) {
			continue
		}
		low, high := 1, mostSeeds // the width falls with the seeds
		for high-low > 1 {
			if middle := (low + high) / 2; enough(middle) {
				high = middle
			} else {
				low = middle
			}
		}
		seeds[k] = high
	}
	return seeds
}

// freedomWith returns the degrees of freedom of a difference's variance over
// seeds once there are n.
func (d *sample) freedomWith(n int) float64 {
	now := float64(max(1, len(d.seeds)-1))
	residual := d.freedom / now * float64(n-1)
	return math.Max(math.Min(d.borrowed+float64(n-1), residual), float64(n-1))
}

// varianceFactor returns a variance that gives an estimate of 1 or less with
// probability 1-p: degrees of freedom over a quantile of chi-squared.
func varianceFactor(p, freedom float64) float64 {
	if freedom > 1e5 {
		return 1
	}
	return freedom / distuv.ChiSquared{K: freedom}.Quantile(p)
}

// add takes in what one difference needs.
func (f *Forecast) add(seeds [3]int, images float64) {
	f.ImagesHalf = math.Max(f.ImagesHalf, images)
	for k, to := range []*int{&f.Seeds, &f.Low, &f.High} {
		if seeds[k] == 0 {
			seeds[k] = mostSeeds + 1
		}
		*to = max(*to, seeds[k])
	}
}

func (f *Forecast) done() *Forecast {
	for _, to := range []*int{&f.Seeds, &f.Low, &f.High} {
		if *to > mostSeeds {
			*to = 0
		}
	}
	return f
}
