package inspect

import (
	"fmt"
	"math"

	"detsample/losses"
	"detsample/sampling"
)

// untrained is the probability that an untrained head gives a class, by the prior
// bias, and the focal loss that is advised.
const (
	untrained  = 0.01
	focalAlpha = 0.25
	focalGamma = 2.0
)

// adviseLoss recommends a classification loss by the imbalance, with the share
// of the loss that negatives would have at the start of training: to the strategies
// that are inspected, or to start from where there are none.
// The imbalance is that of the anchors that are recommended, as counted.
func (a *analysis) adviseLoss(r *Report, counted *analysis) (list []Advice) {
	c, at := &r.Candidates, ""
	if counted != a {
		recommended := counted.candidates()
		c, at = &recommended, "At the size and with the anchors recommended: "
	}
	dense, proposals := a.heads(r)
	if len(dense) > 0 {
		list = append(list, lossOf(c, at, "dense stage", dense))
	}
	if len(proposals) > 0 {
		list = append(list, lossOf(c, at, "region proposal network", proposals))
	}
	if len(a.Strategies) == 0 {
		list = append(list, lossOf(c, at, "dense stage", nil))
	}
	return list
}

// lossOf advises heads of a stage on their loss, or on one to start from where
// there are none.
func lossOf(c *Candidates, at, stage string, heads []head) Advice {
	adv := Advice{Topic: "classification loss of the " + stage}
	if c.Positives == 0 {
		return noPositives(adv.Topic)
	}
	n := c.NegativesPerPositive()
	name, alpha := "cross entropy over all anchors", 0.5
	if heads != nil {
		h := floods(heads)
		if h == nil || answered(heads) != nil {
			adv.Keep, adv.Advice, adv.Because = true, "Keep what there is.", "No strategy learns from all anchors under a loss that weighs them alike: negatives are fewer already."
			if h = answered(heads); h != nil {
				adv.Because = fmt.Sprintf("%s learns from %s.", h.name, h.answer())
			}
			return adv
		}
		name = h.name
		if l, ok := h.stage.Cls.(losses.AlphaCE); ok {
			alpha = l.Alpha
		}
	}
	before, after := negativesShare(n, alpha, 0), negativesShare(n, focalAlpha, focalGamma)
	adv.Before = []Figure{{Name: "negatives' share of an untrained head's loss", Value: before, Share: true}}
	formula := at + fmt.Sprintf("With prior 0.01, %s gives the %.0f negatives of each positive %s of an untrained head's loss for each class, focal loss (0.25, 2) %s (n times alpha-weighted (1-p_t)^gamma log p_t at p = 0.01).",
		name, n, percent(before), percent(after))
	if n < fewNegatives {
		adv.Keep, adv.Advice = true, "Cross entropy."
		adv.Because = formula + " So few negatives leave focusing little to do."
		return adv
	}
	adv.After = []Figure{{Name: adv.Before[0].Name, Value: after, Share: true}}
	adv.Gain = Gain{100 * (before - after), OfLoss}
	adv.Advice, adv.Because = measuredOf(stage), formula+measured
	adv.Setting = "cls: {type: focal, alpha: 0.25, gamma: 2}\nnorm: {type: positives}"
	return adv
}

// measured says what the share of a loss does not tell.
const measured = " That is of the first steps, and no measure of AP: which loss is ahead depends on how long training is, and docs/answers.md (What to start with) has what was measured on generated scenes."

// measuredOf advises a stage's head on what to compare: no loss was ahead everywhere.
func measuredOf(stage string) string {
	const focal = "focal loss (alpha 0.25, gamma 2)"
	if stage == "dense stage" {
		return "Compare cross entropy over all anchors, within a point of the best on generated scenes once trained long, with 3:1 hard negatives, ahead in most short trainings there, and with " +
			focal + " over all anchors, by positives; each with the prior bias 0.01."
	}
	return "Compare " + focal + ", by positives, with cross entropy, each with the prior bias 0.01: on 512 anchors, as on generated scenes."
}

// floods returns the first head that counts every negative alike, nil if none does.
// A softmax's untrained share is not that of the prior bias, and a loss that weighs
// classes not that of the imbalance.
func floods(heads []head) *head {
	for i := range heads {
		switch heads[i].stage.Cls.(type) {
		case losses.CE, losses.AlphaCE:
			if sampling.ThinningOf(heads[i].stage.Sampler) == sampling.KeepsAll {
				return &heads[i]
			}
		}
	}
	return nil
}

// negativesShare returns the share of the loss that n negatives for each positive
// have where every candidate has the untrained probability: a positive's loss is
// -log(p), a negative's -log(1-p), times what the loss weighs them by.
func negativesShare(n, alpha, gamma float64) float64 {
	positive := alpha * math.Pow(1-untrained, gamma) * -math.Log(untrained)
	negatives := n * (1 - alpha) * math.Pow(untrained, gamma) * -math.Log(1-untrained)
	return negatives / (negatives + positive)
}
