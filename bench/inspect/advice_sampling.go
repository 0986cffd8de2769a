package inspect

import (
	"fmt"
	"slices"
)

// fewNegatives is how many negatives for each positive are few enough to draw from.
const fewNegatives = 20

// adviseSampler recommends a sampler of the dense stage by how often quotas
// starve: to the strategies that are inspected, or to start from where there are
// none.
func (a *analysis) adviseSampler(r *Report) (list []Advice) {
	dense, proposals := a.heads(r)
	if len(dense) > 0 {
		list = append(list, samplerOf(r, dense))
	}
	if len(proposals) > 0 {
		list = append(list, proposalSampler(r, proposals))
	}
	if len(a.Strategies) == 0 {
		list = append(list, anySampler(r))
	}
	return list
}

// samplerOf advises dense stages on their sampler.
func samplerOf(r *Report, heads []head) Advice {
	adv := Advice{Topic: "sampler of the dense stage"}
	if r.Candidates.Positives == 0 {
		return noPositives(adv.Topic)
	}
	imbalance := r.Candidates.NegativesPerPositive()
	adv.Because = negativesOfEach(imbalance)
	worst := starved(heads)
	if h := answered(heads); h != nil {
		adv.Keep, adv.Advice = true, fmt.Sprintf("Keep what there is: %s learns from %s.", h.name, h.answer())
		return adv
	}
	if worst == nil || imbalance < fewNegatives {
		adv.Keep, adv.Advice = true, "Keep what there is."
		return adv
	}
	adv.weigh(r, worst.kept)
	adv.Because += quotaOf(r, worst.kept)
	if adv.Gain.Points < worthwhile {
		adv.keepQuota(worst.kept)
		return adv
	}
	adv.Advice = fmt.Sprintf("In %s hard_negative at 3:1, which counts negatives by the positives there are; or all, under a loss that weighs by difficulty.", worst.name)
	adv.Setting = "sampler: {type: hard_negative, ratio: 3}"
	return adv
}

// proposalSampler says what the samplers of region proposal networks make of the
// positives. Images that have fewer than a sampler wants are the rule there.
func proposalSampler(r *Report, heads []head) Advice {
	adv := Advice{Topic: "sampler of the region proposal network", Keep: true, Advice: "Keep what there is."}
	if r.Candidates.Positives == 0 {
		return noPositives(adv.Topic)
	}
	adv.Because = negativesOfEach(r.Candidates.NegativesPerPositive())
	if worst := starved(heads); worst != nil {
		adv.Because += quotaOf(r, worst.kept) + " Negatives take their place."
	}
	adv.Because += " A first stage has to propose objects and not to tell classes: nothing was found to speak for all anchors there (docs/answers.md)."
	return adv
}

// starved returns the head whose sampler finds fewer positives than it wants in
// the most images, nil if none wants a number of them.
func starved(heads []head) (worst *head) {
	for i := range heads {
		h := &heads[i]
		if h.kept.Wanted > 0 && h.kept.Reason == "" && (worst == nil || h.kept.Starved > worst.kept.Starved) {
			worst = h
		}
	}
	return worst
}

// anySampler advises on a sampler to start from.
func anySampler(r *Report) Advice {
	adv := Advice{Topic: "sampler of the dense stage"}
	if r.Candidates.Positives == 0 {
		return noPositives(adv.Topic)
	}
	imbalance := r.Candidates.NegativesPerPositive()
	adv.Because = negativesOfEach(imbalance)
	i := slices.IndexFunc(r.Samplers, func(k Kept) bool { return k.Wanted > 0 && k.Reason == "" })
	if i >= 0 {
		adv.weigh(r, &r.Samplers[i])
		adv.Because += quotaOf(r, &r.Samplers[i])
	}
	switch {
	case imbalance < fewNegatives:
		adv.Keep, adv.Advice = true, "Keep a sampler of a fixed number, or hard_negative at 3:1."
		adv.Gain, adv.After = Gain{}, nil
		adv.Because += " They are few enough to draw from."
		adv.Setting = "sampler: {type: random, num: 256, positive_fraction: 0.5}"
		return adv
	case i >= 0 && adv.Gain.Points < worthwhile:
		adv.keepQuota(&r.Samplers[i])
		adv.Setting = "sampler: {type: random, num: 256, positive_fraction: 0.5}"
		return adv
	}
	adv.Keep = i < 0 && len(r.Samplers) > 0
	adv.Advice = "Sampler all, under a loss that weighs by difficulty; or hard_negative at 3:1, which counts negatives by the positives there are."
	adv.Advice += " No sampler was named (--config): this is one to start from."
	adv.Gain = Gain{} // over one that nobody chose
	adv.Because += " A sampler of a fixed number also leaves out nearly all moderately hard negatives."
	adv.Setting = "sampler: {type: all}"
	return adv
}

func negativesOfEach(imbalance float64) string {
	if imbalance < fewNegatives {
		return fmt.Sprintf("There are %.1f negatives for each positive.", imbalance)
	}
	return fmt.Sprintf("There are %.0f negatives for each positive.", imbalance)
}

// quotaOf says how often a sampler finds fewer positives than it wants.
func quotaOf(r *Report, k *Kept) string {
	n := r.Data.Images
	return fmt.Sprintf(" %s wants %d positives an image and finds fewer in %s of the images (fewer than a quarter of them in %s), so that it keeps 1 positive to %.1f negatives on average.",
		k.Name, k.Wanted, percent(Share(k.Starved, n)), percent(Share(k.Hungry, n)), k.Negatives.High/max(k.Positives.High, 1e-9))
}

// weigh sets what all anchors are worth in place of what a sampler keeps.
func (adv *Advice) weigh(r *Report, k *Kept) {
	n := r.Data.Images
	adv.Before = []Figure{
		{Name: "candidates kept an image (" + k.Name + "; all)", Value: k.Positives.High + k.Negatives.High},
		{Name: "images that starve " + k.Name, Value: Share(k.Starved, n), Share: true},
		{Name: "images without objects, which starve any", Value: Share(r.Data.Empty, n), Share: true},
		{Name: "negatives kept of all", Value: k.Negatives.High * float64(n) / float64(max(1, r.Candidates.Negatives)), Share: true},
	}
	adv.After = []Figure{
		{Name: adv.Before[0].Name, Value: float64(r.Candidates.Positives+r.Candidates.Negatives) / float64(n)},
		{Name: adv.Before[1].Name, Value: Share(r.Candidates.None, n), Share: true},
		adv.Before[2],
		{Name: adv.Before[3].Name, Value: 1, Share: true},
	}
	adv.Gain = Gain{100 * (adv.Before[1].Value - adv.After[1].Value), OfImages}
}

// keepQuota keeps a sampler that finds what it wants.
func (adv *Advice) keepQuota(k *Kept) {
	adv.Keep, adv.Gain, adv.After = true, Gain{}, nil
	adv.Advice = fmt.Sprintf("Keep a sampler of a fixed number, where there is one: %s finds the positives that it wants.", k.Name)
}

// noPositives is what is advised on what learns from positives where there are
// none.
func noPositives(topic string) Advice {
	return Advice{Topic: topic, Keep: true, Advice: "Change the anchors first.", Because: "No anchor is positive in any image, so that there is nothing to choose from or to weigh."}
}
