package roi

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pointwise is Align one sampled point after the other, as its formula reads.
type pointwise struct{ Align }

func (a pointwise) Forward(dst []float32, f Features, rois []ROI) {
	clear(dst)
	a.points(f, rois, func(bin, cell int, weight float32) {
		for c := range f.C {
			dst[bin*f.C+c] += float32(weight * f.Data[cell*f.C+c])
		}
	})
}

func (a pointwise) Backward(grad, pooled []float32, f Features, rois []ROI) {
	a.points(f, rois, func(bin, cell int, weight float32) {
		for c := range f.C {
			grad[cell*f.C+c] += float32(weight * pooled[bin*f.C+c])
		}
	})
}

// points visits the four cells around every sampled point, with their share of
// the bin.
func (a pointwise) points(f Features, rois []ROI, visit func(bin, cell int, weight float32)) {
	n := a.Size * a.Sampling
	for k, r := range rois {
		x1, y1 := a.shifted(r.Box[0]), a.shifted(r.Box[1])
		stepX, stepY := (a.shifted(r.Box[2])-x1)/float64(n), (a.shifted(r.Box[3])-y1)/float64(n)
		for i := range n {
			for j := range n {
				x, y := x1+float64((float64(j)+0.5)*stepX), y1+float64((float64(i)+0.5)*stepY)
				if !(x >= -1 && x <= float64(f.W) && y >= -1 && y <= float64(f.H)) {
					continue
				}
				x, y = min(max(x, 0), float64(f.W-1)), min(max(y, 0), float64(f.H-1))
				fx, fy := x-math.Floor(x), y-math.Floor(y)
				left, top := int(x), int(y)
				right, bottom := min(left+1, f.W-1), min(top+1, f.H-1)
				bin := (k*a.Size+i/a.Sampling)*a.Size + j/a.Sampling
				image := int(r.Image) * f.H * f.W
				share := 1 / float64(a.Sampling*a.Sampling)
				visit(bin, image+top*f.W+left, float32((1-fy)*(1-fx)*share))
				visit(bin, image+top*f.W+right, float32((1-fy)*fx*share))
				visit(bin, image+bottom*f.W+left, float32(fy*(1-fx)*share))
				visit(bin, image+bottom*f.W+right, float32(fy*fx*share))
			}
		}
	}
}

// shifted returns a pixel coordinate in cells, those of whole numbers being the
// cells' centres.
func (a pointwise) shifted(pixel float32) float64 { return float64(float64(pixel)*a.Scale) - 0.5 }

// oddRegions are regions in and around a map of 40 pixels, among them points,
// lines, ones from right to left or from the bottom to the top, and ones that
// lie outside.
func oddRegions(rng *rand.Rand, n, images int) []ROI {
	rois := regions(rng, n, images, -15, 40, 40)
	for i := range rois {
		b := &rois[i].Box
		switch rng.IntN(7) {
		case 0:
			b[2] = b[0]
		case 1:
			b[3] = b[1]
		case 2:
			b[2], b[3] = b[0], b[1]
		case 3:
			b[0], b[2] = b[2], b[0]
		case 4:
			b[1], b[3] = b[3], b[1]
		case 5:
			*b = b.Scale(8, 8)
		}
	}
	return rois
}

// Points of a bin that share a cell are added up before they are rounded. With
// one point a bin there are none, and the results are the same to the bit.
func TestAlignIsTheSumOverItsPoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	normal := func(n int) []float32 {
		s := make([]float32, n)
		for i := range s {
			s[i] = float32(rng.NormFloat64())
		}
		return s
	}
	for size := 1; size <= 14; size++ {
		for sampling := 1; sampling <= 4; sampling++ {
			for range 4 {
				a := Align{Size: size, Sampling: sampling, Scale: 0.25}
				f := Features{N: 2, H: 1 + rng.IntN(10), W: 1 + rng.IntN(10), C: 1 + rng.IntN(20)}
				f.Data = normal(f.N * f.H * f.W * f.C)
				rois := oddRegions(rng, 5, f.N)
				pooled := normal(len(rois) * size * size * f.C)
				grad, wantGrad := make([]float32, len(f.Data)), make([]float32, len(f.Data))
				a.Backward(grad, pooled, f, rois)
				pointwise{a}.Backward(wantGrad, pooled, f, rois)
				out, want := pooled, make([]float32, len(pooled)) // out is not cleared
				a.Forward(out, f, rois)
				pointwise{a}.Forward(want, f, rois)
				where := fmt.Sprintf("%+v of a map of %dx%dx%d: %v", a, f.H, f.W, f.C, rois)
				if sampling == 1 {
					require.True(t, slices.Equal(want, out), where)
					require.True(t, slices.Equal(wantGrad, grad), where)
					continue
				}
				require.InDeltaSlice(t, want, out, 1e-5, where)
				require.InDeltaSlice(t, wantGrad, grad, 1e-4*math.Sqrt(float64(len(pooled)/len(grad)+1)), where)
			}
		}
	}
}

func TestAlignGradientIsTheDifferenceQuotient(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	a := Align{Size: 3, Sampling: 2, Scale: 0.25}
	f := Features{N: 1, H: 4, W: 5, C: 9, Data: make([]float32, 4*5*9)}
	rois := oddRegions(rng, 8, 1)
	out := make([]float32, len(rois)*9*f.C)
	weights := make([]float32, len(out))
	for i := range weights {
		weights[i] = float32(rng.NormFloat64())
	}
	grad := make([]float32, len(f.Data))
	a.Backward(grad, weights, f, rois)
	for i := range f.Data {
		f.Data[i] = 1 // Align is linear: its slope at any step
		a.Forward(out, f, rois)
		assert.InDelta(t, dot(out, weights), grad[i], 1e-5)
		f.Data[i] = 0
	}
}
