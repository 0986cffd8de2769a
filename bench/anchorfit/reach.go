package anchorfit

import (
	"context"
	"math"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"detsample/anchors"
)

// Object is a ground-truth box in pixels of the image as trained on, and the
// size of that image.
type Object struct {
	Box           anchors.Box
	Width, Height int32
	Class         int32 // from 0
}

// Best returns, for each object, the largest IoU that an anchor of p has with
// it. Against the thresholds it is exact: v >= float32(threshold) where
// [anchors.MaxIoU] finds such an anchor and nowhere else. It uses procs
// goroutines, 0 for one a processor; the error is the context's.
func Best(ctx context.Context, objects []Object, p *anchors.Pyramid, procs int, thresholds ...float64) ([]float32, error) {
	l := NewLattice(p, thresholds...)
	best := make([]float32, len(objects))
	err := parallel(ctx, procs, len(best), func(i int) {
		o := &objects[i]
		best[i] = l.Best(o.Box, int(o.Width), int(o.Height))
	})
	return best, err
}

// reach is how well anchors cover the objects.
type reach struct {
	reached []int       // objects with an anchor of each threshold
	share   []float64   // the same as shares
	class   [][]float64 // shares of each class, by threshold
	macro   float64     // mean of class over thresholds and the classes that have objects
	mean    float64     // mean of the best IoUs
	lost    float64     // the greatest fall of a class's share beside the present pyramid
}

// measure computes how well a pyramid reaches objects. lost is beside present,
// 0 if that is nil.
func (f *fitter) measure(ctx context.Context, objects []Object, p *anchors.Pyramid, present *reach) (reach, error) {
	best, err := Best(ctx, objects, p, f.Procs, f.Thresholds...)
	if err != nil {
		return reach{}, err
	}
	r := reach{reached: make([]int, len(f.Thresholds)), share: make([]float64, len(f.Thresholds))}
	number := make([]int, f.classes)
	for i, v := range best {
		number[objects[i].Class]++
		r.mean += float64(v)
	}
	r.mean /= float64(max(1, len(best)))
	for k, t := range f.Thresholds {
		class := make([]float64, f.classes)
		for i, v := range best {
			if v >= float32(t) {
				r.reached[k]++
				class[objects[i].Class]++
			}
		}
		r.share[k] = float64(r.reached[k]) / float64(max(1, len(best)))
		r.class = append(r.class, class)
		classes, sum := 0, 0.0
		for c, n := range number {
			if n == 0 {
				continue
			}
			class[c] /= float64(n)
			classes++
			sum += class[c]
			if present != nil && n >= judged {
				r.lost = max(r.lost, present.class[k][c]-class[c])
			}
		}
		r.macro += sum / float64(max(1, classes)) / float64(len(f.Thresholds))
	}
	return r, nil
}

// judged is how many objects a class needs for its losses to count.
const judged = 30

// score weighs what reach holds: the share of objects reached, and its mean over
// classes, so that a common class does not push out a rare one; and the mean
// IoU for half, which tells pyramids apart that reach the same. What a class
// loses counts double.
func (r *reach) score() float64 {
	sum := 0.0
	for _, v := range r.share {
		sum += v
	}
	return sum/float64(len(r.share)) + r.macro + r.mean/2 - 2*r.lost
}

// asMany reports whether r reaches as many objects as s at every threshold.
func (r *reach) asMany(s *reach) bool {
	for k, n := range r.reached {
		if n < s.reached[k] {
			return false
		}
	}
	return true
}

// parallel calls f for 0 to n-1, in blocks.
func parallel(ctx context.Context, procs, n int, f func(i int)) error {
	const block = 4096
	if procs < 1 {
		procs = runtime.GOMAXPROCS(0)
	}
	procs = min(procs, int(math.Ceil(float64(n)/block)))
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
