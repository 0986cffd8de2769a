package stage

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
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
	return append(list, t.weightless()...)
}

// weightless returns the trap of a loss whose weight is 0.
func (t Terms) weightless() (list []anchors.Warning) {
	for _, part := range []struct {
		name, what string
		weight     float64
	}{{"cls", "classes", t.ClsWeight}, {"box", "boxes", t.BoxWeight}} {
		if part.weight == 0 {
			list = append(list, anchors.Warning{
				Trap: anchors.NoWeight, Where: part.name,
				Detail: part.name + "_weight is 0: " + part.what + " are not learned",
				Remedy: part.name + "_weight 1",
			})
		}
	}
	return list
}

// focusing returns the trap that a focusing loss is in beside a sampler.
func (t Terms) focusing(sampler sampling.Sampler, dense bool) (w anchors.Warning, trapped bool) {
	focusing := losses.FocusingOf(t.Cls)
	if focusing == 0 {
		return w, false
	}
	loss, by := registry.Name(t.Cls), registry.Name(sampler)
	w.Where = "cls"
	switch thinning := sampling.ThinningOf(sampler); {
	case thinning == sampling.Balances:
		w.Trap = anchors.FocalAfterSampling
		w.Detail = fmt.Sprintf("%s (focusing %.3g) after %s, which leaves few easy negatives to fade", loss, focusing, by)
		w.Remedy = "sampler all with norm positives, or cross entropy beside " + by
	case thinning == sampling.Mines:
		w.Trap = anchors.FocalAfterMining
		w.Detail = fmt.Sprintf("%s (focusing %.3g) after %s favours hard candidates twice, outliers most", loss, focusing, by)
		w.Remedy = "sampler all with norm positives, or cross entropy beside " + by
	case dense && overAll(t.Norm):
		w.Trap = anchors.FocalOverAll
		w.Detail = fmt.Sprintf("%s over all candidates is divided by their number (norm %s): hardly a loss is left", loss, registry.Name(t.Norm))
		w.Remedy = "norm positives"
	default:
		return w, false
	}
	return w, true
}

// overAll reports whether a normaliser counts the candidates where all are
// sampled.
func overAll(n losses.Norm) bool {
	switch n := n.(type) {
	case losses.BySampled, losses.ByValid, losses.ByElements, losses.ByCandidates:
		return true
	case losses.PerImage:
		return overAll(n.Of)
	}
	return false
}
