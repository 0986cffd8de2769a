package roi

import (
	"fmt"
	"math"

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
// (regions, Size, Size, C). It panics if dst's length is wrong.
func (a Align) Forward(dst []float32, f Features, rois []ROI) {
	a.check("Forward", dst, f, rois)
	clear(dst)
	at := 0
	for _, r := range rois {
		a.points(f, r, func(bin int, corner [4]int, weight [4]float32) {
			a, b, c, d := cells(f.Data, corner, f.C)
			simd.Blend(dst[at+bin*f.C:at+(bin+1)*f.C], a, b, c, d, weight)
		})
		at += a.Size * a.Size * f.C
	}
}

// Backward adds the gradient of the features, given that of the pooled ones,
// to grad, which has the layout of f.Data.
func (a Align) Backward(grad, pooled []float32, f Features, rois []ROI) {
	a.check("Backward", pooled, f, rois)
	if len(grad) != len(f.Data) {
		panic(fmt.Sprintf("roi: Align.Backward: %d gradients for %d features", len(grad), len(f.Data)))
	}
	at := 0
	for _, r := range rois {
		a.points(f, r, func(bin int, corner [4]int, weight [4]float32) {
			a, b, c, d := cells(grad, corner, f.C)
			simd.Spread(a, b, c, d, weight, pooled[at+bin*f.C:at+(bin+1)*f.C])
		})
		at += a.Size * a.Size * f.C
	}
}

// points visits the sampled points of a region: the bin, the offsets of the
// four cells around the point and their weights, bin average included. Points
// more than a cell outside the map count as zero.
func (a Align) points(f Features, r ROI, visit func(bin int, corner [4]int, weight [4]float32)) {
	x1, y1 := float64(r.Box[0])*a.Scale-0.5, float64(r.Box[1])*a.Scale-0.5
	stepX := (float64(r.Box[2])*a.Scale - 0.5 - x1) / float64(a.Size*a.Sampling)
	stepY := (float64(r.Box[3])*a.Scale - 0.5 - y1) / float64(a.Size*a.Sampling)
	share := 1 / float64(a.Sampling*a.Sampling)
	base := int(r.Image) * f.H * f.W
	for i := range a.Size * a.Sampling {
		top, bottom, fy, ok := neighbours(y1+(float64(i)+0.5)*stepY, f.H)
		if !ok {
			continue
		}
		for j := range a.Size * a.Sampling {
			left, right, fx, ok := neighbours(x1+(float64(j)+0.5)*stepX, f.W)
			if !ok {
				continue
			}
			visit(i/a.Sampling*a.Size+j/a.Sampling,
				[4]int{
					(base + top*f.W + left) * f.C, (base + top*f.W + right) * f.C,
					(base + bottom*f.W + left) * f.C, (base + bottom*f.W + right) * f.C,
				},
				[4]float32{
					float32((1 - fy) * (1 - fx) * share), float32((1 - fy) * fx * share),
					float32(fy * (1 - fx) * share), float32(fy * fx * share),
				})
		}
	}
}

// neighbours returns the two cells around a coordinate along an axis of n
// cells and the share of the second.
func neighbours(v float64, n int) (lo, hi int, share float64, ok bool) {
	if !(v >= -1 && v <= float64(n)) {
		return 0, 0, 0, false
	}
	v = max(v, 0)
	lo = int(math.Floor(v))
	if lo >= n-1 {
		return n - 1, n - 1, 0, true
	}
	return lo, lo + 1, v - float64(lo), true
}

// cells returns the features of four cells.
func cells(data []float32, corner [4]int, channels int) (a, b, c, d []float32) {
	return data[corner[0]:][:channels], data[corner[1]:][:channels], data[corner[2]:][:channels], data[corner[3]:][:channels]
}

func (a Align) check(method string, pooled []float32, f Features, rois []ROI) {
	if len(f.Data) != f.N*f.H*f.W*f.C {
		panic(fmt.Sprintf("roi: Align.%s: %d features for %dx%dx%dx%d", method, len(f.Data), f.N, f.H, f.W, f.C))
	}
	if want := len(rois) * a.Size * a.Size * f.C; len(pooled) != want {
		panic(fmt.Sprintf("roi: Align.%s: %d pooled features for %d regions, expected %d", method, len(pooled), len(rois), want))
	}
}
