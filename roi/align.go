package roi

import (
	"fmt"

	"detsample/internal/simd"
)

// Align pools a fixed grid of features from each region by bilinear
// interpolation, without rounding (RoIAlign): each of Size x Size bins
// averages Sampling x Sampling points. Feature maps are NHWC.
//
// With Sampling 2 and coordinates shifted by half a pixel it is detectron2's
// ROIAlignV2 (torchvision's roi_align with aligned=True).
//
// Source: Mask R-CNN (He et al. 2017).
type Align struct {
	Size     int     `range:"[1,)" doc:"bins along each side"`
	Sampling int     `range:"[1,)" doc:"sampled points along each side of a bin"`
	Scale    float64 `range:"(0,)" doc:"feature cells per image pixel, 1/stride"`
}

// Features is a batch of feature maps, NHWC.
type Features struct {
	N, H, W, C int
	Data       []float32
}

// Forward writes the pooled features of every region to dst, which has shape
// (regions, Size, Size, C). It panics if dst's length is wrong or a region is
// of no image of the batch. With at most 64 bins and 64 points along a side it
// allocates nothing.
func (a Align) Forward(dst []float32, f Features, rois []ROI) {
	a.check("Forward", dst, f, rois)
	rows, columns := newAxis(), newAxis()
	size := a.Size * a.Size * f.C
	for i, r := range rois {
		rows, columns = a.axis(rows, r.Box[1], r.Box[3], f.H), a.axis(columns, r.Box[0], r.Box[2], f.W)
		simd.Gather(dst[i*size:][:size], f.image(f.Data, r.Image), rows, columns)
	}
}

// Backward adds the gradient of the features, given that of the pooled ones,
// to grad, which has the layout of f.Data. It is the transpose of Forward,
// weight by weight, and panics and allocates as that does.
func (a Align) Backward(grad, pooled []float32, f Features, rois []ROI) {
	a.check("Backward", pooled, f, rois)
	if len(grad) != len(f.Data) {
		panic(fmt.Sprintf("roi: Align.Backward: %d gradients for %d features", len(grad), len(f.Data)))
	}
	rows, columns := newAxis(), newAxis()
	size := a.Size * a.Size * f.C
	for i, r := range rois {
		rows, columns = a.axis(rows, r.Box[1], r.Box[3], f.H), a.axis(columns, r.Box[0], r.Box[2], f.W)
		simd.Scatter(f.image(grad, r.Image), pooled[i*size:][:size], rows, columns)
	}
}

// image returns the map of an image out of data of the features' layout.
func (f Features) image(data []float32, image int32) simd.Map {
	size := f.H * f.W * f.C
	return simd.Map{Data: data[int(image)*size:][:size], Width: f.W, Channels: f.C}
}

// newAxis returns an empty axis. It is inlined, so that 64 bins and 64 points
// stay on the stack of the caller.
func newAxis() simd.Axis {
	return simd.Axis{Counts: make([]int32, 0, 64), Taps: make([]simd.Tap, 0, 128)}
}

// axis returns, in the memory of the given one, what the bins of the interval
// [from, to] pixels read of an axis of n cells: interpolation and average
// factor into rows and columns. Points more than a cell outside the map count
// as zero. The conversions keep multiplications and additions from being fused,
// which would make the bits the machine's.
func (a Align) axis(axis simd.Axis, from, to float32, n int) simd.Axis {
	start := float64(float64(from)*a.Scale) - 0.5
	step := (float64(float64(to)*a.Scale) - 0.5 - start) / float64(a.Size*a.Sampling)
	share := 1 / float64(a.Sampling)
	counts, taps := axis.Counts[:0], axis.Taps[:0]
	at := 0.5
	for range a.Size {
		bin := len(taps)
		for range a.Sampling {
			cell, far, ok := neighbour(start+float64(at*step), n)
			at++
			if !ok {
				continue
			}
			taps = add(taps, bin, cell, float64((1-far)*share))
			if cell+1 < n {
				taps = add(taps, bin, cell+1, float64(far*share))
			}
		}
		counts = append(counts, int32(len(taps)-bin))
	}
	return simd.Axis{Counts: counts, Taps: taps}
}

// add adds a share of a cell to the bin whose taps begin at bin: points that
// read the same cell read it once.
func add(taps []simd.Tap, bin, cell int, share float64) []simd.Tap {
	for i := bin; i < len(taps); i++ {
		if taps[i].Cell == cell {
			taps[i].Weight += share
			return taps
		}
	}
	return append(taps, simd.Tap{Cell: cell, Weight: share})
}

// neighbour returns the cell before a coordinate along an axis of n cells and
// the share of the next one, 0 for the last cell.
func neighbour(v float64, n int) (cell int, share float64, ok bool) {
	if !(v >= -1 && v <= float64(n)) {
		return 0, 0, false
	}
	v = max(v, 0)
	cell = int(v)
	if cell >= n-1 {
		return n - 1, 0, true
	}
	return cell, v - float64(cell), true
}

func (a Align) check(method string, pooled []float32, f Features, rois []ROI) {
	if len(f.Data) != f.N*f.H*f.W*f.C {
		panic(fmt.Sprintf("roi: Align.%s: %d features for %dx%dx%dx%d", method, len(f.Data), f.N, f.H, f.W, f.C))
	}
	for i, r := range rois {
		if r.Image < 0 || int(r.Image) >= f.N {
			panic(fmt.Sprintf("roi: Align.%s: region %d is of image %d of %d", method, i, r.Image, f.N))
		}
	}
	if want := len(rois) * a.Size * a.Size * f.C; len(pooled) != want {
		panic(fmt.Sprintf("roi: Align.%s: %d pooled features for %d regions, expected %d", method, len(pooled), len(rois), want))
	}
}
