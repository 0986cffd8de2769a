package roi

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// plane is a batch of feature maps of the given value at each cell's centre,
// the cells stride pixels apart.
// Between the centre of the last cell and the map's edge, the last cell counts
// alone.
func TestBeyondTheLastCentreTheLastCellCounts(t *testing.T) {
	f := Features{N: 1, H: 2, W: 2, C: 1, Data: []float32{1, 2, 3, 4}}
	a := Align{Size: 1, Sampling: 1, Scale: 1}
	for center, want := range map[float32]float32{0.5: 1, 1: 2.5, 1.5: 4, 1.6: 4, 1.9: 4, 2.4: 4, 2.6: 0, 0.1: 1, -0.4: 1, -0.6: 0} {
		pooled := make([]float32, 1)
		a.Forward(pooled, f, []ROI{{Box: anchors.Box{center - 0.25, center - 0.25, center + 0.25, center + 0.25}}})
		assert.InDelta(t, want, pooled[0], 1e-6, "around %v", center)
	}
}

func plane(n, h, w, c int, stride float64, at func(image, channel int, x, y float64) float64) Features {
	f := Features{N: n, H: h, W: w, C: c}
	for image := range n {
		for y := range h {
			for x := range w {
				for channel := range c {
					f.Data = append(f.Data, float32(at(image, channel, (float64(x)+0.5)*stride, (float64(y)+0.5)*stride)))
				}
			}
		}
	}
	return f
}

// regions are n boxes in a width x height area, over the images of a batch.
func regions(rng *rand.Rand, n, images int, margin, width, height float32) []ROI {
	rois := make([]ROI, n)
	for i := range rois {
		x, y := margin+(width-2*margin)*rng.Float32(), margin+(height-2*margin)*rng.Float32()
		rois[i] = ROI{
			Box:   anchors.Box{x, y, x + (width-margin-x)*rng.Float32(), y + (height-margin-y)*rng.Float32()},
			Image: rng.Int32N(int32(images)),
		}
	}
	return rois
}

func TestAlignOfAPlaneIsItsValueAtTheBinsCentre(t *testing.T) {
	const stride = 4
	value := func(image, channel int, x, y float64) float64 {
		if channel == 0 {
			return 7 + float64(image)
		}
		return float64(image) + 0.5*x - 0.25*y + float64(channel)
	}
	f := plane(2, 12, 14, 3, stride, value)
	for _, sampling := range []int{1, 2, 3} {
		a := Align{Size: 3, Sampling: sampling, Scale: 1.0 / stride}
		rois := regions(rand.New(rand.NewPCG(1, 2)), 40, 2, stride/2, 14*stride, 12*stride)
		out := make([]float32, len(rois)*9*3)
		a.Forward(out, f, rois)
		at := 0
		for _, r := range rois {
			w, h := float64(r.Box.Width())/3, float64(r.Box.Height())/3
			for i := range 3 {
				for j := range 3 {
					x, y := float64(r.Box[0])+(float64(j)+0.5)*w, float64(r.Box[1])+(float64(i)+0.5)*h
					for channel := range 3 {
						require.InDelta(t, value(int(r.Image), channel, x, y), out[at], 1e-4)
						at++
					}
				}
			}
		}
	}
}

func TestAlignBackwardIsTheAdjointOfForward(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(n int) []float32 {
		s := make([]float32, n)
		for i := range s {
			s[i] = float32(rng.NormFloat64())
		}
		return s
	}
	for range 50 {
		a := Align{Size: 1 + rng.IntN(4), Sampling: 1 + rng.IntN(3), Scale: 0.25}
		f := Features{N: 2, H: 1 + rng.IntN(8), W: 1 + rng.IntN(8), C: 3}
		f.Data = random(f.N * f.H * f.W * f.C)
		rois := regions(rng, 5, 2, -10, 32, 32)
		out := make([]float32, len(rois)*a.Size*a.Size*f.C)
		a.Forward(out, f, rois)
		pooled, grad := random(len(out)), make([]float32, len(f.Data))
		a.Backward(grad, pooled, f, rois)
		assert.InDelta(t, dot(out, pooled), dot(f.Data, grad), 1e-4)

		before := dot(grad, grad)
		a.Backward(grad, pooled, f, rois)
		assert.InDelta(t, 4*before, dot(grad, grad), 1e-4*(1+before), "gradients add up")
	}
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestAlignOutsideTheMapIsZero(t *testing.T) {
	f := plane(1, 4, 4, 1, 4, func(_, _ int, _, _ float64) float64 { return 1 })
	a := Align{Size: 2, Sampling: 2, Scale: 0.25}
	pooled := func(box anchors.Box) []float32 {
		out := make([]float32, 4)
		a.Forward(out, f, []ROI{{Box: box}})
		return out
	}
	assert.Equal(t, []float32{0, 0, 0, 0}, pooled(anchors.Box{100, 0, 110, 10}))
	assert.Equal(t, []float32{0, 0, 0, 0}, pooled(anchors.Box{-100, -100, -50, -50}))
	assert.Equal(t, []float32{1, 0, 1, 0}, pooled(anchors.Box{0, 0, 40, 16}), "the right half lies outside")
	assert.Equal(t, []float32{1, 1, 1, 1}, pooled(anchors.Box{0, 0, 16, 16}))
	assert.Equal(t, []float32{1, 1, 1, 1}, pooled(anchors.Box{5, 5, 5, 5}), "a point has a value too")
}

func TestAlignIsTorchvisions(t *testing.T) {
	var golden struct {
		Align []struct {
			Size       int
			Scale      float64
			Shape      [4]int
			Features   []float32
			Boxes      []float32
			Image      []int32
			Pooled     []float32
			GradPooled []float32 `json:"grad_pooled"`
			Grad       []float32
		}
	}
	data, err := os.ReadFile("testdata/torchvision.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &golden))
	require.NotEmpty(t, golden.Align)
	for _, c := range golden.Align {
		a := Align{Size: c.Size, Sampling: 2, Scale: c.Scale}
		f := Features{N: c.Shape[0], H: c.Shape[1], W: c.Shape[2], C: c.Shape[3], Data: c.Features}
		var rois []ROI
		for i, image := range c.Image {
			rois = append(rois, ROI{Box: anchors.Box(c.Boxes[4*i:]), Image: image})
		}
		out, grad := make([]float32, len(c.Pooled)), make([]float32, len(c.Features))
		a.Forward(out, f, rois)
		a.Backward(grad, c.GradPooled, f, rois)
		assert.InDeltaSlice(t, c.Pooled, out, 1e-5)
		assert.InDeltaSlice(t, c.Grad, grad, 1e-5)
		assert.NotZero(t, dot(out, out))
	}
}

func TestAlignStaysOffTheHeapAndChecksLengths(t *testing.T) {
	f := plane(1, 8, 8, 4, 4, func(_, _ int, x, y float64) float64 { return x * y })
	a := Align{Size: 3, Sampling: 2, Scale: 0.25}
	rois := regions(rand.New(rand.NewPCG(5, 6)), 4, 1, 2, 32, 32)
	out, grad := make([]float32, 4*9*4), make([]float32, len(f.Data))
	assert.Zero(t, testing.AllocsPerRun(5, func() {
		a.Forward(out, f, rois)
		a.Backward(grad, out, f, rois)
	}))
	assert.PanicsWithValue(t, "roi: Align.Forward: 143 pooled features for 4 regions, expected 144", func() { a.Forward(out[1:], f, rois) })
	other := []ROI{rois[0], {Box: rois[1].Box, Image: 1}, rois[2], rois[3]}
	assert.PanicsWithValue(t, "roi: Align.Forward: region 1 is of image 1 of 1", func() { a.Forward(out, f, other) })
	assert.PanicsWithValue(t, "roi: Align.Backward: 255 gradients for 256 features", func() { a.Backward(grad[1:], out, f, rois) })
	f.H = 7
	assert.PanicsWithValue(t, "roi: Align.Forward: 256 features for 1x7x8x4", func() { a.Forward(out, f, rois) })
}

func BenchmarkAlign(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	rois := make([]ROI, 512)
	for i := range rois {
		side, aspect := 16*math.Pow(32, rng.Float64()), math.Exp(1.4*(rng.Float64()-0.5))
		x, y, w, h := 1333*rng.Float64(), 800*rng.Float64(), side*math.Sqrt(aspect), side/math.Sqrt(aspect)
		rois[i].Box = anchors.Box{float32(x - w/2), float32(y - h/2), float32(x + w/2), float32(y + h/2)}.Clip(1333, 800)
	}
	for _, channels := range []int{64, 256} {
		f := Features{N: 1, H: 100, W: 168, C: channels, Data: make([]float32, 100*168*channels)}
		pooled, grad := make([]float32, len(rois)*49*channels), make([]float32, len(f.Data))
		for _, sampling := range []int{1, 2} {
			a := Align{Size: 7, Sampling: sampling, Scale: 1.0 / 8}
			b.Run(fmt.Sprintf("value/channels=%d/sampling=%d", channels, sampling), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					a.Forward(pooled, f, rois)
				}
			})
			b.Run(fmt.Sprintf("gradient/channels=%d/sampling=%d", channels, sampling), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					clear(grad)
					a.Backward(grad, pooled, f, rois)
				}
			})
		}
	}
}
