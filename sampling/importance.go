package sampling

import (
	"math"
	"math/rand/v2"

	"detsample/internal/registry"
)

// Importance keeps every positive and draws negatives with a probability that
// grows with the size of their gradient, weighed by its inverse: the expected
// gradient is that over all candidates, whatever the loss, at the cost of a
// few hundred. Under focal loss, whose gradient lives in few of many
// negatives, it has focal's attention without its candidates.
//
// With g the Euclidean norms of the gradients of n negatives, p = (1-Uniform)
// g/sum(g) + Uniform/n, and c such that the inclusion probabilities
//
//	pi = min(1, c p)
//
// sum to Negatives, the draw is systematic: with one number u, uniform in [0,
// 1), it takes the negatives at which the running sum of pi passes u, u+1, u+2
// and so on. So none is drawn twice, the number is fixed, each is drawn with
// probability pi exactly and weighs 1/pi. Anchors that follow one another are
// neighbours, so the draw is spread over the image, which lowers the variance
// further. Without a floor, pi in proportion to g is what minimises the variance
// (Neyman's allocation); the floor bounds every weight by n/(c Uniform) where
// the gradient that ranks and the gradient of the weights are not the same, as
// behind a shared trunk.
//
// Negatives of a gradient that is not finite, or all 0, are drawn uniformly.
// The estimate is of a sum: divide by positives (norm positives), not by what
// was sampled.
//
// Source: this library. Horvitz and Thompson 1952 (the weights), Madow 1949
// (systematic draws of unequal probability), Zhao and Zhang 2015 and
// Katharopoulos and Fleuret 2018 (importance sampling for SGD).
type Importance struct {
	Negatives int     `range:"[1,)" doc:"negatives drawn per image"`
	Uniform   float64 `range:"(0,1]" doc:"share of the draw that does not look at the gradient"`
}

// NewImportance returns a sampler of so many negatives, a tenth of them
// uniform. It panics if the configuration is invalid.
func NewImportance(negatives int) Importance {
	return registry.Must("sampling: NewImportance", Importance{Negatives: negatives, Uniform: 0.1})
}

var _ Sampler = Importance{}

// Needs implements [Sampler].
func (Importance) Needs() Need { return NeedGradient }

// Sample implements [Sampler].
func (m Importance) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	c.mustHave(m.Needs())
	pos, neg := dst.Split(c)
	if len(neg) <= m.Negatives {
		dst.Keep(pos, neg)
		return
	}
	dst.prob = m.probabilities(dst.prob[:0], neg, c.Gradient)
	drawn := systematic(neg, dst.prob, rng.Float64())
	dst.Keep(pos, neg[:drawn])
	k := 0
	for i, at := range dst.Index {
		if c.GT[at] < 0 {
			dst.Weight[i] = float32(1 / dst.prob[k])
			k++
		}
	}
}

// probabilities appends the negatives' inclusion probabilities to dst.
func (m Importance) probabilities(dst []float64, neg []int32, gradient []float32) []float64 {
	sum := 0.0
	for _, at := range neg {
		sum += float64(gradient[at])
	}
	floor, slope := 1/float64(len(neg)), 0.0
	if sum > 0 && !math.IsInf(sum, 0) {
		floor, slope = m.Uniform*floor, (1-m.Uniform)/sum
	}
	for _, at := range neg {
		p := floor
		if slope > 0 {
			p += slope * float64(gradient[at])
		}
		dst = append(dst, p)
	}
	return include(dst, float64(m.Negatives))
}

// include scales p, in place, to inclusion probabilities min(1, c p) that sum
// to k < len(p). A larger c caps more, so that c rises from one round to the
// next until no more are capped.
func include(p []float64, k float64) []float64 {
	c := 0.0
	for {
		capped, rest := 0, 0.0
		for _, v := range p {
			if v*c >= 1 {
				capped++
			} else {
				rest += v
			}
		}
		next := (k - float64(capped)) / rest
		if !(next > c) {
			break
		}
		c = next
	}
	for i, v := range p {
		p[i] = min(1, c*v)
	}
	return p
}

// systematic brings the elements at which the running sum of prob passes u, u
// + 1, u + 2, ... to the front, with their probabilities, and returns their
// number.
func systematic(list []int32, prob []float64, u float64) int {
	drawn, sum, next := 0, 0.0, u
	for i, at := range list {
		sum += prob[i]
		if sum > next {
			list[drawn], prob[drawn] = at, prob[i]
			drawn++
			next++
		}
	}
	return drawn
}
