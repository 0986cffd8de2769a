package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/bench/config"
)

// Trial is one training by which a strategy's settings are chosen.
type Trial struct {
	LR     float64 `json:"lr"`
	Scale  float64 `json:"scale"` // of the loss weights: 0 as written, 1 matched, between them in the logarithm
	Images int     `json:"images"`
	AP     float64 `json:"ap"`               // on validation images
	Failed string  `json:"failed,omitempty"` // why it ended early

	Untrained float64 `json:"untrained_ap"` // before the first step; -1 where it was not measured
}

// Tuned is what was chosen for a strategy, and by what.
type Tuned struct {
	Strategy string  `json:"strategy"`
	LR       float64 `json:"lr"`
	Scale    float64 `json:"scale"`
	Edge     bool    `json:"edge"` // no lower, or no higher, learning rate was tried
	Trials   []Trial `json:"trials"`
}

// Tuning is a search for the settings of all strategies, of the same size for
// each: successive halving (Karnin, Koren and Somekh 2013; Jamieson and
// Talwalkar 2016), in which many candidates train for a part of the budget, and
// the better ones for a larger part.
type Tuning struct {
	Validation int     `json:"validation_images"`
	Rungs      []Rung  `json:"rungs"`
	Strategies []Tuned `json:"strategies"`
}

// Rung is a step of a search: how many learning rates train for how long.
type Rung struct {
	Rates  int `json:"rates"`
	Images int `json:"images"`
}

// Rungs returns the steps of a search for a training: 5 rates for an eighth of
// its images, 3 for a quarter and 2 for all of them, 3.4 trainings in all. The
// last has the whole length because the best rate falls with it: rates found at
// a quarter cost 8 and 14 AP, and found at a half still 2.
func Rungs(t config.Training) []Rung {
	var rungs []Rung
	for _, step := range [...]struct{ rates, part int }{{len(rateSteps), 8}, {3, 4}, {2, 1}} {
		images := max(1, t.Images/step.part/t.Batch) * t.Batch
		images = min(images, t.Images)
		if n := len(rungs); n > 0 && rungs[n-1].Images == images {
			continue // of a training this short
		}
		rungs = append(rungs, Rung{Rates: step.rates, Images: images})
	}
	return rungs
}

// rateSteps are the learning rates that are tried, beside the one that is
// written.
var rateSteps = [...]float64{0.25, 0.5, 1, 2, 4}

// Rates returns the learning rates that are tried, ascending.
func Rates(written float64) []float64 {
	rates := make([]float64, len(rateSteps))
	for i, step := range rateSteps {
		if rates[i] = written; step != 1 {
			rates[i] = digits(written*step, 6)
		}
	}
	return rates
}

// NextRates returns the learning rates that are to be tried next, ascending,
// and for how many images each, given the trials so far of a strategy whose
// rate is written; none if the search has ended.
func NextRates(written float64, rungs []Rung, done []Trial) (rates []float64, images int) {
	for k, rung := range rungs {
		switch tried := at(done, rung.Images); {
		case len(tried) > 0:
		case k == 0:
			return Rates(written), rung.Images
		default:
			return around(Rates(written), best(written, at(done, rungs[k-1].Images)), rung.Rates), rung.Images
		}
	}
	return nil, 0
}

// at returns the trials of a number of images.
func at(done []Trial, images int) []Trial {
	var list []Trial
	for _, t := range done {
		if t.Images == images && t.Scale == 0 {
			list = append(list, t)
		}
	}
	return list
}

// best returns the rate of the best trial, or the written one if none has
// learned anything yet.
func best(written float64, tried []Trial) float64 {
	top := slices.MinFunc(tried, better)
	if !top.learned() {
		return written
	}
	return top.LR
}

// around returns so many neighbouring rates of a grid, the best among them: AP
// has one peak over the rate. Of two, the other is the lower neighbour, since
// the peak falls with the budget.
func around(grid []float64, best float64, keep int) []float64 {
	from := slices.Index(grid, best) - keep/2
	from = min(max(from, 0), len(grid)-keep)
	return grid[from : from+keep]
}

// better orders trials by AP, those that failed last, and the lower rate first
// of two that are equal.
func better(a, b Trial) int {
	return cmp.Or(cmp.Compare(b.score(), a.score()), cmp.Compare(a.LR, b.LR))
}

func (t Trial) score() float64 {
	if t.Failed != "" {
		return -1
	}
	return t.AP
}

// learned reports whether a training did more than its untrained network by
// chance: at 0.1 AP, and twice what that had, more than a few boxes are right.
func (t Trial) learned() bool {
	return t.Failed == "" && t.AP >= max(0.001, 2*t.Untrained)
}

// indistinct returns the difference to an AP that one run of each does not tell
// apart: 0.5 AP, and below 5 AP a tenth of it, as noise falls with AP there. In
// the study two runs of a strategy differ by about 1 AP above 8, and by 13% and
// 27% of it between 4 and 8 and between 2 and 4. At AP 0.8 a band of 0.5 would
// hold rates of which one is twice as good as the other.
func indistinct(ap float64) float64 { return min(0.005, ap/10) }

// ChooseRate returns the learning rate that a search has found: the best of the
// last rung, or the lower one if it is no more than 0.5 AP worse, and no more
// than a tenth. It is the written one, and ok is false, if none of these learned
// anything: if all diverged, or have less than 0.1 AP or less than twice that of
// the untrained network.
func ChooseRate(written float64, rungs []Rung, done []Trial) (rate float64, ok bool) {
	last := at(done, rungs[len(rungs)-1].Images)
	slices.SortStableFunc(last, better)
	if len(last) == 0 || !last[0].learned() {
		return written, false
	}
	rate = last[0].LR
	for _, t := range last {
		if t.Failed == "" && t.AP >= last[0].AP-indistinct(last[0].AP) {
			rate = min(rate, t.LR)
		}
	}
	return rate, true
}

// Scales are the sizes of losses that are tried where a strategy's differ: as
// written, halfway to matched, and matched.
var Scales = [...]float64{0, 0.5, 1}

// Differ reports whether a factor says that a loss is more than 4 times as
// large as its reference, or as small.
func Differ(factors []Factor) bool {
	return slices.ContainsFunc(factors, func(f Factor) bool {
		return max(f.Cls, 1/f.Cls, f.Box, 1/f.Box) > 4
	})
}

// ChooseScale returns the size of losses to take, of the trials at a rate and
// for a number of images: the best, or a more closely matched one if it is no
// more than 0.5 AP worse.
func ChooseScale(done []Trial, rate float64, images int) float64 {
	best, scale := -1.0, 0.0
	for _, t := range done {
		if t.LR == rate && t.Images == images {
			best = max(best, t.score())
		}
	}
	for _, t := range done {
		if t.LR == rate && t.Images == images && t.Failed == "" && t.AP >= best-indistinct(best) {
			scale = max(scale, t.Scale)
		}
	}
	return scale
}

// LRReason says how a rate was found, and on which images: it stays with the rate
// where others are trained on.
func (t Tuned) LRReason(rungs []Rung, validation int, of string) string {
	var parts []string
	for _, rung := range rungs {
		tried := at(t.Trials, rung.Images)
		if len(tried) == 0 {
			continue
		}
		var aps, rates []string
		for _, trial := range tried {
			aps = append(aps, trial.figure())
			rates = append(rates, number(trial.LR))
		}
		parts = append(parts, fmt.Sprintf("AP %s at %s after %d images", strings.Join(aps, " "), strings.Join(rates, " "), rung.Images))
	}
	reason := fmt.Sprintf("tuned on %d validation images of %s: %s", validation, of, strings.Join(parts, "; "))
	if t.Edge {
		reason += "; at the edge of what was tried"
	}
	return reason
}

// ScaleReason says how the weights of the losses were chosen, where they were, and on
// which images.
func (t Tuned) ScaleReason(images int, of string) string {
	var aps, scales []string
	for _, trial := range t.Trials {
		if trial.LR == t.LR && trial.Images == images {
			aps, scales = append(aps, trial.figure()), append(scales, scaleName(trial.Scale))
		}
	}
	return fmt.Sprintf("tuned: AP %s %s after %d images of %s", strings.Join(aps, " "), strings.Join(scales, ", "), images, of)
}

func scaleName(scale float64) string {
	switch scale {
	case 0:
		return "as written"
	case 1:
		return "matched"
	}
	return "between"
}

// figure writes a trial's AP in points.
func (t Trial) figure() string {
	if t.Failed != "" {
		return "failed"
	}
	return strconv.FormatFloat(100*t.AP, 'f', 1, 64)
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
