package curves

import (
	"math"

	"detsample/internal/registry"
	"detsample/losses"
)

// Weighting is a weight by margin that is no loss of this library: one of
// boosting, or the step of a sampler that keeps the hardest.
type Weighting interface {
	// Loss returns what the weighting descends, NaN where it is not one.
	Loss(positive bool, margin float64) float64
	// Weight returns the weight of a candidate, on the scale of cross
	// entropy's gradient 1-p_t.
	Weight(positive bool, margin float64) float64
}

// Weightings are the registered weightings.
var Weightings = registry.New[Weighting]("weighting")

// AdaBoost weighs an example by exp(-m), the gradient of the exponential loss.
//
// Source: Freund and Schapire 1997; Friedman et al. 2000.
type AdaBoost struct{}

// Loss implements [Weighting].
func (AdaBoost) Loss(_ bool, margin float64) float64 { return math.Exp(-margin) }

// Weight implements [Weighting].
func (AdaBoost) Weight(_ bool, margin float64) float64 { return losses.AdaBoostWeight(margin) }

// LogitBoost weighs an example by p (1-p), the curvature of cross entropy: it
// turns away from the hopeless as well as from the easy.
//
// Source: Friedman et al. 2000.
type LogitBoost struct{}

// Loss implements [Weighting]. The weight is a curvature, of no loss the
// gradient.
func (LogitBoost) Loss(bool, float64) float64 { return math.NaN() }

// Weight implements [Weighting].
func (LogitBoost) Weight(_ bool, margin float64) float64 { return losses.LogitBoostWeight(margin) }

// OHEM keeps candidates below a margin and drops the others, cross entropy
// times a step. Where the step is depends on the batch: OHEM keeps a number of
// candidates, not those below a margin.
//
// Source: Shrivastava et al. 2016.
type OHEM struct {
	Below float64 `range:"[-5,5]" doc:"margin of the easiest candidate that is kept"`
}

// Loss implements [Weighting].
func (o OHEM) Loss(_ bool, margin float64) float64 { return o.step(margin) * crossEntropy(margin) }

// Weight implements [Weighting].
func (o OHEM) Weight(_ bool, margin float64) float64 { return o.step(margin) * hardness(margin) }

func (o OHEM) step(margin float64) float64 {
	if margin < o.Below {
		return 1
	}
	return 0
}

// SSD keeps every positive and, at 3 for each, the hardest negatives: [OHEM]
// for negatives.
//
// Source: Liu et al. 2016.
type SSD struct {
	Below float64 `range:"[-5,5]" doc:"margin of the easiest negative that is kept"`
}

// Loss implements [Weighting].
func (s SSD) Loss(positive bool, margin float64) float64 {
	if positive {
		return crossEntropy(margin)
	}
	return OHEM(s).Loss(positive, margin)
}

// Weight implements [Weighting].
func (s SSD) Weight(positive bool, margin float64) float64 {
	if positive {
		return hardness(margin)
	}
	return OHEM(s).Weight(positive, margin)
}

func init() {
	for _, e := range []registry.Entry[Weighting]{
		{Name: "adaboost", Meaning: "exp(-m), the exponential loss's gradient", Source: "Freund 1997", New: func() Weighting { return AdaBoost{} }},
		{Name: "logitboost", Meaning: "p (1-p), cross entropy's curvature", Source: "Friedman 2000", New: func() Weighting { return LogitBoost{} }},
		{Name: "ohem", Meaning: "cross entropy of the hardest, nothing of the others", Source: "Shrivastava 2016", New: func() Weighting { return OHEM{Below: -1} }},
		{Name: "ssd", Meaning: "cross entropy of the positives and the hardest negatives", Source: "Liu 2016", New: func() Weighting { return SSD{Below: 1} }},
	} {
		Weightings.Register(e)
	}
}
