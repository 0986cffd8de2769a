package inspect

import (
	"context"
	"fmt"

	"detsample/anchors"
	"detsample/internal/prose"
)

// adviseEmptyLevels names the levels of a proposal on which no anchor is
// positive, as counted, and proposes to leave those out that lie at either end.
func adviseEmptyLevels(ctx context.Context, best proposal, counted *analysis) ([]Advice, proposal, error) {
	first, last := 0, len(counted.levels)
	for first < last && counted.levels[first].positives == 0 {
		first++
	}
	for last > first && counted.levels[last-1].positives == 0 {
		last--
	}
	empty := emptyStrides(counted)
	if len(empty) == 0 || first == last {
		return nil, best, nil
	}
	var all, left int64
	for l, c := range counted.levels {
		all += c.anchors
		if l < first || l >= last {
			left += c.anchors
		}
	}
	adv := Advice{
		Topic: "levels without positives", Gain: Gain{100 * float64(left) / float64(all), OfAnchors},
		Because: fmt.Sprintf("No anchor of %s is positive in any of the %d images: such a level has nothing to learn but the background.", strides(empty), len(counted.images)),
		Before:  []Figure{{Name: "anchors an image", Value: best.perImage()}},
	}
	fewer := best.pyramid
	fewer.Levels = fewer.Levels[first:last]
	found, err := best.with(ctx, fewer)
	if err != nil {
		return nil, best, err
	}
	adv.After = []Figure{{Name: "anchors an image", Value: found.perImage()}}
	if adv.Gain.Points < worthwhile || found.reached < best.reached {
		adv.Keep, adv.Advice = true, fmt.Sprintf("Keep %s, or leave them out: they are %s of the anchors.", strides(empty), percent(adv.Gain.Points/100))
		if len(empty) == 1 {
			adv.Advice = fmt.Sprintf("Keep %s, or leave it out: it has %s of the anchors.", strides(empty), percent(adv.Gain.Points/100))
		}
		return []Advice{adv}, best, nil
	}
	adv.Advice = fmt.Sprintf("Leave out %s.", strides(ends(&best.pyramid, first, last)))
	adv.Setting = found.setting()
	return []Advice{adv}, found, nil
}

// emptyStrides returns the strides of the levels without positives.
func emptyStrides(counted *analysis) (list []int) {
	for l, c := range counted.levels {
		if c.positives == 0 {
			list = append(list, counted.Pyramid.Levels[l].Stride)
		}
	}
	return list
}

// ends returns the strides before first and from last on.
func ends(p *anchors.Pyramid, first, last int) (list []int) {
	for l, level := range p.Levels {
		if l < first || l >= last {
			list = append(list, level.Stride)
		}
	}
	return list
}

// strides writes strides for a sentence.
func strides(list []int) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = fmt.Sprint(s)
	}
	if len(words) == 1 {
		return "stride " + words[0]
	}
	return "strides " + prose.List(words, "and")
}
