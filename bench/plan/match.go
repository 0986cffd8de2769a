package plan

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// SettingSeed is the seed of the trainings by which settings are chosen. No
// comparison has it, so that what a setting has seen is not what it is judged
// by.
const SettingSeed uint64 = 0

// MostSeed is the largest first seed of a command, and of what a study keeps: with the
// seeds after it, all are exact as numbers in JSON, which are so up to 2^53.
const MostSeed uint64 = 1 << 52

// Calibration returns the images of a training by which losses are matched: the
// first 200 steps, or 4 times the warm-up, as far as the budget goes. Every
// strategy is measured on its own way. From the 50th step on, the ratio of two
// strategies' gradients at the trunk then stays within a third of what it is
// over the whole of training. Measured before the first step it is up to 4
// times off, since a loss over all candidates is made of negatives that a prior
// bias has not yet put to rest; and measured on the other strategy's way up to
// 8 times, since a head that never learned from most candidates is wrong about
// them (docs/tuning.md).
func Calibration(t config.Training) int {
	return min(max(calibrationSteps, 4*t.Warmup)*t.Batch, t.Images)
}

const calibrationSteps = 200

// MatchRounds is how often losses are matched at most. A changed weight changes
// the training that it is found by, a little: the second round finds what the
// first has left.
const MatchRounds = 3

// matchedWithin is the ratio of two gradients up to which they count as
// matched, about what another seed would change.
const matchedWithin = 1.25

// Factor is what the weights of a stage's losses are multiplied by.
type Factor struct {
	Stage    string
	Cls, Box float64
}

// Reference returns the index of the strategy whose losses those of strategy i
// are matched to: the first one of the same kind of detector.
func Reference(strategies []strategy.Strategy, i int) int {
	for k := range strategies[:i] {
		if strategies[k].TwoStage() == strategies[i].TwoStage() {
			return k
		}
	}
	return i
}

// Factors returns what the weights of a strategy's losses are to be multiplied
// by, so that each loss's gradient at the trunk is as large as the reference's,
// and whether all of them were so before. A loss that has no gradient, or whose
// reference has none, keeps its weight.
func Factors(own, reference []trainer.StageFigures) (factors []Factor, matched bool) {
	matched = true
	ratio := func(own, reference float64) float64 {
		if !(own > 0) || !(reference > 0) {
			return 1
		}
		r := reference / own
		matched = matched && max(r, 1/r) <= matchedWithin
		return r
	}
	for _, s := range own {
		for _, r := range reference {
			if r.Stage == s.Stage {
				factors = append(factors, Factor{s.Stage, ratio(s.Trunk.Cls, r.Trunk.Cls), ratio(s.Trunk.Box, r.Trunk.Box)})
			}
		}
	}
	return factors, matched
}

// Scaled returns a copy of the strategy with the weights of its losses
// multiplied, to three digits.
func Scaled(s strategy.Strategy, factors []Factor) strategy.Strategy {
	s = s.Clone()
	for _, f := range factors {
		if cls, box := s.Weights(f.Stage); cls != nil {
			*cls, *box = digits(*cls*f.Cls, 3), digits(*box*f.Box, 3)
		}
	}
	return s
}

// ScaleReason says what matching to a reference has made of a strategy, on which
// images and at which rates: it stays with the weights where others are trained on,
// or a search finds other rates.
func ScaleReason(before, after, reference *strategy.Strategy, images int, of string, failed bool) string {
	if failed {
		return fmt.Sprintf("not matched to %s: a training of %d images of %s failed", reference.Name, images, of)
	}
	rates := fmt.Sprintf("a rate of %v", after.LR)
	if after.LR != reference.LR {
		rates = fmt.Sprintf("rates of %v and %v", after.LR, reference.LR)
	}
	return fmt.Sprintf("matched to %s at the trunk over %d images of %s, at %s: %s", reference.Name, images, of, rates, changes(before, after))
}

// changes lists the weights that two strategies differ in.
func changes(before, after *strategy.Strategy) string {
	var weights []string
	for _, stage := range strategy.Stages {
		cls, box := before.Weights(stage)
		newCls, newBox := after.Weights(stage)
		if cls == nil {
			continue
		}
		for k, w := range [2][2]float64{{*cls, *newCls}, {*box, *newBox}} {
			if w[0] != w[1] {
				weights = append(weights, fmt.Sprintf("%s.%s_weight %v for %v", stage, [...]string{"cls", "box"}[k], w[1], w[0]))
			}
		}
	}
	if weights == nil {
		return "as written"
	}
	return strings.Join(weights, ", ")
}

// digits rounds a number to some significant digits.
func digits(x float64, n int) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', n-1, 64), 64)
	return rounded
}
