package rpn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/losses"
)

// anyLogit draws logits of every size: equal and nearly equal ones, those whose
// scores round to 1, to the smallest numbers and to 0, infinities and NaN.
func anyLogit() *rapid.Generator[float32] {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	return rapid.OneOf(
		rapid.Float32Range(-5, 5),
		rapid.Map(rapid.IntRange(-3, 3), func(i int) float32 { return float32(i) }),
		rapid.Map(rapid.IntRange(0, 200), func(i int) float32 { return 1.5 + float32(i)*0x1p-23 }),
		rapid.Float32Range(14, 20),
		rapid.Float32Range(-105, -85),
		rapid.SampledFrom([]float32{nan, inf, -inf, 0, float32(math.Copysign(0, -1))}),
	)
}

func TestTheBestAreThoseOfScoringAll(t *testing.T) {
	var b best
	rapid.Check(t, func(t *rapid.T) {
		out := Output{Classes: 1, Logits: rapid.SliceOfN(anyLogit(), 0, 300).Draw(t, "logits")}
		if rapid.Bool().Draw(t, "of a kind") && len(out.Logits) > 0 {
			one := rapid.SliceOfN(anyLogit(), 1, 2).Draw(t, "kind")
			for i := range out.Logits {
				out.Logits[i] = one[i%len(one)]
			}
		}
		d := Detect{
			MinScore: rapid.SampledFrom([]float64{0, 1e-40, 0.01, 0.5, 1}).Draw(t, "min score"),
			PreNMS:   rapid.IntRange(1, 310).Draw(t, "pre NMS"),
		}
		type scored struct {
			entry int32
			score float32
		}
		want := []scored{}
		all := make([]float32, len(out.Logits))
		losses.Sigmoid.Scores(all, out.Logits)
		for i, s := range all {
			if s >= float32(d.MinScore) && s > 0 {
				want = append(want, scored{int32(i), s})
			}
		}
		slices.SortStableFunc(want, func(a, b scored) int {
			switch {
			case a.score > b.score:
				return -1
			case a.score < b.score:
				return 1
			}
			return 0
		})
		got := []scored{}
		for _, at := range b.of(losses.Sigmoid, d, out) {
			got = append(got, scored{b.entries[at], b.scores[at]})
		}
		assert.Equal(t, want[:min(len(want), d.PreNMS)], got)
	})
}

func TestALogitBelowHasALowerScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(rapid.Float32Range(-103, 30), rapid.Float32Range(-104, -80)).Draw(t, "logit")
		var score, lower [1]float32
		losses.Sigmoid.Scores(score[:], []float32{x})
		if score[0] == 0 {
			t.Skip()
		}
		losses.Sigmoid.Scores(lower[:], []float32{logitBelow(score[0])})
		assert.Less(t, lower[0], score[0])
	})
}

// A region proposal network's output after some training: few objects.
func BenchmarkBest(b *testing.B) {
	for _, n := range []int{4_536, 200_000} {
		rng := rand.New(rand.NewPCG(1, 2))
		out := Output{Classes: 1, Logits: make([]float32, n)}
		for i := range out.Logits {
			out.Logits[i] = float32(2*rng.NormFloat64() - 4)
		}
		for name, d := range map[string]Detect{"proposals": Proposals(600), "detections": Detections()} {
			b.Run(fmt.Sprintf("%s/size=%d", name, n), func(b *testing.B) {
				var w best
				b.SetBytes(int64(4 * n))
				b.ReportAllocs()
				for b.Loop() {
					w.of(losses.Sigmoid, d, out)
				}
			})
		}
	}
}
