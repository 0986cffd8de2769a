package inspect

import (
	"fmt"
	"math"

	"detsample/sampling"
)

// The fewest and the most regions an image that are recommended, and what each
// object gives the second stage: its own box, which joins the proposals, and one
// proposal at least.
const (
	fewestRegions = 64
	mostRegions   = 1024
	ofObject      = 2
)

// adviseRegions recommends how many regions the second stage should keep: to the
// first strategy that draws them at random, or to start from where no strategy is
// inspected.
func (a *analysis) adviseRegions(r *Report) []Advice {
	if len(a.Strategies) == 0 {
		return []Advice{a.regions(r, "", 512, 0.25)}
	}
	for i := range a.Strategies {
		s := &a.Strategies[i]
		if s.ROI == nil {
			continue
		}
		if random, ok := s.ROI.Sampler.(sampling.Random); ok {
			return []Advice{a.regions(r, s.Name, random.Num, random.PositiveFraction)}
		}
	}
	return nil
}

// regions recommends a number of regions in place of num, of which a fraction is
// positive.
func (a *analysis) regions(r *Report, name string, present int, fraction float64) Advice {
	median, many := r.Data.PerImage.Median, r.Data.PerImage.P95
	quota := func(num int) float64 { return math.Floor(float64(num) * fraction) }
	num := fewestRegions
	for quota(num) < ofObject*many && num < mostRegions {
		num *= 2
	}
	starved := func(num int) float64 {
		n := 0
		for i := range a.images {
			if ofObject*float64(a.first[i+1]-a.first[i]) < quota(num) {
				n++
			}
		}
		return Share(n, len(a.images))
	}
	leftOut := func(num int) float64 {
		left := 0.0
		for i := range a.images {
			left += max(0, ofObject*float64(a.first[i+1]-a.first[i])-quota(num))
		}
		return left / float64(ofObject*len(a.objects))
	}
	figures := func(num int) []Figure {
		positives := max(1, min(quota(num), ofObject*median))
		return []Figure{
			{Name: "regions an image", Value: float64(num)},
			{Name: "positives it has room for", Value: quota(num)},
			{Name: "images with fewer positives than room", Value: starved(num), Share: true},
			{Name: "positives without room", Value: leftOut(num), Share: true},
			{Name: "negatives for each positive, median image", Value: (float64(num) - positives) / positives},
		}
	}
	ratio := fmt.Sprintf("1:%.3g", (1-fraction)/fraction)
	where := ", where there are two stages"
	if name != "" {
		where = " in " + name
	}
	adv := Advice{
		Topic:   "regions of the second stage",
		Setting: fmt.Sprintf("roi:\n  sampler: {type: random, num: %d, positive_fraction: %v}", num, fraction),
		Advice:  fmt.Sprintf("%d regions an image at %s%s.", num, ratio, where),
		Because: fmt.Sprintf("95%% of the images have at most %.0f objects (median %.0f). Each gives the second stage at least its own box, which joins the proposals, and one proposal: %.0f positives, ",
			many, median, ofObject*many),
		Before: figures(present),
	}
	if quota(num) >= ofObject*many {
		adv.Because += fmt.Sprintf("for which %d of %d regions are room enough, the fewest of 64, 128, 256, 512 and 1024. More regions are filled with negatives only.", int(quota(num)), num)
	} else {
		adv.Because += fmt.Sprintf("more than the %d of %d regions, the most that are tried.", int(quota(num)), num)
	}
	if num != present {
		adv.After = figures(num)
	}
	fewer, crowded := 100*(starved(present)-starved(num)), 100*(leftOut(present)-leftOut(num)) // below 0 where more lack room
	switch {
	case num < present && fewer+min(0, crowded) >= worthwhile:
		if name != "" { // else nobody chose what it is beside
			adv.Gain = Gain{fewer, OfImages}
		}
	case num <= present || crowded < worthwhile:
		adv.Keep, adv.Advice = true, fmt.Sprintf("Keep %d regions an image at %s%s.", present, ratio, where)
		if num < present && -crowded < worthwhile {
			adv.Advice = fmt.Sprintf("Keep %d regions an image at %s%s; %d do as well.", present, ratio, where, num)
		}
	}
	return adv
}
