package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// likelyOfAll returns the k cheapest for each ground truth of the candidates that
// overlap it most, by the cost of all of them.
func likelyOfAll(dst *Assignment, truths, k int, cost func(i, g int) float64) []ranked {
	all := appendPlaces(nil, truths*k, math.Inf(1))
	for i, iou := range dst.IoU {
		if g := int(dst.nearest[i]); iou > 0 {
			keepSmallest(all[g*k:(g+1)*k], k, ranked{cost(i, g), int32(i)})
		}
	}
	return all
}

func TestLikelyCandidatesAreTheBestOfThoseNearest(t *testing.T) {
	var dst Assignment
	m := &dst.matching
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 41))
		c, truth := pyramidScene(90+rng.IntN(60), 70, 3, 1+rng.IntN(12), []int{1, 3, 40}[rng.IntN(3)])
		oddPredictions(&c, rng)
		for i, p := range c.Score {
			c.Score[i] = min(p, 1)
		}
		if seed%4 == 0 {
			truth.Box[0] = Box{900, 900, 910, 910} // which none overlaps
		}
		startPredicted(&dst, &c, &truth)

		a := TaskAligned{TopK: 1 + rng.IntN(15), Alpha: []float64{0.5, 1}[rng.IntN(2)], Beta: []float64{0.5, 1, 6}[rng.IntN(3)]}
		a.findLikely(&dst, &c, &truth)
		require.Equal(t, likelyOfAll(&dst, len(truth.Box), a.TopK, func(i, g int) float64 {
			if aligned := a.alignment(&c, &truth, i, g); aligned > 0 {
				return -aligned
			}
			return math.Inf(1)
		}), m.likely, "%+v", a)
		for g := range truth.Box {
			require.Equal(t, m.likely[g*a.TopK+a.TopK-1].value, m.likelyLast(g, a.TopK))
		}

		h := NewHungarian()
		if rng.IntN(2) == 0 {
			h.ClassCost = CostProbability
		}
		h.ClsWeight, h.GIoUWeight = []float64{0, 1, 2}[rng.IntN(3)], []float64{0, 0.1, 2}[rng.IntN(3)]
		h.L1Weight *= float64(rng.IntN(2))
		m.prices.reset(h, &c, &truth)
		h.findLikely(&dst, &c, &truth)
		require.Equal(t, likelyOfAll(&dst, len(truth.Box), fewest, func(i, g int) float64 { return h.cost(&c, &truth, i, g) }), m.likely, "%+v", h)
	}
}

// A number of candidates that no image has makes no room for them.
func TestTaskAlignedKeepsNoMoreLikelyCandidatesThanThereAre(t *testing.T) {
	c, truth := predictedScene(rand.New(rand.NewPCG(5, 43)))
	n := len(c.Box) / len(truth.Box)
	for _, k := range []int{1, n, n + 1, 1 << 40} {
		a := NewTaskAligned()
		a.TopK = k
		var dst, all Assignment
		a.Assign(&dst, &c, &truth)
		if k > n {
			assert.Empty(t, dst.matching.likely)
		} else {
			assert.Len(t, dst.matching.likely, k*len(truth.Box))
		}
		a.TopK = min(k, len(c.Box))
		a.Assign(&all, &c, &truth)
		assert.Equal(t, all.GT, dst.GT)
	}
	a := NewTaskAligned()
	a.TopK, a.Beta = 1, 0 // where boxes apart are as good as any
	var dst Assignment
	a.Assign(&dst, &c, &truth)
	assert.Empty(t, dst.matching.likely)
}

func TestScoresAreReadAheadWhereTheyWillBeAsked(t *testing.T) {
	c := Candidates{Classes: 3, Score: make([]float32, 3*3*hullSize)}
	for i, v := range map[int]float32{32: 1, 35: 2, 63: 4, 34: 100, 31: 100, 64: 100} {
		c.Score[3*i+2] = v
	}
	var m matching
	assert.Equal(t, uint32(1<<31|1<<3|1), m.readAhead(&c, 2, 1, 1<<31|1<<3|1))
	assert.Equal(t, float32(7), m.read)
}

// The positives are those of all pairs, with several classes and objects in crowds.
func TestTaskAlignedIsThatOfAllPairs(t *testing.T) {
	var dst Assignment
	for seed := range uint64(80) {
		rng := rand.New(rand.NewPCG(seed, 42))
		c, truth := pyramidScene(90+rng.IntN(200), 70, 3, 1+rng.IntN(20), []int{1, 3, 40}[rng.IntN(3)])
		oddPredictions(&c, rng)
		for i, p := range c.Score {
			c.Score[i] = min(p, 1)
		}
		a := TaskAligned{TopK: 1 + rng.IntN(40), Alpha: []float64{0.5, 1}[rng.IntN(2)], Beta: []float64{0, 0.5, 1, 6}[rng.IntN(4)]}
		a.Assign(&dst, &c, &truth)
		want := make([]int32, len(c.Box))
		fill(want, Negative)
		for g, box := range truth.Box {
			var best []ranked
			for i := range c.Box {
				if aligned := a.alignment(&c, &truth, i, g); aligned > 0 {
					best = keepSmallest(best, a.TopK, ranked{-aligned, int32(i)})
				}
			}
			for _, r := range best {
				if i := r.index; centre(c.Box[i]).inside(box, 0.01) && (want[i] < 0 || IoU(c.Decoded[i], box) > IoU(c.Decoded[i], truth.Box[want[i]])) {
					want[i] = int32(g)
				}
			}
		}
		require.Equal(t, want, dst.GT, "scene %d, %+v", seed, a)
	}
}

func TestCandidatesWithoutAScoreAreNobodys(t *testing.T) {
	truth := Truth{Box: []Box{{0, 0, 10, 10}}}
	c := Candidates{Classes: 1, Box: []Box{truth.Box[0], truth.Box[0], truth.Box[0]}, Decoded: []Box{truth.Box[0], truth.Box[0], truth.Box[0]}, Score: []float32{0, -1, 0.5}}
	for _, a := range []TaskAligned{NewTaskAligned(), {TopK: 1, Alpha: 1, Beta: 6}, {TopK: 3, Alpha: 1, Beta: 0}} {
		assert.Equal(t, []int32{Negative, Negative, 0}, labels(a, c, truth), "%+v", a)
	}
}
