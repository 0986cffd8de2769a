package nn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tower is two convolutions and an output, as in a head.
func tower() Stack {
	work, rng := NewWork(nil), rand.New(rand.NewPCG(1, 2))
	return Stack{
		NewConv(work, ConvConfig{Name: "a", In: 8, Out: 16, Kernel: 3, Stride: 1, ReLU: true}, rng),
		NewConv(work, ConvConfig{Name: "b", In: 16, Out: 8, Kernel: 3, Stride: 1, ReLU: true}, rng),
		NewConv(work, ConvConfig{Name: "c", In: 8, Out: 24, Kernel: 1, Stride: 1}, rng),
	}
}

func TestAFewPlacesHaveTheBitsOfAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	whole, few := tower(), tower()
	for _, count := range []int{0, 1, 5, 60, 3 * 9 * 11} {
		x := random(rng, [4]int{3, 9, 11, 8})
		var places []int32
		for _, i := range rng.Perm(3 * 9 * 11)[:count] {
			places = append(places, int32(i))
		}
		slices.Sort(places)
		want, got := whole.Forward(x), few.ForwardAt(x, places)
		gradient := NewTensor(want.N, want.H, want.W, want.C)
		for _, place := range places {
			at := int(place) * want.C
			require.Equal(t, bits(want.Data[at:at+want.C]), bits(got.Data[at:at+want.C]), "place %d", place)
			for i := range want.C {
				gradient.Data[at+i] = float32(rng.NormFloat64())
			}
		}
		a := whole.Backward(Tensor{want.N, want.H, want.W, want.C, slices.Clone(gradient.Data)})
		b := few.Backward(gradient)
		assert.Equal(t, bits(a.Data), bits(b.Data), "dx")
		for i, p := range whole.Params() {
			assert.Equal(t, bits(p.Grad), bits(few.Params()[i].Grad), p.Name)
		}
	}
}

func TestAFewPlacesAreComputedWithoutAllocation(t *testing.T) {
	s, x, places := tower(), random(rand.New(rand.NewPCG(3, 4)), [4]int{2, 9, 11, 8}), []int32{3, 50, 99}
	require.Zero(t, testing.AllocsPerRun(5, func() { s.ForwardAt(x, places) }))
}

func TestFewPlacesOfAnotherLayerPanic(t *testing.T) {
	s := Stack{NewGroupNorm(GroupNormConfig{Name: "norm", Channels: 8, Groups: 2})}
	assert.PanicsWithValue(t, "nn: Stack.ForwardAt: layer 0 is no convolution of stride 1", func() { s.ForwardAt(NewTensor(1, 2, 2, 8), nil) })
}
