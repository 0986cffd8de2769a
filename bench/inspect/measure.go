package inspect

import (
	"context"

	"detsample/anchors"
	"detsample/bench/anchorfit"
)

// reach is how well anchors cover the objects, by each object's best IoU.
type reach struct {
	half      float64   // share with an anchor of IoU 0.5 or more
	smallHalf float64   // the same of COCO's small objects
	classHalf []float64 // the same of each class
	reached   float64   // share with an anchor of the positive threshold
	mean      float64   // mean best IoU
	histogram [IoUBins]int
}

// measure computes how well a pyramid reaches all objects.
func (a *analysis) measure(ctx context.Context, p *anchors.Pyramid) (reach, error) {
	best, err := anchorfit.Best(ctx, a.boxes(), p, a.Procs, 0.5, a.PosIoU)
	if err != nil {
		return reach{}, err
	}
	var r reach
	var half, reached, smalls, smallHalf int
	class, classHalf := make([]int, len(a.set.Categories)), make([]int, len(a.set.Categories))
	for i, v := range best {
		o := &a.objects[i]
		r.mean += float64(v)
		r.histogram[iouBin(v)]++
		if v >= float32(a.PosIoU) {
			reached++
		}
		class[o.class]++
		if o.cocoSize == small {
			smalls++
		}
		if v < 0.5 {
			continue
		}
		half++
		classHalf[o.class]++
		if o.cocoSize == small {
			smallHalf++
		}
	}
	r.half, r.reached, r.mean = share(half, len(best)), share(reached, len(best)), r.mean/float64(len(best))
	r.smallHalf = share(smallHalf, smalls)
	for c, n := range class {
		r.classHalf = append(r.classHalf, share(classHalf[c], n))
	}
	return r, nil
}

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
