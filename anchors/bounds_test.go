package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/overlap"
)

// anyHungarian draws weights, also such that all costs are the largest float32 or
// that one of the terms decides.
func anyHungarian(rng *rand.Rand) Hungarian {
	h := NewHungarian()
	if rng.IntN(2) == 0 {
		h.ClassCost, h.ClsWeight = CostProbability, 1
	}
	switch rng.IntN(5) {
	case 0:
		h.ClsWeight *= []float64{0, 0, 1e3, 1e40}[rng.IntN(4)]
	case 1:
		h.L1Weight *= []float64{0, 1e3, 1e30, 1e45}[rng.IntN(4)]
	case 2:
		h.GIoUWeight *= []float64{0, 1e3, 1e35, 1e45}[rng.IntN(4)]
	}
	return h
}

// oddPredictions makes some predictions the same again, certain, extreme or no
// numbers.
func oddPredictions(c *Candidates, rng *rand.Rand) {
	for range rng.IntN(60) {
		b := &c.Decoded[rng.IntN(len(c.Box))]
		*b = c.Decoded[rng.IntN(len(c.Box))]
		if rng.IntN(2) == 0 {
			b[rng.IntN(4)] += 1e-4 * rng.Float32()
		}
	}
	for range rng.IntN(60) {
		i, j := rng.IntN(len(c.Box)), rng.IntN(len(c.Box))
		copy(c.scores(int32(i)), c.scores(int32(j)))
	}
	for range rng.IntN(20) {
		c.Score[rng.IntN(len(c.Score))] = []float32{0, 1, 0.5}[rng.IntN(3)]
	}
	if rng.IntN(4) == 0 {
		c.Score[rng.IntN(len(c.Score))] = []float32{float32(math.NaN()), 1.5, -1}[rng.IntN(3)]
	}
	if rng.IntN(4) == 0 {
		spoil(c.Decoded, rng)
	}
}

// The matching is that over the costs of all pairs, which no bound has passed over.
func TestHungarianIsThatOfAllCosts(t *testing.T) {
	var dst Assignment
	var all linearSum
	capped := 0
	for seed := range uint64(250) {
		rng := rand.New(rand.NewPCG(seed, 21))
		p := Pyramid{Levels: []Level{{4, []float32{6, 9}}, {8, []float32{12}}}, Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
		width, height := 24+rng.IntN(60), 24+rng.IntN(40)
		c := Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height)}
		predict(&c, 3, rng)
		var truth Truth
		for range 1 + rng.IntN(12) {
			x, y := float32(width)*rng.Float32()-4, float32(height)*rng.Float32()-4
			truth.Box = append(truth.Box, Box{x, y, x + 3 + 20*rng.Float32(), y + 3 + 20*rng.Float32()})
			truth.Class = append(truth.Class, rng.Int32N(3))
		}
		if rng.IntN(3) > 0 {
			oddPredictions(&c, rng)
		}
		h := anyHungarian(rng)
		h.Assign(&dst, &c, &truth)
		want := all.solve(len(truth.Box), len(c.Box), func(g, i int) float64 { return h.cost(&c, &truth, i, g) })
		for g, i := range want {
			require.Equal(t, int32(g), dst.GT[i], "scene %d: %+v", seed, h)
			if h.cost(&c, &truth, int(i), g) == math.MaxFloat32 {
				capped++
			}
		}
	}
	assert.Greater(t, capped, 20)
}

// What kernels compare in float32 would be infinity times 0, no number, of boxes
// that only touch or that are the same.
func TestWeightsBeyondFloat32FindTheOneBoxThatTheyDoNotPrice(t *testing.T) {
	truth := Truth{Box: []Box{{100, 100, 110, 110}}, Class: []int32{0}}
	for name, s := range map[string]struct {
		h          Hungarian
		near, best Box
	}{
		"giou of boxes that touch": {Hungarian{GIoUWeight: 1e45, L1Weight: 1}, Box{111, 100, 121, 110}, Box{110, 100, 150, 110}},
		"l1 of the same box":       {Hungarian{GIoUWeight: 1, L1Weight: 1e45}, Box{101, 100, 111, 110}, truth.Box[0]},
	} {
		const n = 96
		c := Candidates{Grid: []Grid{{Stride: 8, Width: n, Height: 1, PerCell: 1}}, Classes: 1, Score: make([]float32, n)}
		for i := range n {
			c.Box, c.Decoded = append(c.Box, Box{8 * float32(i), 0, 8 * float32(i+1), 8}), append(c.Decoded, s.near)
		}
		c.Decoded[70] = s.best
		var dst Assignment
		s.h.Assign(&dst, &c, &truth)
		assert.Zero(t, dst.GT[70], name)
	}
}

func TestTheCheapestOfBoxesAlmostAlikeIsFound(t *testing.T) {
	const n = 96
	c := Candidates{Grid: []Grid{{Stride: 8, Width: n, Height: 1, PerCell: 1}}, Classes: 1, Score: make([]float32, n)}
	for i := range n {
		x := 50 * (1 - 1e-5*float32(i))
		c.Box, c.Decoded = append(c.Box, Box{8 * float32(i), 0, 8 * float32(i+1), 8}), append(c.Decoded, Box{100 + x, 100, 200 + x, 200})
	}
	var dst Assignment
	Hungarian{L1Weight: 5}.Assign(&dst, &c, &Truth{Box: []Box{{100, 100, 200, 200}}, Class: []int32{0}})
	assert.Zero(t, dst.GT[n-1])
}

func TestAPlaceIsForACandidateThatCostsTheLimit(t *testing.T) {
	kept := appendPlaces(nil, 2, 3)
	kept = keepSmallest(kept, 2, ranked{math.Nextafter(3, 4), 7})
	kept = keepSmallest(kept, 2, ranked{3, 8})
	assert.Equal(t, int32(8), kept[0].index)
	assert.True(t, kept[1].isPlace())
}

// Of a ground truth without area, or one so far that its distance is beyond
// float32, a bound says nothing.
func TestASearchWhoseLimitNothingReachesIsDoneWithoutOne(t *testing.T) {
	c, _ := pyramidScene(160, 128, 3, 1, 2)
	boxes := []Box{{8, 8, 8, 40}, {1e19, 8, 2e19, 40}, {8, 8, 40, 3e38}, {40, 40, 8, 8}, {}}
	for _, a := range []Assigner{NewPoint(), NewATSS(), NewUniform(), NewNWDRKA(), NewRFLA(), NewSimOTA(), NewDynamicSoft(), NewTaskAligned(), NewHungarian()} {
		for _, box := range boxes {
			var dst Assignment
			require.NotPanics(t, func() { a.Assign(&dst, &c, &Truth{Box: []Box{box}, Class: []int32{0}}) }, "%T %v", a, box)
		}
	}
}

func TestNoBoxCostsMoreThanItsSimilarityAllows(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for _, s := range []Similarity{{MeasureNWD, 12.8}, {MeasureNWD, 300}, {MeasureNWD, 3000}, {MeasureNWD, 1e6}, {Measure: MeasureKL}} {
		for range 20_000 {
			x, y, far := 100*rng.Float32(), 100*rng.Float32(), 30*rng.Float32()
			g := Box{x, y, x + 2 + far, y + 2 + 20*rng.Float32()}
			c := Box{x + far*rng.Float32(), y, g[2] + far*rng.Float32(), g[3]}
			rank := s.rank(c, g)
			if similarity := s.value(rank); similarity > 0 {
				require.LessOrEqual(t, float64(-rank), s.mostCost(float64(similarity)), "%v: %v %v", s, c, g)
			}
		}
	}
}

func TestBoxesOfAnExtentCostWhatTheyCostAtLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	for range 20_000 {
		x, y := 200*rng.Float32(), 200*rng.Float32()
		g := Box{x, y, x + 1 + 30*rng.Float32(), y + 1 + 30*rng.Float32()}
		x, y = 200*rng.Float32(), 200*rng.Float32()
		c := Box{x, y, x + 1 + 30*rng.Float32(), y + 1 + 30*rng.Float32()}
		extents, _ := overlap.AppendExtents(nil, []Box{c})
		for _, s := range []Similarity{{MeasureNWD, 12.8}, {Measure: MeasureKL}} {
			least, cost := s.leastCost(&extents[0], g), float64(-s.rank(c, g))
			require.LessOrEqual(t, least, cost, "%v: %v %v", s, c, g)
			require.Greater(t, least, cost*(1-1e-3)-1e-3, "%v: %v %v", s, c, g)
		}
	}
}

// Boxes that cost as much as the last one kept are looked for wherever they lie.
func TestCandidatesAlikeFarApartInTheListAreAllPositive(t *testing.T) {
	truth := Truth{Box: []Box{{100, 100, 120, 130}}}
	c := Candidates{}
	for i := range 5000 {
		x := float32(i%100) * 5
		c.Box = append(c.Box, Box{x, 300, x + 8, 308})
	}
	alike := []int{7, 40, 41, 1500, 4900}
	for _, i := range alike {
		c.Box[i] = truth.Box[0]
	}
	for _, s := range []Similarity{{MeasureNWD, 12.8}, {Measure: MeasureKL}} {
		got := labels(NWDRKA{TopK: 1, NegSimilarity: 1, IgnoreIoF: 0.5, Similarity: s}, c, truth)
		for _, i := range alike {
			assert.Zero(t, got[i], "%v, candidate %d", s, i)
		}
	}
}

func TestCandidatesWithoutAreaAreNobodys(t *testing.T) {
	c := Candidates{Box: []Box{{0, 0, 0, 9}, {5, 5, 9, 5}}}
	got := labels(NWDRKA{TopK: 2, NegSimilarity: 1, IgnoreIoF: 0.5, Similarity: Similarity{Measure: MeasureKL}}, c, Truth{Box: []Box{{0, 0, 9, 9}}})
	assert.Equal(t, []int32{Negative, Negative}, got)
}

// A generalised IoU of boxes that only touch is above 0 where the hull is rounded
// down.
func TestOfBoxesThatOnlyTouchTheCheapestIsFoundThatRoundingMakes(t *testing.T) {
	const n = 96
	h := Hungarian{GIoUWeight: 2}
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 27))
		b := Box{50 * rng.Float32(), 50 * rng.Float32()}
		b[2], b[3] = b[0]+1+30*rng.Float32(), b[1]+1+30*rng.Float32()
		truth := Truth{Box: []Box{b}, Class: []int32{0}}
		c := Candidates{Grid: []Grid{{Stride: 8, Width: n, Height: 1, PerCell: 1}}, Box: make([]Box, n), Classes: 1, Score: make([]float32, n)}
		for range n {
			c.Decoded = append(c.Decoded, Box{b[2], b[1], b[2] + 1 + 60*rng.Float32(), b[3]})
		}
		cheapest := 0
		for i := range n {
			if h.cost(&c, &truth, i, 0) < h.cost(&c, &truth, cheapest, 0) {
				cheapest = i
			}
		}
		var dst Assignment
		h.Assign(&dst, &c, &truth)
		require.Zero(t, dst.GT[cheapest], "scene %d", seed)
	}
}

// All are equally far then, and the first are nearest.
func TestCandidatesAtADistanceBeyondFloat32CompeteToo(t *testing.T) {
	p := Pyramid{Levels: []Level{{8, []float32{8}}}, Ratios: []float32{1}, Offset: 0.5}
	c := Candidates{Box: p.Append(nil, 320, 320), Grid: p.Grids(320, 320)}
	want := make([]int32, len(c.Box))
	for i := range want {
		want[i] = Negative
	}
	want[0], want[1], want[2] = 0, 0, 0
	var dst Assignment
	ATSS{TopK: 3, IgnoreIoF: 0.5}.Assign(&dst, &c, &Truth{Box: []Box{{0, 0, 1e30, 1e30}}})
	require.Equal(t, want, dst.GT)
	Point{Scale: 4, Num: 3, IgnoreIoF: 0.5}.Assign(&dst, &c, &Truth{Box: []Box{{0, 0, 1e-22, 1e-22}}}) // in its widths
	require.Equal(t, want, dst.GT)
}
