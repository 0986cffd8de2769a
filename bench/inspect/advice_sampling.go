package inspect

import (
	"fmt"
	"math"
	"slices"
)

// adviseROIs recommends how many regions the second stage should keep.
func adviseROIs(r *Report) Advice {
	median, many := r.Data.PerImage.Median, r.Data.PerImage.P95
	const fraction, each = 0.25, 2
	num := 64
	for float64(num)*fraction < each*many && num < 1024 {
		num *= 2
	}
	figures := func(num int) []Figure {
		quota := math.Floor(float64(num) * fraction)
		positives := max(1, min(quota, each*median))
		return []Figure{
			{Name: "regions an image", Value: float64(num)},
			{Name: "positives it has room for", Value: quota},
			{Name: "negatives for each positive, median image", Value: (float64(num) - positives) / positives},
		}
	}
	adv := Advice{
		Topic:   "regions of the second stage",
		Setting: fmt.Sprintf("roi:\n  sampler: {type: random, num: %d, positive_fraction: %v}", num, fraction),
		Advice:  fmt.Sprintf("%d regions an image at 1:3.", num),
		Because: fmt.Sprintf("95%% of the images have at most %.0f objects (median %.0f). Each gives the second stage at least its own box, which joins the proposals, and one proposal: %.0f positives, for which a quarter of %d is the first of 64, 128, 256, 512 and 1024 to have room. More regions are filled with negatives only.",
			many, median, each*many, num),
		Before: figures(512),
	}
	if num != 512 {
		adv.After = figures(num)
	}
	return adv
}

// adviseSampler recommends a sampler of the dense stage by how often quotas
// starve.
func adviseSampler(r *Report) Advice {
	imbalance := r.Candidates.NegativesPerPositive()
	i := slices.IndexFunc(r.Samplers, func(k Kept) bool { return k.Wanted > 0 && k.Reason == "" })
	adv := Advice{Topic: "sampler of the dense stage"}
	before := ""
	if i >= 0 {
		k := &r.Samplers[i]
		n := r.Data.Images
		before = fmt.Sprintf(" %s wants %d positives an image and finds fewer in %s of the images (fewer than a quarter of them in %s), so that it keeps 1 positive to %.1f negatives on average.",
			k.Name, k.Wanted, percent(share(k.Starved, n)), percent(share(k.Hungry, n)), k.Negatives.High/max(k.Positives.High, 1e-9))
		adv.Before = []Figure{
			{Name: "candidates kept an image (" + k.Name + "; all)", Value: k.Positives.High + k.Negatives.High},
			{Name: "images that starve it", Value: share(k.Starved, n), Share: true},
			{Name: "negatives kept of all", Value: k.Negatives.High * float64(n) / float64(max(1, r.Candidates.Negatives)), Share: true},
		}
	}
	if imbalance < 20 {
		adv.Advice = "random, or hard_negative at 3:1."
		adv.Because = fmt.Sprintf("There are %.1f negatives for each positive, few enough to sample."+before, imbalance)
		adv.Setting = "sampler: {type: random, num: 256, positive_fraction: 0.5}"
		return adv
	}
	adv.Advice = "all, with a loss that weighs by difficulty (below); where a sampler is wanted, hard_negative at 3:1, which counts negatives by the positives there are."
	adv.Because = fmt.Sprintf("There are %.0f negatives for each positive.%s A sampler of a fixed number also leaves out nearly all moderately hard negatives.", imbalance, before)
	adv.Setting = "sampler: {type: all}"
	if len(adv.Before) == 0 {
		return adv
	}
	adv.After = []Figure{
		{Name: adv.Before[0].Name, Value: float64(r.Candidates.Positives+r.Candidates.Negatives) / float64(r.Data.Images)},
		{Name: "images that starve it", Value: share(r.Candidates.None, r.Data.Images), Share: true},
		{Name: "negatives kept of all", Value: 1, Share: true},
	}
	return adv
}

// adviseLoss recommends a classification loss by the imbalance, with the share
// of the loss that negatives would have at the start of training.
func adviseLoss(r *Report) Advice {
	n := r.Candidates.NegativesPerPositive()
	const prior, alpha, gamma = 0.01, 0.25, 2.0
	// At the prior pi every candidate has p = pi: a positive's loss is -log(pi),
	// a negative's -log(1-pi), times what the loss weighs them by.
	ce := share64(n*-math.Log(1-prior), -math.Log(prior))
	focal := share64(n*(1-alpha)*math.Pow(prior, gamma)*-math.Log(1-prior), alpha*math.Pow(1-prior, gamma)*-math.Log(prior))
	adv := Advice{Topic: "classification loss of the dense stage"}
	figures := func(ce float64) []Figure {
		return []Figure{{Name: "negatives' share of an untrained head's loss", Value: ce, Share: true}}
	}
	adv.Before, adv.After = figures(ce), figures(focal)
	formula := fmt.Sprintf("With prior 0.01, cross entropy over all anchors gives the %.0f negatives of each positive %s of an untrained head's loss for each class, focal loss (0.25, 2) %s (n times alpha-weighted (1-p_t)^gamma log p_t at p = 0.01).",
		n, percent(ce), percent(focal))
	if n < 20 {
		adv.Advice = "Cross entropy."
		adv.Because, adv.After = formula+" So few negatives leave focusing little to do.", nil
		return adv
	}
	adv.Advice = "focal (alpha 0.25, gamma 2) over all anchors, normalised by positives, with the prior bias 0.01; beside a sampler, cross entropy, as focusing after sampling counts difficulty twice."
	adv.Because = formula
	adv.Setting = "cls: {type: focal, alpha: 0.25, gamma: 2}\nnorm: {type: positives}"
	return adv
}

func share64(a, b float64) float64 { return a / (a + b) }

// adviseBalance recommends a loss for a long tail of classes.
func adviseBalance(r *Report) []Advice {
	var counts []*Class
	for i := range r.Classes {
		if r.Classes[i].Objects > 0 {
			counts = append(counts, &r.Classes[i])
		}
	}
	if len(counts) < 2 {
		return nil
	}
	byObjects := func(a, b *Class) int { return a.Objects - b.Objects }
	most, least := slices.MaxFunc(counts, byObjects), slices.MinFunc(counts, byObjects)
	ratio := float64(most.Objects) / float64(least.Objects)
	adv := Advice{
		Topic:  "class balance",
		Before: []Figure{{Name: "objects of the commonest class for each of the rarest", Value: ratio}},
	}
	because := fmt.Sprintf("%s has %d objects, %s %d: %.0f to 1.", most.Name, most.Objects, least.Name, least.Objects, ratio)
	if none := len(r.Classes) - len(counts); none > 0 {
		because += fmt.Sprintf(" %d classes have none at all.", none)
	}
	if ratio < 50 {
		adv.Advice, adv.Because = "No weighting of classes.", because
		return []Advice{adv}
	}
	effective := func(n int) float64 { return (1 - math.Pow(classBeta, float64(n))) / (1 - classBeta) }
	weight := effective(most.Objects) / effective(least.Objects)
	adv.Advice = "seesaw or equalized_focal; or class_balanced with beta 0.999, or images of rare classes shown more often."
	adv.Because = because + fmt.Sprintf(" The effective number (1-beta^n)/(1-beta) of class-balanced loss would weigh %s %.1f times as much as %s.", least.Name, weight, most.Name)
	return []Advice{adv}
}

const classBeta = 0.999
