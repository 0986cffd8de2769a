package anchors

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naiveMaxIoU is the assigner as its documentation words it, over the full
// matrix of overlaps.
func naiveMaxIoU(m MaxIoU, cand []Box, t Truth) (gt []int32, iou []float32) {
	n := len(cand)
	gt, iou = make([]int32, n), make([]float32, n)
	nearest := make([]int, n)
	matrix := make([][]float32, n)
	for i := range cand {
		gt[i] = Negative
		matrix[i] = make([]float32, len(t.Box))
		for g := range t.Box {
			matrix[i][g] = IoU(cand[i], t.Box[g])
		}
		if len(t.Box) == 0 {
			continue
		}
		iou[i] = slices.Max(matrix[i])
		nearest[i] = slices.Index(matrix[i], iou[i])
		if iou[i] >= float32(m.NegIoU) {
			gt[i] = Ignored
			if iou[i] >= float32(m.PosIoU) {
				gt[i] = int32(nearest[i])
			}
		}
	}
	for g := range t.Box {
		best := float32(0)
		for i := range cand {
			best = max(best, matrix[i][g])
		}
		for i := range cand {
			if m.Forced == ForcedNone || best == 0 || best < float32(m.MinPosIoU) || matrix[i][g] != best {
				continue
			}
			if m.Forced == ForcedKeep {
				gt[i] = int32(nearest[i])
			} else {
				gt[i] = int32(g)
			}
		}
	}
	for i := range cand {
		for _, region := range t.Ignore {
			if gt[i] == Negative && IoF(cand[i], region) > float32(m.IgnoreIoF) {
				gt[i] = Ignored
			}
		}
	}
	return gt, iou
}

// anyScene draws candidates, ground truth and ignore regions that overlap,
// tie and repeat often, and sometimes miss one another.
func anyScene(t *rapid.T) (cand []Box, truth Truth) {
	box := quarterBox(rapid.SampledFrom([]int{2, 6, 30}).Draw(t, "extent"))
	cand = rapid.SliceOfN(box, 0, 30).Draw(t, "candidates")
	truth.Box = rapid.SliceOfN(box, 0, 5).Draw(t, "truth")
	truth.Ignore = rapid.SliceOfN(box, 0, 2).Draw(t, "ignore")
	if len(cand) > 0 && rapid.Bool().Draw(t, "repeat a candidate") {
		cand = append(cand, cand[0])
	}
	if len(truth.Box) > 0 && rapid.Bool().Draw(t, "repeat a ground truth") {
		truth.Box = append(truth.Box, truth.Box[0])
	}
	if rapid.Bool().Draw(t, "a ground truth that nothing touches") {
		truth.Box = append(truth.Box, Box{1000, 1000, 1010, 1010})
	}
	truth.Class = make([]int32, len(truth.Box))
	return cand, truth
}

func anyMaxIoU(t *rapid.T) MaxIoU {
	m := MaxIoU{
		PosIoU:    rapid.SampledFrom([]float64{0.3, 0.5, 0.7}).Draw(t, "pos"),
		NegIoU:    rapid.SampledFrom([]float64{0.1, 0.25, 0.3}).Draw(t, "neg"),
		MinPosIoU: rapid.SampledFrom([]float64{0, 0.1, 0.3}).Draw(t, "min"),
		Forced:    rapid.SampledFrom([]Forced{ForcedNone, ForcedKeep, ForcedTaken}).Draw(t, "forced"),
		IgnoreIoF: rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "iof"),
	}
	require.NoError(t, m.Validate())
	return m
}

func TestMaxIoUIsItsDocumentationOverTheFullMatrix(t *testing.T) {
	var a Assignment // shared: what one scene leaves behind must not show in the next
	rapid.Check(t, func(t *rapid.T) {
		m := anyMaxIoU(t)
		cand, truth := anyScene(t)
		m.Assign(&a, &Candidates{Box: cand}, &truth)
		gt, iou := naiveMaxIoU(m, cand, truth)
		assert.Equal(t, gt, append([]int32{}, a.GT...))
		assert.Equal(t, iou, append([]float32{}, a.IoU...))
		positives := 0
		for _, g := range gt {
			if g >= 0 {
				positives++
			}
		}
		assert.Equal(t, positives, a.Positives())
	})
}

func TestMaxIoUFollowsAPermutationOfTheCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMaxIoU(t)
		cand, truth := anyScene(t)
		order := rapid.Permutation(indices(len(cand))).Draw(t, "order")
		shuffled := make([]Box, len(cand))
		for i, from := range order {
			shuffled[i] = cand[from]
		}
		var a, b Assignment
		m.Assign(&a, &Candidates{Box: cand}, &truth)
		m.Assign(&b, &Candidates{Box: shuffled}, &truth)
		for i, from := range order {
			assert.Equal(t, a.GT[from], b.GT[i])
			assert.Equal(t, a.IoU[from], b.IoU[i])
		}
	})
}

func TestEveryTouchedGroundTruthIsLearnedWhenForced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cand, truth := anyScene(t)
		var a Assignment
		NewMaxIoU(0.7, 0.3).Assign(&a, &Candidates{Box: cand}, &truth)
		for _, box := range truth.Box {
			best, learned := float32(0), false
			for i := range cand {
				best = max(best, IoU(cand[i], box))
			}
			for i := range cand {
				learned = learned || a.GT[i] >= 0 && IoU(cand[i], box) == best && best > 0
			}
			assert.Equal(t, best > 0, learned)
		}
	})
}

func TestAGroundTruthThatNothingTouchesForcesNothing(t *testing.T) {
	cand := []Box{{0, 0, 8, 8}, {8, 0, 16, 8}}
	truth := Truth{Box: []Box{{100, 100, 120, 120}}, Class: []int32{0}}
	for _, forced := range []Forced{ForcedKeep, ForcedTaken} {
		var a Assignment
		MaxIoU{PosIoU: 0.5, NegIoU: 0.4, Forced: forced}.Assign(&a, &Candidates{Box: cand}, &truth)
		assert.Equal(t, []int32{Negative, Negative}, a.GT)
	}
}

func TestForcedSaysWhoseTheBestCandidateBecomes(t *testing.T) {
	// Both ground truths have the candidate as their best, the first by more.
	cand := []Box{{0, 0, 10, 10}}
	truth := Truth{Box: []Box{{0, 0, 10, 4}, {0, 0, 10, 3}}, Class: []int32{0, 0}}
	for forced, want := range map[Forced]int32{ForcedNone: Negative, ForcedKeep: 0, ForcedTaken: 1} {
		var a Assignment
		MaxIoU{PosIoU: 0.5, NegIoU: 0.45, Forced: forced}.Assign(&a, &Candidates{Box: cand}, &truth)
		assert.Equal(t, []int32{want}, a.GT, forced)
	}
}

func TestAForcedMatchNeedsTheLeastIoUAndNoMore(t *testing.T) {
	truth := Truth{Box: []Box{{0, 0, 10, 5}}, Class: []int32{0}}
	for least, want := range map[float64]int32{0: 0, 0.5: 0, 0.51: Negative} {
		var a Assignment
		m := MaxIoU{PosIoU: 0.7, NegIoU: 0.6, MinPosIoU: least, Forced: ForcedKeep}
		m.Assign(&a, &Candidates{Box: []Box{{0, 0, 10, 10}}}, &truth) // IoU 0.5
		assert.Equal(t, []int32{want}, a.GT, "at least %v", least)
	}
}

func TestIgnoreRegionsExcuseNegativesOnly(t *testing.T) {
	cand := []Box{{0, 0, 10, 10}, {20, 0, 30, 10}, {40, 0, 50, 10}, {60, 0, 70, 10}}
	truth := Truth{Box: []Box{{0, 0, 10, 10}}, Class: []int32{0}, Ignore: []Box{{0, 0, 30, 10}, {45, 0, 60, 10}}}
	var a Assignment
	NewMaxIoU(0.5, 0.4).Assign(&a, &Candidates{Box: cand}, &truth)
	assert.Equal(t, []int32{0, Ignored, Negative, Negative}, a.GT, "half of the third, not more, lies in a region")
}

func TestMaxIoUValidateRefusesCrossedThresholds(t *testing.T) {
	assert.ErrorContains(t, MaxIoU{PosIoU: 0.3, NegIoU: 0.5}.Validate(), "neg_iou 0.5 is above pos_iou 0.3")
	assert.NoError(t, NewMaxIoU(0.5, 0.5).Validate())
}

func TestForcedReadsItsThreeNames(t *testing.T) {
	var f Forced
	require.NoError(t, f.UnmarshalText([]byte("keep")))
	assert.Equal(t, ForcedKeep, f)
	assert.ErrorContains(t, f.UnmarshalText([]byte("kept")), `"kept"`)
	assert.Equal(t, ForcedKeep, f)
}

func TestEveryAssignerIsSilentOnEmptyInputAndStaysOffTheHeap(t *testing.T) {
	cand, truth := crowdedScene(2000, 10)
	for _, e := range registered.All() {
		t.Run(e.Name, func(t *testing.T) {
			assigner := e.New()
			var a Assignment
			assigner.Assign(&a, &cand, &Truth{})
			for i := range a.GT {
				require.Equal(t, Negative, a.GT[i])
				require.Zero(t, a.IoU[i])
			}
			assigner.Assign(&a, &Candidates{}, &truth)
			require.Empty(t, a.GT)

			assigner.Assign(&a, &cand, &truth)
			require.Len(t, a.GT, len(cand.Box))
			for _, g := range a.GT {
				require.True(t, g >= Ignored && int(g) < len(truth.Box), "label %d", g)
			}
			require.NotZero(t, a.Positives())
			assert.Zero(t, testing.AllocsPerRun(5, func() { assigner.Assign(&a, &cand, &truth) }))
		})
	}
}

// crowdedScene is a pyramid of about n anchors and m ground truths among them.
func crowdedScene(n, m int) (Candidates, Truth) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := Pyramid{Levels: []Level{{8, []float32{24}}, {16, []float32{48}}}, Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
	side := 8
	for p.Count(side, side) < n {
		side += 8
	}
	var t Truth
	for range m {
		x, y := rng.Float32()*float32(side-8), rng.Float32()*float32(side-8)
		t.Box = append(t.Box, Box{x, y, x + 8 + 40*rng.Float32(), y + 8 + 40*rng.Float32()})
		t.Class = append(t.Class, rng.Int32N(3))
	}
	t.Ignore = []Box{{0, 0, float32(side) / 4, float32(side) / 4}}
	c := Candidates{Box: p.Append(nil, side, side), Grid: p.Grids(side, side)}
	predict(&c, 3, rng)
	return c, t
}

func indices(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}
