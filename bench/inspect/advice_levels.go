package inspect

import (
	"context"
	"fmt"
	"slices"

	"detsample/anchors"
	"detsample/internal/prose"
)

// levelRounds bounds how often size and anchors are changed and levels left out in
// turn.
const levelRounds = 4

// settle changes size and anchors as long as that gains, and leaves out the levels
// without positives at the ends of the pyramid that it comes to, until neither
// changes anything.
func (s *search) settle(ctx context.Context) error {
	for range levelRounds {
		if err := s.climb(ctx); err != nil {
			return err
		}
		counted, err := s.counted(ctx)
		if err != nil {
			return err
		}
		was := s.best.pyramid
		list, next, err := adviseEmptyLevels(ctx, s.best, counted)
		if err != nil {
			return err
		}
		s.steps = slices.DeleteFunc(s.steps, func(old step) bool { return old.Keep && old.Topic == levelsTopic })
		for _, adv := range list {
			s.steps = append(s.steps, step{Advice: adv})
		}
		if s.best = next; samePyramid(&was, &s.best.pyramid) {
			break
		}
	}
	return nil
}

const levelsTopic = "levels without positives"

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
		Topic: levelsTopic, Gain: Gain{100 * float64(left) / float64(all), OfAnchors},
		Because: fmt.Sprintf("No anchor of %s is positive in any image: such a level has nothing to learn but the background.", strides(empty)),
		Before:  []Figure{{Name: anchorsAnImage, Value: best.perImage()}},
	}
	fewer := best.pyramid
	fewer.Levels = fewer.Levels[first:last]
	found, err := best.with(ctx, fewer)
	if err != nil {
		return nil, best, err
	}
	adv.After = []Figure{{Name: anchorsAnImage, Value: found.perImage()}}
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
