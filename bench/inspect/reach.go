package inspect

import (
	"cmp"
	"context"
	"slices"

	"detsample/anchors"
	"detsample/bench/anchorfit"
)

// proposal is an image size and a pyramid, and how well its anchors reach the
// objects.
type proposal struct {
	*analysis // of the size
	pyramid   anchors.Pyramid
	boxes     []anchorfit.Object
	reach
}

// reach is how many objects have an anchor of the positive threshold.
type reach struct {
	best    []float32 // IoU of each object
	reached int
	share   float64   // of all objects
	small   float64   // of COCO's small ones
	class   []float64 // of each class
	macro   float64   // mean of class over those that have objects
	mean    float64   // mean best IoU
	bins    [IoUBins]int
}

// propose measures a pyramid over all objects at the analysis' size.
func (a *analysis) propose(ctx context.Context, p anchors.Pyramid) (proposal, error) {
	out := proposal{analysis: a, pyramid: p, boxes: a.boxes()}
	var err error
	out.reach, err = out.measure(ctx, &p)
	return out, err
}

// with returns the proposal with another pyramid.
func (p proposal) with(ctx context.Context, pyramid anchors.Pyramid) (proposal, error) {
	p.pyramid = pyramid
	var err error
	p.reach, err = p.measure(ctx, &pyramid)
	return p, err
}

// fitted returns the proposal with the pyramid that is fitted to the objects,
// from its own, and how it was found; empty if it stays.
func (p proposal) fitted(ctx context.Context) (proposal, string, error) {
	f, err := anchorfit.Fit(ctx, inOrder(p.boxes), p.pyramid, anchorfit.Options{
		Thresholds: []float64{p.PosIoU}, Procs: p.Procs,
		Progress: func(done float64) { p.progress("fitting anchors at size "+p.Resize.String(), done) },
	})
	if err != nil || f.How == "" {
		return p, "", err
	}
	out, err := p.with(ctx, f.Pyramid)
	return out, f.How, err
}

// inOrder returns objects in an order that does not depend on that of the
// annotations: what is fitted may, and a set has another in another format.
func inOrder(objects []anchorfit.Object) []anchorfit.Object {
	list := slices.Clone(objects)
	slices.SortFunc(list, func(a, b anchorfit.Object) int {
		return cmp.Or(slices.Compare(a.Box[:], b.Box[:]), cmp.Compare(a.Width, b.Width), cmp.Compare(a.Height, b.Height), cmp.Compare(a.Class, b.Class))
	})
	return list
}

func (p *proposal) measure(ctx context.Context, pyramid *anchors.Pyramid) (r reach, err error) {
	if r.best, err = anchorfit.Best(ctx, p.boxes, pyramid, p.Procs, p.PosIoU); err != nil {
		return r, err
	}
	smalls := 0
	smallReached, number := 0, make([]int, len(p.set.Categories))
	r.class = make([]float64, len(number))
	for i, v := range r.best {
		o := &p.objects[i]
		r.mean += float64(v)
		r.bins[iouBin(v)]++
		number[o.class]++
		isSmall := o.cocoSize == small
		if isSmall {
			smalls++
		}
		if v < float32(p.PosIoU) {
			continue
		}
		r.reached++
		r.class[o.class]++
		if isSmall {
			smallReached++
		}
	}
	r.share, r.small, r.mean = Share(r.reached, len(r.best)), Share(smallReached, smalls), r.mean/float64(len(r.best))
	classes := 0
	for c, n := range number {
		if n > 0 {
			r.class[c] /= float64(n)
			r.macro += r.class[c]
			classes++
		}
	}
	r.macro /= float64(max(1, classes))
	return r, nil
}

// at returns the share of some objects, all if nil, with an anchor of an IoU.
func (r *reach) at(objects []int32, iou float64) float64 {
	n := 0
	if objects == nil {
		for _, v := range r.best {
			if v >= float32(iou) {
				n++
			}
		}
		return Share(n, len(r.best))
	}
	for _, i := range objects {
		if r.best[i] >= float32(iou) {
			n++
		}
	}
	return Share(n, len(objects))
}

// perImage returns the number of anchors of a training image, with what it is padded by.
func (p *proposal) perImage() float64 { return float64(p.pyramid.Count(p.canvas())) }

// boxes returns the objects as anchors are fitted to them.
func (a *analysis) boxes() []anchorfit.Object {
	list := make([]anchorfit.Object, len(a.objects))
	for i := range list {
		o := &a.objects[i]
		img := &a.images[o.image]
		list[i] = anchorfit.Object{Box: o.box, Width: img.width, Height: img.height, Class: o.class}
	}
	return list
}

// resized returns the analysis of whole images at another size, without the counts.
func (a *analysis) resized(size Resize) (*analysis, error) {
	c := a.Config
	c.Resize, c.Crop, c.Samplers = size, 0, nil
	return newAnalysis(a.set, c)
}
