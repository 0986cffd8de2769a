package stage

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// The traps of a stage's configuration.
const (
	// focalAfterSampling: a focusing loss sees what a balancing sampler left.
	// It is made to fade the flood of easy negatives (Lin et al. 2017), which
	// the sampler has already removed. In mmdetection 2, renaming a loss class
	// in the configuration silently switched sampling on beside focal loss. A
	// sampler that does not say what it leaves is taken for one of these.
	focalAfterSampling anchors.Trap = "focal_after_sampling"

	// focalAfterMining: a sampler that keeps the hardest candidates and a loss
	// that favours the hard ones. Outliers and wrong labels gain twice.
	focalAfterMining anchors.Trap = "focal_after_mining"

	// focalOverAll: a focusing loss over every candidate of a dense stage is
	// divided by the number of all of them. Nearly all are easy and have next
	// to no loss, so that the positives are divided by a thousand as well; Lin
	// et al. 2017 divide by the number of positives for this reason.
	focalOverAll anchors.Trap = "focal_over_all"

	// levelledOverPositives: a loss whose weights add up to the number of all
	// elements is divided by what does not grow with them, such as the number
	// of positives, and is a hundred times what others are.
	levelledOverPositives anchors.Trap = "levelled_over_positives"

	// noWeight: one of the two losses has weight 0, as in a literal that leaves
	// it out.
	noWeight anchors.Trap = "no_weight"
)

// Warnings returns the traps that a stage's configuration is in. dense says
// that its candidates are all anchors of an image, nearly all of them easy.
func (t Terms) Warnings(assigner anchors.Assigner, sampler sampling.Sampler, dense bool) []anchors.Warning {
	var list []anchors.Warning
	for _, part := range []struct {
		name  string
		value any
	}{{"assigner", assigner}, {"sampler", sampler}, {"cls", t.Cls}, {"box", t.Box}} {
		if wary, ok := part.value.(anchors.Wary); ok {
			for _, w := range wary.Warnings() {
				w.Where = part.name
				list = append(list, w)
			}
		}
	}
	if w, trapped := t.focusing(sampler, dense); trapped {
		list = append(list, w)
	}
	if w, trapped := t.levelling(sampler, dense); trapped {
		list = append(list, w)
	}
	return append(list, t.weightless()...)
}

// levelling returns the trap of a loss that levels all anchors, divided by what does
// not grow with them.
func (t Terms) levelling(sampler sampling.Sampler, dense bool) (w anchors.Warning, trapped bool) {
	if _, levels := t.Cls.(losses.GHMC); !levels || !dense || sampling.ThinningOf(sampler) != sampling.KeepsAll || overAll(t.Norm) {
		return w, false
	}
	return anchors.Warning{
		Trap: levelledOverPositives, Where: "cls",
		Detail: fmt.Sprintf("the weights of %s add up to the number of all its elements, and norm %s does not divide by that: the loss is far larger than others are", registry.Name(t.Cls), registry.Name(t.Norm)),
		Remedy: "norm valid_bins",
	}, true
}

// weightless returns the trap of a loss whose weight is 0.
func (t Terms) weightless() (list []anchors.Warning) {
	for _, part := range []struct {
		name, what string
		weight     float64
	}{{"cls", "classes", t.ClsWeight}, {"box", "boxes", t.BoxWeight}} {
		if part.weight == 0 {
			list = append(list, anchors.Warning{
				Trap: noWeight, Where: part.name,
				Detail: part.name + "_weight is 0: " + part.what + " are not learned",
				Remedy: part.name + "_weight 1",
			})
		}
	}
	return list
}

// focusing returns the trap that a focusing loss is in beside a sampler.
func (t Terms) focusing(sampler sampling.Sampler, dense bool) (w anchors.Warning, trapped bool) {
	focused, ok := t.Cls.(losses.Focused)
	if !ok || focused.Focusing() == 0 {
		return w, false
	}
	focusing := focused.Focusing()
	loss, by := registry.Name(t.Cls), registry.Name(sampler)
	w.Where = "cls"
	switch thinning := sampling.ThinningOf(sampler); {
	case thinning == sampling.Unsaid:
		w.Trap = focalAfterSampling
		own := registry.Name(UnsaidBy(sampler))
		which := "which"
		if own != by {
			which = "in which " + own
		}
		w.Detail = fmt.Sprintf("%s (focusing %.3g) after %s, %s does not say whether it leaves easy negatives to fade", loss, focusing, by, which)
		w.Remedy = "a method Thinning of " + own + " (sampling.Thinner), which returns KeepsAll if it leaves them"
	case thinning == sampling.Balances:
		w.Trap = focalAfterSampling
		w.Detail = fmt.Sprintf("%s (focusing %.3g) after %s, which leaves few easy negatives to fade", loss, focusing, by)
		w.Remedy = "sampler all with norm positives, or cross entropy beside " + by
	case thinning == sampling.Mines:
		w.Trap = focalAfterMining
		w.Detail = fmt.Sprintf("%s (focusing %.3g) after %s favours hard candidates twice, outliers most", loss, focusing, by)
		w.Remedy = "sampler all with norm positives, or cross entropy beside " + by
	case dense && overAll(t.Norm):
		w.Trap = focalOverAll
		w.Detail = fmt.Sprintf("%s over all candidates is divided by their number (norm %s): hardly a loss is left", loss, registry.Name(t.Norm))
		w.Remedy = "norm positives"
	default:
		return w, false
	}
	return w, true
}

// overAll reports whether a normaliser's divisor grows with the candidates,
// where all are sampled and the positives are as many as before.
func overAll(n losses.Norm) bool {
	of := func(candidates int) float64 {
		return n.Divisor(losses.Count{
			Images: 1, Candidates: candidates, Valid: candidates, Sampled: candidates, Positives: 10, Elements: candidates,
		})
	}
	return of(200_000) > of(100_000)
}
