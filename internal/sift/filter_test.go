package sift

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

var (
	nan      = float32(math.NaN())
	infinity = float32(math.Inf(1))
	negative = Labels{-1, -1}
	counted  = Labels{-1, math.MaxInt32} // all but ignored ones
)

// anyValue is any float32, or one of a few that tie.
func anyValue() *rapid.Generator[float32] {
	return rapid.OneOf(rapid.Float32(), rapid.SampledFrom([]float32{
		0, float32(math.Copysign(0, -1)), 1, 1, nan, infinity, -infinity, 1e-45, -1e-45,
	}))
}

// onEveryPath runs a test for each of the machine's vectors and for none.
func onEveryPath(t *testing.T, test func(t *testing.T)) {
	for _, path := range every() {
		t.Run(path.Name, func(t *testing.T) {
			defer path.Take()()
			test(t)
		})
	}
}

func TestFiltersFindWhatPasses(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		var labelled, above, both []int32
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(0, 70).Draw(t, "n")
			value := rapid.SliceOfN(anyValue(), n, n).Draw(t, "value")
			label := rapid.SliceOfN(rapid.Int32Range(-2, 2), n, n).Draw(t, "label")
			in := rapid.SampledFrom([]Labels{negative, counted, {0, math.MaxInt32}, {-2, -2}}).Draw(t, "in")
			least := anyValue().Draw(t, "least")
			wantLabelled, wantAbove, wantBoth := []int32{}, []int32{}, []int32{}
			for i, v := range value {
				inside, passes := label[i] >= in.Low && label[i] <= in.High, !(v < least)
				if inside {
					wantLabelled = append(wantLabelled, int32(i))
				}
				if passes {
					wantAbove = append(wantAbove, int32(i))
				}
				if inside && passes {
					wantBoth = append(wantBoth, int32(i))
				}
			}
			labelled, above, both = Labelled(labelled, label, in), Above(above, value, nil, in, least), Above(both, value, label, in, least)
			assert.Equal(t, wantLabelled, append([]int32{}, labelled...))
			assert.Equal(t, wantAbove, append([]int32{}, above...))
			assert.Equal(t, wantBoth, append([]int32{}, both...))
		})
	})
}

func TestAFilterNeedsAsManyLabelsAsValues(t *testing.T) {
	assert.PanicsWithValue(t, "sift: Above: 2 values and 1 labels", func() { Above(nil, make([]float32, 2), make([]int32, 1), counted, 0) })
}

func BenchmarkLabelled(b *testing.B) {
	label := make([]int32, 200_000)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, share := range []float64{0.001, 0.5, 0.999} {
		for i := range label {
			label[i] = 0
			if rng.Float64() < share {
				label[i] = -1
			}
		}
		for _, path := range every() {
			b.Run(fmt.Sprintf("share=%v/%s", share, path.Name), func(b *testing.B) {
				defer path.Take()()
				var dst []int32
				b.ReportAllocs()
				b.SetBytes(int64(4 * len(label)))
				for b.Loop() {
					dst = Labelled(dst, label, negative)
				}
			})
		}
	}
}
