package anchorfit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"detsample/anchors"
)

// Options says what a fit is judged by.
type Options struct {
	// Thresholds are the IoUs from which an anchor reaches an object: the
	// positive thresholds of the assigners that will train on the anchors. None
	// is 0.5.
	Thresholds []float64
	// Procs is how many goroutines measure, 0 for one a processor. The result
	// does not depend on it.
	Procs int
	// Progress, if not nil, is told the share of the work that is done.
	Progress func(done float64)
}

// Fitted is what [Fit] found.
type Fitted struct {
	Pyramid anchors.Pyramid
	// How says where its sizes and ratios come from, for a sentence; empty
	// where the given ones were kept.
	How string
}

// Fit returns the pyramid that covers the objects best among those on the same
// levels with as many sizes and ratios: sizes and ratios of clusters of the
// objects (k-means on IoU), sizes spread evenly over their sides, and the given
// ones, each refined by changing one number after the other.
//
// The result reaches at least as many objects as p at every threshold, counted
// over all of them, and is p where nothing is better by more than a thousandth.
// No level has two equal sizes, and no two ratios are equal: where p repeats
// one, another takes its place. No new size is below 1.25 strides of its level,
// or neighbouring anchors would leave gaps between them.
//
// Equal input gives an equal result. The error is the context's, or says what
// is wrong with the pyramid or a threshold.
func Fit(ctx context.Context, objects []Object, p anchors.Pyramid, o Options) (Fitted, error) {
	if err := p.Validate(); err != nil {
		return Fitted{}, err
	}
	if len(o.Thresholds) == 0 {
		o.Thresholds = []float64{0.5}
	}
	for _, t := range o.Thresholds {
		if !(t > 0 && t <= 1) {
			return Fitted{}, fmt.Errorf("anchorfit: threshold %v: expected above 0 and at most 1", t)
		}
	}
	if len(objects) == 0 {
		return Fitted{Pyramid: distinct(p, 1)}, nil
	}
	f := &fitter{Options: o, objects: objects}
	for i := range objects {
		f.classes = max(f.classes, int(objects[i].Class)+1)
	}
	return f.fit(ctx, p)
}

// fitter is a fit under way.
type fitter struct {
	Options
	objects []Object
	classes int

	some    []Object // by which pyramids are compared on the way
	before  reach    // of the given pyramid, over some
	present reach    // and over all
}

// worthwhile is the difference of score that counts.
const worthwhile = 1e-3

func (f *fitter) fit(ctx context.Context, given anchors.Pyramid) (Fitted, error) {
	var err error
	f.some = evenly(f.objects, 10000)
	if f.present, err = f.measure(ctx, f.objects, &given, nil); err != nil {
		return Fitted{}, err
	}
	if f.before, err = f.measure(ctx, f.some, &given, nil); err != nil {
		return Fitted{}, err
	}
	f.progress(0.05)
	starts, err := f.starts(ctx, given)
	if err != nil {
		return Fitted{}, err
	}
	f.progress(0.2)
	start, err := f.best(ctx, starts)
	if err != nil {
		return Fitted{}, err
	}
	kept := Fitted{Pyramid: distinct(given, 1)}
	finalists := []Fitted{start}
	for i, from := range []Fitted{start, {Pyramid: kept.Pyramid, How: "the present sizes and ratios"}} {
		from.How += ", refined"
		if from.Pyramid, err = f.refine(ctx, from.Pyramid); err != nil {
			return Fitted{}, err
		}
		finalists = append(finalists, from)
		f.progress(0.2 + 0.35*float64(i+1))
	}
	found, err := f.final(ctx, kept, finalists)
	f.progress(1)
	return found, err
}

func (f *fitter) progress(done float64) {
	if f.Progress != nil {
		f.Progress(done)
	}
}

// best returns the pyramid of the highest score over some of the objects, the
// first among equals.
func (f *fitter) best(ctx context.Context, list []Fitted) (Fitted, error) {
	at, highest := 0, math.Inf(-1)
	for i := range list {
		r, err := f.measure(ctx, f.some, &list[i].Pyramid, &f.before)
		if err != nil {
			return Fitted{}, err
		}
		if s := r.score(); s > highest {
			at, highest = i, s
		}
	}
	return list[at], nil
}

// final returns the pyramid of the highest score over all objects among those
// that reach as many as the given one, or kept if none is better.
func (f *fitter) final(ctx context.Context, kept Fitted, list []Fitted) (Fitted, error) {
	r, err := f.measure(ctx, f.objects, &kept.Pyramid, &f.present)
	if err != nil {
		return Fitted{}, err
	}
	highest := r.score() + worthwhile
	for _, c := range list {
		r, err := f.measure(ctx, f.objects, &c.Pyramid, &f.present)
		if err != nil {
			return Fitted{}, err
		}
		if s := r.score(); s > highest && r.asMany(&f.present) {
			kept, highest = c, s
		}
	}
	return kept, nil
}

// evenly returns at most so many objects, evenly taken.
func evenly(objects []Object, most int) []Object {
	if len(objects) <= most {
		return objects
	}
	out := make([]Object, most)
	for i := range out {
		out[i] = objects[i*len(objects)/most]
	}
	return out
}

// clone returns a pyramid that shares no memory with p.
func clone(p anchors.Pyramid) anchors.Pyramid {
	p.Levels, p.Ratios = slices.Clone(p.Levels), slices.Clone(p.Ratios)
	for l := range p.Levels {
		p.Levels[l].Sizes = slices.Clone(p.Levels[l].Sizes)
	}
	return p
}

// Threshold returns the IoU from which an assigner's candidate is positive: that
// of a [anchors.MaxIoU] that goes by IoU, and 0.5 for the others, which have none.
func Threshold(a anchors.Assigner) float64 {
	if m, ok := a.(anchors.MaxIoU); ok && m.Measure == anchors.MeasureIoU && m.PosIoU > 0 {
		return m.PosIoU
	}
	return 0.5
}
