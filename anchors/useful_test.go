package anchors

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// around returns boxes of which many overlap a ground truth about as much.
func around(rng *rand.Rand, truth Box, n int) []Box {
	boxes := make([]Box, n)
	for i := range boxes {
		spread := truth.Width() * 0.3 * rng.Float32()
		for k, v := range truth {
			boxes[i][k] = v + spread*(2*rng.Float32()-1)
		}
	}
	return boxes
}

// What is passed over for its IoU is what would not be kept.
func TestTheBestAlignedAreThoseOfAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(61, 62))
	for range 60 {
		truth := Box{100, 100, 180, 160}
		c := Candidates{Classes: 1, Decoded: around(rng, truth, 700+rng.IntN(200))}
		for range c.Decoded {
			c.Box, c.Score = append(c.Box, truth), append(c.Score, 1-0.001*rng.Float32())
		}
		a := TaskAligned{TopK: 1 + rng.IntN(20), Alpha: 1, Beta: []float64{0.5, 1, 6}[rng.IntN(3)], IgnoreIoF: 0.5}
		in := Truth{Box: []Box{truth}}
		var best []ranked
		for i := range c.Box {
			best = keepSmallest(best, a.TopK, ranked{-a.alignment(&c, &in, i, 0), int32(i)})
		}
		var dst Assignment
		a.Assign(&dst, &c, &in)
		for i, g := range dst.GT {
			want := slices.ContainsFunc(best, func(r ranked) bool { return int(r.index) == i })
			require.Equal(t, want, g == 0, "candidate %d, %+v", i, a)
		}
	}
}

func TestTheNumberOfPositivesIsTheSumOfTheBestIoUs(t *testing.T) {
	rng := rand.New(rand.NewPCG(63, 64))
	for range 60 {
		truth := Box{100, 100, 180, 160}
		boxes := around(rng, truth, 500+rng.IntN(200))
		k := 2 + rng.IntN(30)
		var all []ranked
		for i, b := range boxes {
			all = keepSmallest(all, k, ranked{-float64(IoU(b, truth)), int32(i)})
		}
		var m matching
		m.decoded = boxes
		m.rivals.reset(boxes)
		require.Equal(t, dynamicK(all), m.positives(truth, k))
		require.Equal(t, all, m.overlaps)
	}
}

func TestUniformPicksTheNearestOfAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(65, 66))
	for range 60 {
		truth := []Box{{100, 100, 180, 160}, {90, 110, 190, 150}}
		u := Uniform{MatchTimes: 1 + rng.IntN(20)}
		c := Candidates{Box: around(rng, truth[0], 700+rng.IntN(200)), Decoded: around(rng, truth[1], 900)}
		c.Decoded = c.Decoded[:len(c.Box)]
		var want []ranked
		for _, box := range truth {
			for _, boxes := range [][]Box{c.Decoded, c.Box} {
				var best []ranked
				for i, b := range boxes {
					best = keepSmallest(best, u.MatchTimes, ranked{float64(l1(b, box)), int32(i)})
				}
				want = append(want, best...)
			}
		}
		var dst Assignment
		u.pick(&dst, &c, truth)
		require.Equal(t, want, dst.picked)
	}
}

// Costs that are nearly alike, and weights of which one is all, leave little to
// spare for a bound.
func TestHungarianLooksUpNoFewerCandidatesThanItsCostsAsk(t *testing.T) {
	rng := rand.New(rand.NewPCG(67, 68))
	for k := range 48 {
		h := NewHungarian()
		h.ClassCost = ClassCost(k % 2)
		h.ClsWeight = []float64{0, 2, 1e-3}[rng.IntN(3)]
		h.L1Weight = []float64{0, 5, 1e20, 1e-3}[rng.IntN(4)]
		h.GIoUWeight = []float64{0, 2, 1e-3, 1e39, 50}[rng.IntN(5)]
		if h.Validate() != nil {
			continue
		}
		truth := Truth{Box: around(rng, Box{100, 100, 180, 160}, 12)}
		c := Candidates{Grid: []Grid{{Stride: 8, Width: 40, Height: 30, PerCell: 1}}, Classes: 1}
		c.Decoded = around(rng, truth.Box[0], 2400)
		for range c.Decoded {
			c.Box, c.Score = append(c.Box, truth.Box[0]), append(c.Score, 1-[]float32{0.001, 0.9}[k/2%2]*rng.Float32())
		}
		var dst, whole Assignment
		startPredicted(&dst, &c, &truth)
		total := func(match []int32) (sum float64) {
			for g, i := range match {
				sum += h.cost(&c, &truth, int(i), g)
			}
			return sum
		}
		got := total(h.solve(&dst, &c, &truth))
		want := whole.matching.linearSum.solve(len(truth.Box), len(c.Decoded), func(g, i int) float64 { return h.cost(&c, &truth, i, g) })
		require.InEpsilon(t, total(want), got, 1e-12, "%+v", h)
	}
}

// A weight beyond float32 times an IoU of 0 is no number there.
func TestHungarianFindsTheNearestUnderAnEnormousWeight(t *testing.T) {
	h := NewHungarian()
	h.GIoUWeight = 1e39
	truth := Truth{Box: []Box{{100, 100, 180, 160}}}
	c := Candidates{Grid: []Grid{{Stride: 8, Width: 10, Height: 10, PerCell: 1}}, Classes: 1}
	for i := range 100 {
		left := 181 + 0.1*float32(99-i) // the last is the nearest
		c.Decoded = append(c.Decoded, Box{left, 100, left + 80, 160})
		c.Box, c.Score = append(c.Box, truth.Box[0]), append(c.Score, 0.5)
	}
	var dst Assignment
	h.Assign(&dst, &c, &truth)
	require.Equal(t, int32(0), dst.GT[99])
}
