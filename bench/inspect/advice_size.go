package inspect

import (
	"context"
	"fmt"
	"slices"

	"detsample/anchors"
)

// tinySide is the side, in pixels at training size, below which little of an
// object is left: dataset.TinySide, of annotations without pixels.
const tinySide = 12

// adviseSize says what larger images would bring where the present rule makes
// them smaller than they are: with anchors fitted to each size, twice as large
// and twice again, as long as a step gains half a point.
func adviseSize(ctx context.Context, r *Report, present proposal) ([]Advice, proposal, error) {
	if present.scale() > 0.999 {
		return nil, present, nil
	}
	best := present
	var last proposal // the first that was not worth it
	for {
		size, ok := best.Resize.times(2)
		if !ok || best.scale() > 0.999 {
			break
		}
		if best.scale()*2 > 1 {
			size = Resize{}
		}
		a, err := best.resized(size)
		if err != nil {
			break // too large to be inspected
		}
		larger, err := a.propose(ctx, best.pyramid)
		if err != nil {
			return nil, present, err
		}
		if larger, _, err = larger.fitted(ctx); err != nil {
			return nil, present, err
		}
		if gained(&best, &larger).Points < worthwhile {
			last = larger
			break
		}
		best = larger
	}
	adv := Advice{Topic: "image size", Gain: gained(&present, &best), Before: append(present.figures(r), present.tiny())}
	reason := fmt.Sprintf("At size %s the median object is %.1f pixels, and %s of the objects are below %d.", present.Resize, present.medianSide(), percent(present.tiny().Value), tinySide)
	if best.analysis == present.analysis {
		if last.analysis == nil {
			return nil, present, nil
		}
		adv.Keep, adv.Advice, adv.Gain = true, "Keep "+present.Resize.String()+".", gained(&present, &last)
		adv.Because = reason + fmt.Sprintf(" At size %s, with anchors fitted to it, %s would be reached: %s.", last.Resize, percent(last.share), adv.Gain)
		adv.After = append(last.figures(r), last.tiny())
		return []Advice{adv}, present, nil
	}
	adv.Advice = fmt.Sprintf("Train at size %s (now %s), with %s.", best.Resize, present.Resize, described(&best.pyramid))
	adv.Because = reason + fmt.Sprintf(" At size %s they are %.1f pixels and %s. Sizes were doubled, with anchors fitted to each, as long as that reached half a point more. Beside the anchors recommended for size %s.",
		best.Resize, best.medianSide(), percent(best.tiny().Value), present.Resize)
	adv.After = append(best.figures(r), best.tiny())
	adv.Setting = best.setting()
	return []Advice{adv}, best, nil
}

// scale returns the median over images of their size in training beside their
// own.
func (a *analysis) scale() float64 {
	list := make([]float64, len(a.images))
	for i := range a.images {
		src := &a.set.Images[a.images[i].source]
		list[i] = float64(a.images[i].width) / float64(src.Width)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// medianSide returns the median of sqrt(width*height) at training size.
func (a *analysis) medianSide() float64 {
	sides := make([]float32, len(a.objects))
	for i := range a.objects {
		sides[i] = float32(a.objects[i].side())
	}
	return spreadOf32(sides).Median
}

// tiny returns the share of the objects of which little is left.
func (a *analysis) tiny() Figure {
	n := 0
	for i := range a.objects {
		if a.objects[i].side() < tinySide {
			n++
		}
	}
	return Figure{Name: fmt.Sprintf("objects below %d pixels", tinySide), Value: Share(n, len(a.objects)), Share: true}
}

// adviseFinerLevel says what a level of half the finest stride would bring or,
// below the strides in use, images twice as large as they are.
func adviseFinerLevel(ctx context.Context, r *Report, best proposal) ([]Advice, proposal, error) {
	missed := fmt.Sprintf("With what is recommended so far %s of the objects are out of reach.", percent(1-best.share))
	if finest := best.pyramid.Levels[0].Stride; finest > finestStride && finest%2 == 0 {
		found, err := best.with(ctx, finer(best.pyramid))
		if err != nil {
			return nil, best, err
		}
		adv := Advice{Topic: "finer level", Gain: gained(&best, &found), Before: best.figures(r), After: found.figures(r)}
		if adv.Gain.Points < worthwhile {
			return nil, best, nil
		}
		first := found.pyramid.Levels[0]
		adv.Advice = fmt.Sprintf("Add a level of stride %d, with sizes %s.", first.Stride, numbers(first.Sizes))
		adv.Because = missed + " A level of half the finest stride with half its sizes was measured over all objects."
		adv.Setting = found.setting()
		return []Advice{adv}, found, nil
	}
	if best.scale() < 0.999 || slices.ContainsFunc(best.pyramid.Levels, func(l anchors.Level) bool { return l.Stride%2 != 0 }) {
		return nil, best, nil
	}
	found, err := best.with(ctx, halved(best.pyramid))
	if err != nil {
		return nil, best, err
	}
	adv := Advice{Topic: "enlarged images", Gain: gained(&best, &found), Before: best.figures(r), After: found.figures(r)}
	if adv.Gain.Points < worthwhile {
		return nil, best, nil
	}
	adv.Advice = "Train on images, or on crops of them, that are enlarged twice, with the same anchors."
	adv.Because = missed + fmt.Sprintf(" The finest stride is %d pixels already, and objects are smaller than its anchors can follow. The same anchors on images twice as large were measured over all objects.", best.pyramid.Levels[0].Stride)
	return []Advice{adv}, best, nil
}

// finestStride is the finest that pyramids have in use.
const finestStride = 4

// finer returns the pyramid with a level of half the finest stride before it,
// with sizes half as large.
func finer(p anchors.Pyramid) anchors.Pyramid {
	first := halved(anchors.Pyramid{Levels: p.Levels[:1]}).Levels
	p.Levels = append(first, p.Levels...)
	return p
}

// halved returns the pyramid with half the strides and sizes: on images as
// they are, what p is on images twice as large.
func halved(p anchors.Pyramid) anchors.Pyramid {
	out := p
	out.Levels = nil
	for _, level := range p.Levels {
		half := anchors.Level{Stride: level.Stride / 2}
		for _, s := range level.Sizes {
			half.Sizes = append(half.Sizes, s/2)
		}
		out.Levels = append(out.Levels, half)
	}
	return out
}
