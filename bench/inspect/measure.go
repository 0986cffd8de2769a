package inspect

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"detsample/anchors"
)

// reach is how well anchors cover the objects, by each object's best IoU.
type reach struct {
	half      float64   // share with an anchor of IoU 0.5 or more
	smallHalf float64   // the same of COCO's small objects
	classHalf []float64 // the same of each class
	macro     float64   // mean of classHalf over the classes that have objects
	reached   float64   // share with an anchor of the positive threshold
	mean      float64   // mean best IoU
	lost      float64   // the greatest fall of a class's share from the present one
	histogram [IoUBins]int
}

// score weighs what reach holds: the shares at IoU 0.5, of all objects and as
// a mean over classes, so that a common class does not push out a rare one;
// the share at the positive threshold; the mean IoU for half. What a class
// loses counts double.
func (r *reach) score() float64 { return r.half + r.macro + r.reached + r.mean/2 - 2*r.lost }

// worthwhile is the difference of score that counts.
const worthwhile = 1e-3

// improves reports whether r is better than s and reaches no fewer objects:
// by IoU 0.5 or, for a little less of that, by the positive threshold.
func (r *reach) improves(s *reach) bool {
	const little = 0.005
	return r.score() > s.score()+worthwhile &&
		(r.half >= s.half || r.half >= s.half-little && r.reached > s.reached+little)
}

// measure computes how well a pyramid reaches all objects.
func (a *analysis) measure(ctx context.Context, p *anchors.Pyramid) (reach, error) {
	return a.measureOver(ctx, a.objects, p)
}

// measureOver computes the same for some of the objects.
func (a *analysis) measureOver(ctx context.Context, objects []object, p *anchors.Pyramid) (reach, error) {
	l := newLattice(p)
	best := make([]float32, len(objects))
	err := a.parallel(ctx, len(best), func(i int) {
		o := &objects[i]
		img := &a.images[o.image]
		best[i] = l.best(o.box(), int(img.width), int(img.height))
	})
	if err != nil {
		return reach{}, err
	}
	var r reach
	var half, reached, smalls, smallHalf int
	class, classHalf := make([]int, len(a.set.Categories)), make([]int, len(a.set.Categories))
	for i, v := range best {
		o := &objects[i]
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
	present := 0
	for c, n := range class {
		r.classHalf = append(r.classHalf, share(classHalf[c], n))
		if n == 0 {
			continue
		}
		present++
		r.macro += r.classHalf[c]
		if a.present != nil && n >= judged {
			r.lost = max(r.lost, a.present[c]-r.classHalf[c])
		}
	}
	r.macro /= float64(max(1, present))
	return r, nil
}

// parallel calls f for 0 to n-1, in blocks.
func (a *analysis) parallel(ctx context.Context, n int, f func(i int)) error {
	const block = 4096
	procs := a.Procs
	if procs < 1 {
		procs = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	next := 0
	for range procs {
		group.Go(func() error {
			for {
				mu.Lock()
				start := next
				next += block
				mu.Unlock()
				if start >= n {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				for i := start; i < min(start+block, n); i++ {
					f(i)
				}
			}
		})
	}
	return group.Wait()
}
