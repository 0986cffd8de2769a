package inspect

import (
	"fmt"
	"math"
	"slices"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/losses"
)

// adviseBalance recommends a loss for a long tail of classes, unless a strategy
// that is inspected has one.
func (a *analysis) adviseBalance(r *Report) []Advice {
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
	because := fmt.Sprintf("%s has %d objects, %s %d: %.3g to 1.", most.Name, most.Objects, least.Name, least.Objects, ratio)
	if none := len(r.Classes) - len(counts); none > 0 {
		because += fmt.Sprintf(" %d classes have none at all.", none)
	}
	if name, loss := a.balanced(); name != "" {
		adv.Keep, adv.Because = true, because
		adv.Advice = fmt.Sprintf("Keep what there is: %s learns by %s.", name, loss)
		return []Advice{adv}
	}
	effective := func(n int) float64 { return (1 - math.Pow(classBeta, float64(n))) / (1 - classBeta) }
	weight := effective(most.Objects) / effective(least.Objects)
	because += fmt.Sprintf(" The effective number (1-beta^n)/(1-beta) of class-balanced loss would weigh %s %.1f times as much as %s.", least.Name, weight, most.Name)
	because += fmt.Sprintf(" Weighting is advised from %d to 1, a rule of thumb: nothing is counted that would change there at once.", longTail)
	if adv.Because = because; ratio < longTail {
		adv.Keep, adv.Advice = true, "No weighting of classes."
		if ratio >= longTail/2 {
			adv.Advice = "No weighting of classes, or one for a trial beside it: seesaw or equalized_focal."
		}
		return []Advice{adv}
	}
	adv.Advice = "seesaw or equalized_focal; or class_balanced with beta 0.999, or images of rare classes shown more often."
	return []Advice{adv}
}

const (
	classBeta = 0.999
	longTail  = 50 // objects of the commonest class for each of the rarest, from which weighting is advised
)

// balanced returns the first strategy with a loss that weighs classes by how often
// they are met, and that loss; empty without any.
func (a *analysis) balanced() (name, loss string) {
	for i := range a.Strategies {
		s := &a.Strategies[i]
		for _, l := range classLosses(s) {
			switch l.(type) {
			case losses.Seesaw, losses.EqualizedFocal, losses.EQLv2, losses.ClassBalanced, losses.SoftmaxClassBalanced:
				return s.Name, registry.Name(l)
			}
		}
	}
	return "", ""
}

// classLosses returns the losses by which a strategy tells classes apart.
func classLosses(s *strategy.Strategy) (list []losses.Cls) {
	if s.Dense != nil {
		list = append(list, s.Dense.Cls)
	}
	if s.ROI != nil {
		list = append(list, s.ROI.Cls)
	}
	return list
}

// byDistance returns the first strategy whose assigner goes by the distance of
// boxes, and that assigner; empty without any.
func (a *analysis) byDistance() (name, assigner string) {
	for i := range a.Strategies {
		stage := a.Strategies[i].Candidates()
		if stage == nil {
			continue
		}
		at := a.Strategies[i].Name
		switch s := stage.Assigner.(type) {
		case anchors.NWDRKA, anchors.RFLA:
			return at, registry.Name(s)
		case anchors.MaxIoU:
			if s.Measure == anchors.MeasureNWD {
				return at, registry.Name(s)
			}
		}
	}
	return "", ""
}

// adviseNWD recommends the scale of the normalised Wasserstein distance, at the
// analysis' size.
func (a *analysis) adviseNWD() Advice {
	c := a.meanSide()
	const tiny = 16
	below := 0
	for i := range a.objects {
		if a.objects[i].side() < tiny {
			below++
		}
	}
	tinyShare := Share(below, len(a.objects))
	adv := Advice{
		Topic:   "scale C of the Wasserstein distance",
		Setting: fmt.Sprintf("nwd_scale: %.3g", c),
		Because: fmt.Sprintf("C is the mean of sqrt(width*height) over the %d objects at size %s, as the authors of NWD advise (12.8 pixels on AI-TOD); the median is %.1f. %s of the objects are below %d pixels, where IoU falls to nothing within a few pixels and NWD does not.",
			len(a.objects), a.Resize, a.medianSide(), percent(tinyShare), tiny),
	}
	adv.Advice = fmt.Sprintf("C = %.3g pixels wherever nwd is used", c)
	if name, assigner := a.byDistance(); name != "" {
		adv.Keep = true
		adv.Advice += fmt.Sprintf("; %s assigns by %s.", name, assigner)
	} else if tinyShare >= 0.1 {
		adv.Advice += "; it is worth a trial here (assigner nwd_rka or rfla)."
	} else {
		adv.Keep = true
		adv.Advice += "; with so few tiny objects IoU will do."
	}
	return adv
}
