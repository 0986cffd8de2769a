package inspect

import (
	"context"
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/internal/prose"
	"detsample/internal/registry"
)

const (
	enough          = 0.95 // of a group's objects should have an anchor
	lowestThreshold = 0.3  // below which a positive has little of its object
	judged          = 30   // objects that a group needs to be judged by
	thresholdStep   = 0.05
)

// adviseThreshold looks for a positive threshold that leaves few objects out, of
// the class or size of which most are, on the anchors recommended so far. It
// returns the assigner with it as well, nil if the present one may stay.
func adviseThreshold(r *Report, best *proposal, counted *analysis) (Advice, *anchors.MaxIoU) {
	pos := best.PosIoU
	group, name := weakest(r, best)
	now, all := best.at(group, pos), best.share
	adv := Advice{
		Topic: "positive threshold", Keep: true, Advice: fmt.Sprintf("Keep %.4g.", pos),
		Before: []Figure{{"reached, " + name, now, true}},
	}
	if group != nil {
		adv.Before = append(adv.Before, Figure{"reached, all objects", all, true})
	}
	lower, has := thresholds(best.Assigner)
	if !has {
		adv.Advice = "The assigner has none."
		adv.Because = fmt.Sprintf("%s labels without a positive threshold; %s of %s have an anchor of IoU %.4g or more.", registry.Name(best.Assigner), percent(now), name, pos)
		return adv, nil
	}
	if now >= enough {
		adv.Because = fmt.Sprintf("Of every class and size of %d objects or more, %s or more have such an anchor; the least is %s with %s.", judged, percent(enough), name, percent(now))
		return adv, nil
	}
	// Steps are counted as whole numbers, so that they are what is written.
	step := int(math.Ceil(pos/thresholdStep-1e-9)) - 1
	for float64(step)*thresholdStep > lowestThreshold+1e-9 && best.at(group, float64(step)*thresholdStep) < enough {
		step--
	}
	t := math.Round(float64(step)*thresholdStep*100) / 100
	adv.Gain = Gain{100 * (best.at(nil, t) - all), OfThreshold}
	if t < lowestThreshold || adv.Gain.Points < worthwhile {
		if t < lowestThreshold {
			adv.Gain = Gain{}
		}
		adv.Because = fmt.Sprintf("%s of %s have an anchor of IoU %.4g or more; %.4g would bring %s points of all objects.", percent(now), name, pos, max(t, lowestThreshold), points(best.at(nil, max(t, lowestThreshold))-all))
		return adv, nil
	}
	adv.Keep = false
	low := max(0.05, math.Round((t-0.1)*100)/100)
	adv.Advice = fmt.Sprintf("Positive from %.4g, negative below %.4g (now positive from %.4g); or assign by rank (atss), which needs no threshold.", t, low, pos)
	reason := fmt.Sprintf("%.4g is the highest threshold in steps of %.4g at which %s of them do.", t, thresholdStep, percent(enough))
	if best.at(group, t) < enough {
		reason = fmt.Sprintf("At %.4g, below which a positive has little of its object, %s of them do.", t, percent(best.at(group, t)))
	}
	adv.Because = fmt.Sprintf("On the anchors recommended so far only %s of %s have an anchor of IoU %.4g or more; %s %s", percent(now), name, pos, learntBelow(best, counted), reason)
	adv.Setting = fmt.Sprintf("assigner: {type: max_iou, pos_iou: %.4g, neg_iou: %.4g}", t, low)
	adv.After = []Figure{{"reached, " + name, best.at(group, t), true}}
	if group != nil {
		adv.After = append(adv.After, Figure{"reached, all objects", best.at(nil, t), true})
	}
	lower.PosIoU, lower.NegIoU = t, low
	return adv, &lower
}

// learntBelow says how many of the objects that no anchor reaches have a positive all
// the same: a lower threshold gives these more positives, and does not make them
// learnt.
func learntBelow(best *proposal, counted *analysis) string {
	missed, forced := 0, 0
	for i, v := range best.best {
		if v < float32(best.PosIoU) {
			missed++
			if counted.objects[i].positives > 0 {
				forced++
			}
		}
	}
	if forced == 0 {
		return fmt.Sprintf("The %s without one %s no positive.", prose.Count(missed, "object", "objects"), map[bool]string{true: "has", false: "have"}[missed == 1])
	}
	return fmt.Sprintf("Of %s without one %d have a positive all the same, the best anchor, which is forced on them: a lower threshold gives these more positives.", prose.Count(missed, "object", "objects"), forced)
}

// lower goes on from a lower threshold: anchors are fitted again where objects count
// as reached from a lower IoU.
func (s *search) lower(ctx context.Context, threshold anchors.MaxIoU) error {
	c := s.best.Config
	c.Pyramid, c.Samplers = s.best.pyramid, nil
	c.setAssigner(threshold)
	at, err := newAnalysis(s.root.set, c)
	if err != nil {
		return err
	}
	if s.best, err = at.propose(ctx, s.best.pyramid); err != nil {
		return err
	}
	return s.settle(ctx)
}

// points writes a difference of shares.
func points(v float64) string { return fmt.Sprintf("%.1f", 100*v) }

// weakest returns the objects of the class or size of which the smallest share is
// reached, nil for all, and what a sentence calls them.
func weakest(r *Report, best *proposal) (group []int32, name string) {
	name = "all objects"
	least := best.share
	consider := func(list []int32, called string) {
		if len(list) >= judged {
			if v := best.at(list, best.PosIoU); v < least {
				group, name, least = list, called, v
			}
		}
	}
	every := make([]int32, len(best.objects))
	for i := range every {
		every[i] = int32(i)
	}
	for size, list := range best.split(every, cocoSizes, func(o *object) int { return int(o.cocoSize) }) {
		consider(list, cocoNames[size]+" objects")
	}
	for c, list := range best.split(every, len(r.Classes), func(o *object) int { return int(o.class) }) {
		consider(list, "class "+r.Classes[c].Name)
	}
	return group, name
}
