package inspect

import (
	"context"
	"fmt"
	"slices"

	"detsample/bench/config"
	"detsample/internal/prose"
)

const sizeTopic = "image size"

// tinySide is the side, in pixels at training size, below which little of an
// object is left: dataset.TinySide, of annotations without pixels.
const tinySide = 12

const (
	original = 0.999 // from which images count as no smaller than they are
	enlarged = 2     // how many times as large as they are images are tried at most
)

// larger returns the analysis at twice the size, nil where images would be enlarged
// more than twice or are too large to be inspected. Images that are shrunk by it no
// longer are left as they are; beyond, the longest side is scaled, as compare does. It
// may be more than a comparison trains on: see [analysis.within].
func (a *analysis) larger() *analysis {
	scale := a.scale()
	size, ok := a.Resize.times(2)
	switch {
	case scale < original && 2*scale >= original:
		size, ok = Resize{}, true
	case scale >= original && a.Resize.Short == 0:
		size = Resize{Long: enlarged * a.side()}
		ok = size.Long <= maxSide
	}
	if !ok {
		return nil
	}
	found, err := a.resized(size)
	if err != nil || found.scale() > enlarged*1.001 || found.scale() < scale*1.2 {
		return nil
	}
	return found
}

// side returns the median of the images' own longest sides.
func (a *analysis) side() int {
	sides := make([]int, len(a.images))
	for i := range a.images {
		src := &a.set.Images[a.images[i].source]
		sides[i] = max(src.Width, src.Height)
	}
	slices.Sort(sides)
	return sides[len(sides)/2]
}

// trainable reports whether a comparison trains at the size.
func (a *analysis) trainable() bool { return config.Size(a.longest()).Validate() == nil }

// sizeAdvice advises a larger size.
func (s *search) sizeAdvice(from *proposal, m *move) Advice {
	to := &m.to
	at, with := "at size "+to.Resize.String(), "the same anchors"
	if to.Crop > 0 {
		at = fmt.Sprintf("on crops of %d pixels of the images as they are", to.Crop)
	}
	if m.fitted {
		with = described(&to.pyramid)
	}
	adv := Advice{Topic: sizeTopic, Advice: fmt.Sprintf("Train %s (now %s), with %s.", at, from.Resize, with)}
	adv.Because = shrunkTo(from) + fmt.Sprintf(" At size %s they are %.1f pixels and %s.", to.Resize, to.medianSide(), percent(to.tiny().Value))
	if to.scale() > 1/original {
		adv.Because += fmt.Sprintf(" Enlarging adds no detail: objects become large beside the finest stride, %d pixels.", to.pyramid.Levels[0].Stride)
	}
	adv.Because += stepOf(from, to)
	for i := range s.tried {
		if other := &s.tried[i]; other.topic == anchorsTopic {
			adv.Because += fmt.Sprintf(" Instead of it anchors fitted at size %s reach %s.", from.Resize, percent(other.to.share))
		}
	}
	const padded = "pixels of a training image, padded"
	adv.Before = []Figure{from.tiny(), {Name: padded, Value: from.padded()}}
	adv.After = []Figure{to.tiny(), {Name: padded, Value: to.padded()}}
	return adv
}

// stepOf says how much longer a step takes, by the pixels that are trained on.
func stepOf(from, to *proposal) string {
	w0, h0 := from.canvas()
	w, h := to.canvas()
	what := "images are padded to"
	if to.Crop > 0 {
		what = "crops are"
	}
	return fmt.Sprintf(" A step takes %s what it takes now: %s %d x %d pixels, where they were %d x %d.", prose.Times(to.padded()/from.padded()), what, w, h, w0, h0)
}

// sizeKept says why a size that images are shrunk to may stay.
func (s *search) sizeKept(larger *move) Advice {
	from, to := &s.best, &larger.to
	adv := Advice{Topic: sizeTopic, Keep: true, Advice: "Keep " + from.Resize.String() + ".", Gain: gained(from, to)}
	with := "the same anchors"
	if larger.fitted {
		with = "anchors fitted to it"
	}
	adv.Because = shrunkTo(from) + fmt.Sprintf(" At size %s, with %s, %s would be reached: %s.", to.Resize, with, percent(to.share), adv.Gain)
	adv.Before, adv.After = append(from.figures(s.report), from.tiny()), append(to.figures(s.report), to.tiny())
	return adv
}

func shrunkTo(p *proposal) string {
	return fmt.Sprintf("At size %s the median object is %.1f pixels, and %s of the objects are below %d.", p.Resize, p.medianSide(), percent(p.tiny().Value), tinySide)
}

// beyond advises a larger size at which no comparison trains, or small detectors are
// not for, and returns the note that it is not in the configuration; empty where that
// is worth little.
func (s *search) beyond(ctx context.Context) (note string, err error) {
	a := s.best.larger()
	if a == nil || a.feasible(s.best.analysis) || !s.best.trainable() {
		return "", nil
	}
	m := move{topic: sizeTopic}
	if m.to, err = a.propose(ctx, s.best.pyramid); err != nil {
		return "", err
	}
	from := s.best
	if gained(&from, &m.to).Points < worthwhile || m.to.share < from.share {
		return "", nil
	}
	s.make(&m)
	s.best = from
	why := "compare trains at no such size"
	reason := fmt.Sprint(config.Size(a.longest()).Validate())
	if a.trainable() {
		width, height := a.canvas()
		why = "compare's small detectors are for no such size"
		reason = fmt.Sprintf("images are padded to %d x %d pixels there", width, height)
	}
	at := &s.steps[len(s.steps)-1]
	at.Setting = ""
	at.Advice.Advice += fmt.Sprintf(" %s: the configuration leaves images at size %s; with compare, take images that are cut into parts and enlarged.", why, from.Resize)
	return fmt.Sprintf("the size %s that is advised is not in the configuration, which has %s: %s (%s)", a.Resize, from.Resize, why, reason), nil
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
