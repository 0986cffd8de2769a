package sampling

import "math/rand/v2"

// Expectation keeps every candidate and weighs the negatives by the
// probability that [Random] sampling at Ratio negatives per positive would
// draw them: with P positives and N negatives, each negative weighs
//
//	min(1, max(Ratio P, MinNegatives) / N)
//
// so the gradient is the expectation of that of random sampling, without its
// noise, at the price of every candidate.
//
// Source: TensorFlow object_detection's classification loss under sampling in
// expectation (ExpectedLossWeights, ratio 3), for hard labels.
type Expectation struct {
	Ratio        float64 `range:"[0,)" doc:"negatives per positive that random sampling would keep"`
	MinNegatives int     `range:"[0,)" doc:"negatives that it would keep in an image with few or no positives"`
}

var _ Sampler = Expectation{}

// Validate reports a rule under which no negative weighs anything.
func (e Expectation) Validate() error { return someNegatives(e.Ratio, e.MinNegatives) }

// Needs implements [Sampler].
func (Expectation) Needs() Need { return 0 }

// Sample implements [Sampler].
func (e Expectation) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	pos, neg := dst.Split(c)
	drawn := max(e.Ratio*float64(len(pos)), float64(e.MinNegatives))
	weight := float32(min(1, drawn/float64(max(1, len(neg)))))
	dst.Keep(pos, neg)
	for i, at := range dst.Index {
		if c.GT[at] < 0 {
			dst.Weight[i] = weight
		}
	}
}
