package inspect

import (
	"fmt"
	"math"
	"slices"
)

// adviseROIs recommends how many regions the second stage should keep.
func (a *analysis) adviseROIs(r *Report) Advice {
	median, many := r.Data.PerImage.Median, r.Data.PerImage.P95
	const fraction, each = 0.25, 2
	num := 64
	for float64(num)*fraction < each*many && num < 1024 {
		num *= 2
	}
	starved := func(num int) float64 {
		n := 0
		for i := range a.images {
			if each*float64(a.first[i+1]-a.first[i]) < math.Floor(float64(num)*fraction) {
				n++
			}
		}
		return Share(n, len(a.images))
	}
	figures := func(num int) []Figure {
		quota := math.Floor(float64(num) * fraction)
		positives := max(1, min(quota, each*median))
		return []Figure{
			{Name: "regions an image", Value: float64(num)},
			{Name: "positives it has room for", Value: quota},
			{Name: "images with fewer", Value: starved(num), Share: true},
			{Name: "negatives for each positive, median image", Value: (float64(num) - positives) / positives},
		}
	}
	adv := Advice{
		Topic:   "regions of the second stage",
		Setting: fmt.Sprintf("roi:\n  sampler: {type: random, num: %d, positive_fraction: %v}", num, fraction),
		Advice:  fmt.Sprintf("%d regions an image at 1:3.", num),
		Gain:    Gain{100 * (starved(512) - starved(num)), OfImages},
		Because: fmt.Sprintf("95%% of the images have at most %.0f objects (median %.0f). Each gives the second stage at least its own box, which joins the proposals, and one proposal: %.0f positives, for which a quarter of %d is the first of 64, 128, 256, 512 and 1024 to have room. More regions are filled with negatives only.",
			many, median, each*many, num),
		Before: figures(512),
	}
	if num != 512 {
		adv.After = figures(num)
	}
	if adv.Gain.Points < worthwhile && num <= 512 {
		adv.Keep, adv.Advice = true, "Keep 512 regions an image at 1:3, where there are two stages."
		if num < 512 {
			adv.Advice = fmt.Sprintf("Keep 512 regions an image at 1:3, where there are two stages; %d do as well.", num)
		}
	}
	if num > 512 {
		adv.Gain = Gain{}
	}
	return adv
}

// adviseSampler recommends a sampler of the dense stage by how often quotas
// starve.
func adviseSampler(r *Report) Advice {
	if r.Candidates.Positives == 0 {
		return noPositives("sampler of the dense stage")
	}
	imbalance := r.Candidates.NegativesPerPositive()
	i := slices.IndexFunc(r.Samplers, func(k Kept) bool { return k.Wanted > 0 && k.Reason == "" })
	adv := Advice{Topic: "sampler of the dense stage"}
	before := ""
	if i >= 0 {
		k := &r.Samplers[i]
		n := r.Data.Images
		before = fmt.Sprintf(" %s wants %d positives an image and finds fewer in %s of the images (fewer than a quarter of them in %s), so that it keeps 1 positive to %.1f negatives on average.",
			k.Name, k.Wanted, percent(Share(k.Starved, n)), percent(Share(k.Hungry, n)), k.Negatives.High/max(k.Positives.High, 1e-9))
		adv.Before = []Figure{
			{Name: "candidates kept an image (" + k.Name + "; all)", Value: k.Positives.High + k.Negatives.High},
			{Name: "images that starve it", Value: Share(k.Starved, n), Share: true},
			{Name: "negatives kept of all", Value: k.Negatives.High * float64(n) / float64(max(1, r.Candidates.Negatives)), Share: true},
		}
	}
	if imbalance < 20 {
		adv.Keep, adv.Advice = true, "Keep a sampler of a fixed number, or hard_negative at 3:1."
		adv.Because = fmt.Sprintf("There are %.1f negatives for each positive, few enough to sample.%s", imbalance, before)
		adv.Setting = "sampler: {type: random, num: 256, positive_fraction: 0.5}"
		return adv
	}
	adv.Advice = "Sampler all, under a loss that weighs by difficulty; or hard_negative at 3:1, which counts negatives by the positives there are."
	adv.Because = fmt.Sprintf("There are %.0f negatives for each positive.%s A sampler of a fixed number also leaves out nearly all moderately hard negatives.", imbalance, before)
	adv.Setting = "sampler: {type: all}"
	if len(adv.Before) == 0 {
		adv.Keep = len(r.Samplers) > 0
		return adv
	}
	adv.Gain = Gain{100 * (adv.Before[1].Value - Share(r.Candidates.None, r.Data.Images)), OfImages}
	adv.After = []Figure{
		{Name: adv.Before[0].Name, Value: float64(r.Candidates.Positives+r.Candidates.Negatives) / float64(r.Data.Images)},
		{Name: "images that starve it", Value: Share(r.Candidates.None, r.Data.Images), Share: true},
		{Name: "negatives kept of all", Value: 1, Share: true},
	}
	return adv
}

// noPositives is what is advised on what learns from positives where there are
// none.
func noPositives(topic string) Advice {
	return Advice{Topic: topic, Keep: true, Advice: "Change the anchors first.", Because: "No anchor is positive in any image, so that there is nothing to choose from or to weigh."}
}

// adviseLoss recommends a classification loss by the imbalance, with the share
// of the loss that negatives would have at the start of training.
func adviseLoss(r *Report) Advice {
	if r.Candidates.Positives == 0 {
		return noPositives("classification loss of the dense stage")
	}
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
		adv.Keep, adv.Advice = true, "Cross entropy."
		adv.Because, adv.After = formula+" So few negatives leave focusing little to do.", nil
		return adv
	}
	adv.Gain = Gain{100 * (ce - focal), OfLoss}
	adv.Advice = "Focal loss (alpha 0.25, gamma 2) over all anchors, by positives, with the prior bias 0.01; beside a sampler, cross entropy."
	adv.Because = formula + " After sampling, focusing would count difficulty twice."
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
		adv.Keep, adv.Advice, adv.Because = true, "No weighting of classes.", because
		return []Advice{adv}
	}
	effective := func(n int) float64 { return (1 - math.Pow(classBeta, float64(n))) / (1 - classBeta) }
	weight := effective(most.Objects) / effective(least.Objects)
	adv.Advice = "seesaw or equalized_focal; or class_balanced with beta 0.999, or images of rare classes shown more often."
	adv.Because = because + fmt.Sprintf(" The effective number (1-beta^n)/(1-beta) of class-balanced loss would weigh %s %.1f times as much as %s.", least.Name, weight, most.Name)
	return []Advice{adv}
}

const classBeta = 0.999

// adviseNWD recommends the scale of the normalised Wasserstein distance.
func adviseNWD(r *Report) Advice {
	c := r.Data.MeanSide
	const tiny = 16
	tinyShare := 0.0
	for _, g := range r.Octaves {
		if g.To > 0 && g.To <= tiny {
			tinyShare += Share(g.Objects, r.All.Objects)
		}
	}
	adv := Advice{
		Topic:   "scale C of the Wasserstein distance",
		Setting: fmt.Sprintf("nwd_scale: %.3g", c),
		Because: fmt.Sprintf("C is the mean of sqrt(width*height) over the %d objects at training size, as the authors of NWD advise (12.8 pixels on AI-TOD); the median is %.1f. %s of the objects are below %d pixels, where IoU falls to nothing within a few pixels and NWD does not.",
			r.All.Objects, r.Data.MedianSide, percent(tinyShare), tiny),
	}
	adv.Advice = fmt.Sprintf("C = %.3g pixels wherever nwd is used", c)
	if tinyShare >= 0.1 {
		adv.Advice += "; it is worth a trial here (assigner nwd_rka or rfla)."
	} else {
		adv.Keep = true
		adv.Advice += "; with so few tiny objects IoU will do."
	}
	return adv
}
