package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sparsify sets all channels of a place to 0, but at a share of the places.
func sparsify(rng *rand.Rand, x Tensor, share float64) {
	for at := 0; at < len(x.Data); at += x.C {
		if rng.Float64() >= share {
			clear(x.Data[at : at+x.C])
		}
	}
}

func bits(x []float32) []uint32 {
	out := make([]uint32, len(x))
	for i, v := range x {
		out[i] = math.Float32bits(v)
	}
	return out
}

func TestLeavingOutPlacesWithoutGradientChangesNoBit(t *testing.T) {
	for _, cfg := range []ConvConfig{
		{In: 32, Out: 24, Kernel: 1, Stride: 1},
		{In: 32, Out: 32, Kernel: 3, Stride: 1, ReLU: true},
		{In: 16, Out: 33, Kernel: 3, Stride: 2, ReLU: true},
		{In: 5, Out: 7, Kernel: 5, Stride: 1},
		{In: 3, Out: 16, Kernel: 3, Stride: 2, NoInputGrad: true},
	} {
		for _, share := range []float64{0, 0.01, 0.1, 0.5, 0.7} {
			t.Run(fmt.Sprintf("%dx%d stride %d, %d to %d, %v", cfg.Kernel, cfg.Kernel, cfg.Stride, cfg.In, cfg.Out, share), func(t *testing.T) {
				var dx [2][]uint32
				var grads [2][][]uint32
				for i, whole := range []bool{true, false} {
					work, rng := NewWork(nil), rand.New(rand.NewPCG(5, 6))
					work.whole = whole
					cfg.Name = "conv"
					c := NewConv(work, cfg, rng)
					out := c.Forward(random(rng, [4]int{3, 31, 24, cfg.In})) // several chunks, each of several parts
					grad := random(rng, [4]int{out.N, out.H, out.W, out.C})
					sparsify(rng, grad, share)
					c.Backward(Tensor{N: grad.N, H: grad.H, W: grad.W, C: grad.C, Data: slices.Clone(grad.Data)})
					dx[i] = bits(c.Backward(grad).Data) // once more: into gradients that are not 0
					for _, p := range c.Params() {
						grads[i] = append(grads[i], bits(p.Grad))
					}
				}
				assert.Equal(t, dx[0], dx[1], "dx")
				assert.Equal(t, grads[0], grads[1], "parameters")
			})
		}
	}
}

func TestAGradientThatIsNotANumberIsNotLeftOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	c := NewConv(NewWork(nil), ConvConfig{Name: "conv", In: 4, Out: 8, Kernel: 3, Stride: 1}, rng)
	out := c.Forward(random(rng, [4]int{1, 6, 6, 4}))
	grad := NewTensor(out.N, out.H, out.W, out.C)
	grad.Data[7] = float32(math.NaN())
	c.Backward(grad)
	assert.True(t, math.IsNaN(gradNorm(c.Params())))
}

func TestABackwardPassOverFewPlacesDoesNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	c := NewConv(NewWork(nil), ConvConfig{Name: "conv", In: 16, Out: 16, Kernel: 3, Stride: 1}, rng)
	out := c.Forward(random(rng, [4]int{2, 12, 12, 16}))
	grad := random(rng, [4]int{out.N, out.H, out.W, out.C})
	sparsify(rng, grad, 0.05)
	require.Zero(t, testing.AllocsPerRun(5, func() { c.Backward(grad) }))
}
