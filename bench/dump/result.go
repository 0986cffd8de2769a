package dump

import (
	"detsample/bench/likeness"
	"detsample/losses"
)

// Deciles is how many groups candidates are sorted into, from the easiest to
// the hardest.
const Deciles = 10

// Split is a quantity of positives and of negatives.
type Split struct{ Positives, Negatives float64 }

// Total returns the sum of both.
func (s Split) Total() float64 { return s.Positives + s.Negatives }

// Mass is how a quantity divides among the candidates: shares of its sum, which
// add up to 1; all 0 where the sum is 0.
type Mass struct {
	Sum     float64        // over all candidates, unnormalised
	Decile  [Deciles]Split // shares, easiest first
	Classes []float64      // shares of each class, the background last
}

// Result is what a replay found.
type Result struct {
	Images int

	// Labels are what the first sampler goes by, and the losses.
	Labels
	// Others are those that other samplers go by, where their assigners differ.
	Others []Labels
	// Unlike is how many candidates not all of these give the same class, or make
	// background, or ignore.
	Unlike int

	Losses   []LossResult    // in the order of the plan
	Samplers []SamplerResult // likewise

	// Similar is how alike weightings of the candidates are, of all that one of the
	// labels does not ignore, with 0 where a weighting's own do: the sizes of gradients that losses give
	// the candidates, those that a sampler's loss (cross entropy, if the plan names
	// none) gives what the sampler picks, times the pick's weight, AdaBoost's exp(-m)
	// and LogitBoost's p(1-p), at the margin m of p_t.
	Similar likeness.Similarity

	Notes []string // what a reader should know
}

// LossResult is what a loss makes of the candidates.
type LossResult struct {
	Name string

	Loss     Mass // of the loss
	Gradient Mass // of the gradient's size, the Euclidean norm by a row's logits

	// Weight is the mean effective weight of the candidates of each decile: the
	// gradient's size over that of cross entropy, 0 in a decile without. Flat
	// candidates, of which cross entropy's gradient is 0, are left out.
	Weight [Deciles]Split
	Mean   Split // over all candidates
	Flat   int
}

// SamplerResult is what a sampler picks of the candidates.
type SamplerResult struct {
	Name   string
	Labels int // that it goes by: 0 the result's Labels, or the place among Others, from 1

	Picked    int
	Positives int
	Negatives int
	Ratio     float64        // negatives for each positive, +Inf without positives, NaN without either
	Decile    [Deciles]Split // picks in each decile

	// Gradient is that of the sampler's loss (cross entropy's, if the plan names
	// none) on the picks, times their weights: where a step of the two learns.
	Gradient Mass

	// Scarcity is what was lacking: images with objects of which no positive
	// was picked, and others. Truths are known of dumps with ground truth; of
	// others, an image's classes with positives count as its truths.
	Scarcity losses.Scarcity

	// Mass is the share of each loss's gradient that lies in the picks, before
	// their weights, in the order of the plan's losses.
	Mass []float64
}
