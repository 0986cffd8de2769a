package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// layerCase is a layer, its reference and the input shapes to try in turn.
type layerCase struct {
	name   string
	layer  Layer
	ref    reference
	inputs [][4]int
}

func layerCases(engine blas.Float32Level3) []layerCase {
	work, rng := NewWork(engine), rand.New(rand.NewPCG(1, 2))
	var cases []layerCase
	conv := func(cfg ConvConfig, inputs ...[4]int) {
		cfg.Name = "conv"
		name := fmt.Sprintf("conv %dx%d stride %d, %d to %d, relu %v, no bias %v", cfg.Kernel, cfg.Kernel, cfg.Stride, cfg.In, cfg.Out, cfg.ReLU, cfg.NoBias)
		cases = append(cases, layerCase{name, NewConv(work, cfg, rng), refConv{cfg}, inputs})
	}
	edges := [][4]int{{2, 7, 5}, {1, 8, 6}, {3, 1, 1}, {1, 2, 1}, {2, 1, 9}}
	for i := range edges {
		edges[i][3] = 3
	}
	for _, kernel := range []int{1, 3, 5} {
		for _, stride := range []int{1, 2, 3} {
			conv(ConvConfig{In: 3, Out: 4, Kernel: kernel, Stride: stride, ReLU: true}, edges...)
		}
	}
	conv(ConvConfig{In: 3, Out: 5, Kernel: 3, Stride: 1}, edges...)
	conv(ConvConfig{In: 3, Out: 5, Kernel: 3, Stride: 2, ReLU: true, NoBias: true}, edges...)
	conv(ConvConfig{In: 32, Out: 7, Kernel: 3, Stride: 1, ReLU: true}, [4]int{1, 30, 41, 32}) // several chunks of patches
	conv(ConvConfig{In: 70, Out: 66, Kernel: 3, Stride: 2}, [4]int{1, 11, 12, 70})            // several blocks of the engine

	linear := LinearConfig{Name: "fc", In: 12, Out: 5, ReLU: true}
	cases = append(cases, layerCase{"linear", NewLinear(work, linear, rng), refLinear{linear},
		[][4]int{{6, 2, 2, 3}, {1, 1, 1, 12}, {0, 1, 1, 12}, {4, 1, 1, 12}}})
	wide := LinearConfig{Name: "fc", In: 300, Out: 130}
	cases = append(cases, layerCase{"wide linear", NewLinear(work, wide, rng), refLinear{wide}, [][4]int{{70, 1, 1, 300}}})

	for _, groups := range []int{1, 2, 6} {
		norm := GroupNormConfig{Name: "norm", Channels: 6, Groups: groups, Epsilon: 1e-5, ReLU: groups == 2}
		layer := NewGroupNorm(norm)
		layer.gamma.Normal(rng, 1)
		layer.beta.Normal(rng, 1)
		cases = append(cases, layerCase{fmt.Sprintf("group norm of %d", groups), layer, refGroupNorm{norm},
			[][4]int{{2, 5, 3, 6}, {1, 4, 4, 6}, {3, 3, 1, 6}}})
	}
	return cases
}

// random fills a tensor with normal noise around 0.3.
func random(rng *rand.Rand, shape [4]int) Tensor {
	x := NewTensor(shape[0], shape[1], shape[2], shape[3])
	for i := range x.Data {
		x.Data[i] = float32(0.3 + rng.NormFloat64())
	}
	return x
}

func widen(x []float32) []float64 {
	wide := make([]float64, len(x))
	for i, v := range x {
		wide[i] = float64(v)
	}
	return wide
}

func toMap64(x Tensor) map64 { return map64{x.N, x.H, x.W, x.C, widen(x.Data)} }

func values64(params []*Param) [][]float64 {
	values := make([][]float64, len(params))
	for i, p := range params {
		values[i] = widen(p.Value)
	}
	return values
}

// assertClose compares got with want relative to want's largest magnitude.
func assertClose(t *testing.T, want []float64, got []float32, tolerance float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	largest := 1e-3
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i, v := range want {
		if !(math.Abs(float64(got[i])-v) <= tolerance*largest) {
			assert.Failf(t, "differs from the reference", "%s[%d] = %v, want %v", what, i, got[i], v)
			return
		}
	}
}

func zeroGrads(params []*Param) {
	for _, p := range params {
		clear(p.Grad)
	}
}

func TestLayersAgreeWithTheFloat64Reference(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range append(layerCases(nil), layerCases(Serial{})...) {
		params := c.layer.Params()
		for _, p := range params[1:] {
			p.Normal(rng, 1)
		}
		for _, shape := range append(slices.Clone(c.inputs), c.inputs[0]) {
			t.Run(fmt.Sprint(c.name, " of ", shape), func(t *testing.T) {
				x := random(rng, shape)
				out := c.layer.Forward(x)
				want := c.ref.forward(toMap64(x), values64(params))
				require.Equal(t, []int{want.n, want.h, want.w, want.c}, []int{out.N, out.H, out.W, out.C})
				assertClose(t, want.data, out.Data, 1e-5, "out")

				grad := random(rng, [4]int{out.N, out.H, out.W, out.C})
				wantX, wantParams := c.ref.backward(toMap64(x), values64(params), toMap64(grad))
				zeroGrads(params)
				dx := c.layer.Backward(grad)
				require.True(t, dx.SameShape(x))
				assertClose(t, wantX.data, dx.Data, 1e-5, "dx")
				for i, p := range params {
					assertClose(t, wantParams[i], p.Grad, 1e-5, p.Name)
				}
			})
		}
	}
}

func TestUpsampleAddAgreesWithTheFloat64Reference(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var join UpsampleAdd
	for _, shape := range [][4]int{{2, 6, 8, 3}, {1, 5, 7, 3}, {3, 1, 1, 2}, {2, 6, 8, 3}} {
		fine := random(rng, shape)
		coarse := random(rng, [4]int{shape[0], (shape[1] + 1) / 2, (shape[2] + 1) / 2, shape[3]})
		params := [][]float64{widen(coarse.Data)}
		assertClose(t, refUpsampleAdd{}.forward(toMap64(fine), params).data, join.Forward(fine, coarse).Data, 1e-6, "out")

		grad := random(rng, shape)
		wantFine, wantParams := refUpsampleAdd{}.backward(toMap64(fine), params, toMap64(grad))
		dFine, dCoarse := join.Backward(grad)
		assertClose(t, wantFine.data, dFine.Data, 0, "dfine")
		assertClose(t, wantParams[0], dCoarse.Data, 1e-6, "dcoarse")
	}
}

// The references' gradients are themselves checked, by central differences of
// a random projection of the output.
func TestReferenceGradientsAreFiniteDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	check := func(ref reference, x map64, params [][]float64) {
		out := ref.forward(x, params)
		projection := newMap64(out.n, out.h, out.w, out.c)
		for i := range projection.data {
			projection.data[i] = rng.NormFloat64()
		}
		loss := func() float64 {
			var sum float64
			for i, v := range ref.forward(x, params).data {
				sum += v * projection.data[i]
			}
			return sum
		}
		dx, dparams := ref.backward(x, params, projection)
		analytic := append([][]float64{dx.data}, dparams...)
		for a, array := range append([][]float64{x.data}, params...) {
			for range min(20, len(array)) {
				i := rng.IntN(len(array))
				const h = 1e-6
				at := array[i]
				array[i] = at + h
				up := loss()
				array[i] = at - h
				down := loss()
				array[i] = at
				assert.InDelta(t, (up-down)/(2*h), analytic[a][i], 1e-6*(1+math.Abs(analytic[a][i])), "%T array %d element %d", ref, a, i)
			}
		}
	}
	for _, c := range layerCases(nil) {
		if shape := c.inputs[0]; shape[1] < 10 && shape[0] < 10 {
			check(c.ref, toMap64(random(rng, shape)), values64(c.layer.Params()))
		}
	}
	check(refUpsampleAdd{}, toMap64(random(rng, [4]int{2, 5, 6, 2})), [][]float64{widen(random(rng, [4]int{2, 3, 3, 2}).Data)})
}

func TestBitsDoNotDependOnHistory(t *testing.T) {
	for _, c := range layerCases(nil) {
		rng := rand.New(rand.NewPCG(9, 10))
		x := random(rng, c.inputs[0])
		out := c.layer.Forward(x)
		grad := random(rng, [4]int{out.N, out.H, out.W, out.C})
		params := c.layer.Params()
		pass := func() (result [][]float32) {
			zeroGrads(params)
			y := slices.Clone(c.layer.Forward(x).Data)
			g := grad
			g.Data = slices.Clone(grad.Data)
			result = append(result, y, slices.Clone(c.layer.Backward(g).Data))
			for _, p := range params {
				result = append(result, slices.Clone(p.Grad))
			}
			return result
		}
		first := pass()
		for _, shape := range c.inputs {
			other := c.layer.Forward(random(rng, shape))
			c.layer.Backward(random(rng, [4]int{other.N, other.H, other.W, other.C}))
		}
		assert.Equal(t, first, pass(), c.name)
	}
}

func TestARowsOutputDoesNotDependOnTheBatch(t *testing.T) {
	for _, c := range layerCases(nil) {
		x := random(rand.New(rand.NewPCG(11, 12)), [4]int{4, c.inputs[0][1], c.inputs[0][2], c.inputs[0][3]})
		all := c.layer.Forward(x)
		all.Data = slices.Clone(all.Data)
		for n := range x.N {
			assertClose(t, widen(all.Image(n).Data), c.layer.Forward(x.Image(n)).Data, 1e-6, c.name)
		}
	}
}

func TestSharedUsesSumTheirGradients(t *testing.T) {
	for _, c := range layerCases(nil) {
		rng := rand.New(rand.NewPCG(13, 14))
		levels := []Layer{c.layer, c.layer.Share(), Stack{c.layer}.Share()}
		params := Params(levels...)
		require.Equal(t, c.layer.Params(), params, "shared parameters are listed once")
		want := zerosLike(values64(params))
		zeroGrads(params)
		var grads, outs []Tensor
		var wantOut []map64
		for i, l := range levels { // all forward passes before any backward pass
			x := random(rng, c.inputs[i%len(c.inputs)])
			out := l.Forward(x)
			grad := random(rng, [4]int{out.N, out.H, out.W, out.C})
			outs, grads = append(outs, out), append(grads, grad)
			wantOut = append(wantOut, c.ref.forward(toMap64(x), values64(params)))
			_, dparams := c.ref.backward(toMap64(x), values64(params), toMap64(grad))
			for j, d := range dparams {
				for k, v := range d {
					want[j][k] += v
				}
			}
		}
		for i, l := range levels {
			assertClose(t, wantOut[i].data, outs[i].Data, 1e-5, c.name)
			l.Backward(grads[i])
		}
		for i, p := range params {
			assertClose(t, want[i], p.Grad, 1e-5, c.name+" "+p.Name)
		}
	}
}

func TestFirstLayerSkipsTheInputGradient(t *testing.T) {
	work, rng := NewWork(nil), rand.New(rand.NewPCG(15, 16))
	for _, build := range []func(first bool) Layer{
		func(first bool) Layer {
			return NewConv(work, ConvConfig{Name: "c", In: 3, Out: 4, Kernel: 3, Stride: 2, NoInputGrad: first}, rng)
		},
		func(first bool) Layer {
			return NewLinear(work, LinearConfig{Name: "l", In: 27, Out: 4, NoInputGrad: first}, rng)
		},
	} {
		x := random(rng, [4]int{2, 3, 3, 3})
		full, first := build(false), build(true)
		for i, p := range full.Params() {
			copy(first.Params()[i].Value, p.Value)
		}
		out := full.Forward(x)
		assert.Equal(t, out.Data, first.Forward(x).Data)
		full.Backward(random(rand.New(rand.NewPCG(1, 1)), [4]int{out.N, out.H, out.W, out.C}))
		assert.Empty(t, first.Backward(random(rand.New(rand.NewPCG(1, 1)), [4]int{out.N, out.H, out.W, out.C})).Data)
		for i, p := range full.Params() {
			assert.Equal(t, p.Grad, first.Params()[i].Grad)
		}
	}
}

func TestMismatchesPanicWithTheirPlace(t *testing.T) {
	work, rng := NewWork(nil), rand.New(rand.NewPCG(17, 18))
	conv := NewConv(work, ConvConfig{Name: "c", In: 3, Out: 4, Kernel: 3, Stride: 1}, rng)
	linear := NewLinear(work, LinearConfig{Name: "l", In: 12, Out: 2}, rng)
	norm := NewGroupNorm(GroupNormConfig{Name: "n", Channels: 4, Groups: 2, Epsilon: 1e-5})
	var join UpsampleAdd
	assert.PanicsWithValue(t, "nn: Conv.Forward: c.weight takes 3 channels, got shape 1x2x2x4", func() { conv.Forward(NewTensor(1, 2, 2, 4)) })
	assert.PanicsWithValue(t, "nn: Conv.Forward: tensor of shape 1x2x2x3 holds 2 elements", func() { conv.Forward(Tensor{1, 2, 2, 3, make([]float32, 2)}) })
	assert.PanicsWithValue(t, "nn: Linear.Forward: l.weight takes 12 features, got maps of shape 1x1x1x3", func() { linear.Forward(NewTensor(1, 1, 1, 3)) })
	assert.PanicsWithValue(t, "nn: GroupNorm.Forward: n.gamma takes 4 channels, got shape 1x1x1x3", func() { norm.Forward(NewTensor(1, 1, 1, 3)) })
	assert.PanicsWithValue(t, "nn: UpsampleAdd.Forward: coarse map 1x2x2x3 does not halve fine map 1x5x4x3", func() { join.Forward(NewTensor(1, 5, 4, 3), NewTensor(1, 2, 2, 3)) })
	assert.PanicsWithValue(t, "nn: Add: shape 1x1x2x1 added to 1x2x1x1", func() { Add(NewTensor(1, 2, 1, 1), NewTensor(1, 1, 2, 1)) })
	conv.Forward(NewTensor(1, 2, 2, 3))
	assert.PanicsWithValue(t, "nn: Conv.Backward: gradient of shape 2x2x2x4 for an output of shape 1x2x2x4", func() { conv.Backward(NewTensor(2, 2, 2, 4)) })
	assert.PanicsWithValue(t, "nn: NewConv: c has kernel 2 and stride 1, want an odd kernel and a positive stride", func() { NewConv(work, ConvConfig{Name: "c", In: 1, Out: 1, Kernel: 2, Stride: 1}, rng) })
	assert.PanicsWithValue(t, "nn: NewGroupNorm: n: 3 groups do not divide 4 channels", func() { NewGroupNorm(GroupNormConfig{Name: "n", Channels: 4, Groups: 3}) })
	assert.PanicsWithValue(t, "nn: NewParam: c.weight has shape [3 3 0 1], every dimension must be positive", func() { NewConv(work, ConvConfig{Name: "c", Out: 1, Kernel: 3, Stride: 1}, rng) })
}

func TestInputGradIsBackwardsWithoutTheWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	linear := NewLinear(NewWork(nil), LinearConfig{Name: "l", In: 12, Out: 5, ReLU: true}, rng)
	x, grad := NewTensor(7, 1, 1, 12), NewTensor(7, 1, 1, 5)
	for _, data := range [][]float32{x.Data, grad.Data} {
		for i := range data {
			data[i] = rng.Float32() - 0.5
		}
	}
	linear.Forward(x)
	alone := NewTensor(7, 1, 1, 12)
	copy(alone.Data, linear.InputGrad(Tensor{N: 7, H: 1, W: 1, C: 5, Data: slices.Clone(grad.Data)}).Data)
	for _, p := range linear.Params() {
		assert.Equal(t, make([]float32, len(p.Grad)), p.Grad, p.Name)
	}
	assert.Equal(t, alone, linear.Backward(grad))
	assert.NotZero(t, Norm(alone))
	assert.PanicsWithValue(t, "nn: Linear.InputGrad: gradient of shape 1x1x1x3 for an output of shape 7x1x1x5", func() { linear.InputGrad(NewTensor(1, 1, 1, 3)) })
}

func TestNormIsEuclidean(t *testing.T) {
	assert.Equal(t, 13.0, Norm(Tensor{N: 1, H: 1, W: 3, C: 1, Data: []float32{3, -4, 12}}))
	assert.Zero(t, Norm(Tensor{}))
}
