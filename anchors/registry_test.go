package anchors

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/internal/registry"
)

// looseScene is a pyramid whose candidates strayed from their cells, so that
// no two are equally good for a ground truth, with predictions, ground truths
// some of which leave the image or lie far outside, and ignore regions.
func looseScene(t *rapid.T) (Candidates, Truth) {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 8))
	p := Pyramid{Levels: []Level{{8, []float32{12}}, {16, []float32{24}}}, Ratios: []float32{1}, Offset: 0.5}
	width, height := 8*rapid.IntRange(1, 6).Draw(t, "columns"), 8*rapid.IntRange(1, 6).Draw(t, "rows")
	c := Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height), Width: float32(width), Height: float32(height)}
	for i := range c.Box {
		for k := range c.Box[i] {
			c.Box[i][k] += 3 * (rng.Float32() - 0.5)
		}
	}
	predict(&c, 3, rng)
	truth := Truth{Ignore: make([]Box, rapid.IntRange(0, 2).Draw(t, "ignore"))}
	for i := range truth.Ignore {
		truth.Ignore[i] = anyObject(rng, width, height)
	}
	for range rapid.IntRange(0, 6).Draw(t, "objects") {
		truth.Box = append(truth.Box, anyObject(rng, width, height))
		truth.Class = append(truth.Class, rng.Int32N(3))
	}
	if len(truth.Box) > 0 && rapid.Bool().Draw(t, "one far away") {
		truth.Box[0] = Box{5000, 5000, 5020, 5030}
	}
	return c, truth
}

func anyObject(rng *rand.Rand, width, height int) Box {
	x, y := rng.Float32()*float32(width)-8, rng.Float32()*float32(height)-8
	return Box{x, y, x + 1 + 30*rng.Float32(), y + 1 + 30*rng.Float32()}
}

// variants are the registered assigners and some with other options.
func variants() map[string]Assigner {
	found := map[string]Assigner{}
	for _, e := range registered.All() {
		found[e.Name] = e.New()
	}
	m := NewMaxIoU(0.5, 0.4)
	m.Forced, m.Ties, m.NegFloor, m.IgnoreOrder = ForcedLowest, TiesFirst, 0.1, IgnoreFirst
	m.Straddle, m.Border, m.Order = StraddleDropped, 4, NegativeLast
	found["max_iou with options"] = m
	m = NewMaxIoU(0.6, 0.3)
	m.Similarity, m.Straddle = Similarity{MeasureNWD, 12.8}, StraddleMasked
	found["max_iou by nwd"] = m
	m = NewMaxIoU(0.2, 0.1)
	m.Measure, m.Order, m.Forced = MeasureGIoU, PositiveLast, ForcedKeep
	found["max_iou by giou"] = m
	a := NewATSS()
	a.IgnoreOrder = IgnoreFirst
	found["atss ignoring first"] = a
	r := NewRFLA()
	r.Field, r.Ties = 4, TiesFirst
	found["rfla by stride"] = r
	f := NewFCOS()
	f.CenterRadius = 0
	found["fcos in whole objects"] = f
	return found
}

func forEveryAssigner(t *testing.T, check func(t *testing.T, a Assigner)) {
	for name, a := range variants() {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, registry.Check(a))
			check(t, a)
		})
	}
}

func TestEveryAssignerGivesOneSoundLabelToEveryCandidate(t *testing.T) {
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		var dst Assignment
		rapid.Check(t, func(t *rapid.T) {
			c, truth := looseScene(t)
			a.Assign(&dst, &c, &truth)
			require.Len(t, dst.GT, len(c.Box))
			require.Len(t, dst.IoU, len(c.Box))
			for i, g := range dst.GT {
				require.GreaterOrEqual(t, g, Ignored)
				require.Less(t, int(g), len(truth.Box))
				require.True(t, dst.IoU[i] >= 0 && dst.IoU[i] <= 1, "IoU %v", dst.IoU[i])
			}
			if len(dst.Quality) > 0 {
				require.Len(t, dst.Quality, len(c.Box))
			}
			for _, q := range dst.Quality {
				require.True(t, q >= 0 && q <= 1, "quality %v", q)
			}
		})
	})
}

func TestEveryAssignerFindsNoPositivesWithoutGroundTruth(t *testing.T) {
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		var dst Assignment
		rapid.Check(t, func(t *rapid.T) {
			c, truth := looseScene(t)
			truth.Box, truth.Class = nil, nil
			a.Assign(&dst, &c, &truth)
			require.Zero(t, dst.Positives())
			c = Candidates{}
			a.Assign(&dst, &c, &truth)
			require.Empty(t, dst.GT)
			require.Empty(t, dst.IoU)
		})
	})
}

func TestEveryAssignerFollowsAPermutationWithinTheLevels(t *testing.T) {
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		if atss, ok := a.(ATSS); ok && atss.IgnoreOrder == IgnoreFirst {
			t.Skip("ignored candidates are all equally far")
		}
		var dst, moved Assignment
		rapid.Check(t, func(t *rapid.T) {
			c, truth := looseScene(t)
			if len(truth.Box) > 0 { // far away, candidates are equally bad for it
				truth.Box[0] = Box{3, 2, 17, 18}
			}
			from := indices(len(c.Box))
			for _, level := range c.Grid {
				start, end := level.bounds()
				copy(from[start:end], rapid.Permutation(from[start:end]).Draw(t, "order"))
			}
			other := Candidates{Grid: c.Grid, Width: c.Width, Height: c.Height, Classes: c.Classes}
			for _, i := range from {
				other.Box, other.Decoded = append(other.Box, c.Box[i]), append(other.Decoded, c.Decoded[i])
				other.Score = append(other.Score, c.Score[i*c.Classes:(i+1)*c.Classes]...)
			}
			a.Assign(&dst, &c, &truth)
			a.Assign(&moved, &other, &truth)
			for k, i := range from {
				require.Equal(t, dst.GT[i], moved.GT[k])
				require.Equal(t, dst.IoU[i], moved.IoU[k])
			}
		})
	})
}

func TestEveryAssignerForgetsWhatAnAssignmentHeld(t *testing.T) {
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		var used Assignment
		rapid.Check(t, func(t *rapid.T) {
			c, truth := looseScene(t)
			var fresh Assignment
			a.Assign(&used, &c, &truth)
			a.Assign(&fresh, &c, &truth)
			require.Equal(t, fresh.GT, used.GT)
			require.Equal(t, fresh.IoU, used.IoU)
			require.Equal(t, len(fresh.Quality), len(used.Quality))
		})
	})
}

func TestEveryAssignerStaysOffTheHeapWithAnyOptions(t *testing.T) {
	c, truth := crowdedScene(1000, 10)
	c.Width, c.Height = 100, 100
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		var dst Assignment
		a.Assign(&dst, &c, &truth)
		assert.Zero(t, testing.AllocsPerRun(3, func() { a.Assign(&dst, &c, &truth) }))
	})
}

func TestAssignersByBoxesNeverHoldTheMatrix(t *testing.T) {
	c, truth := crowdedScene(1000, 1500)
	matrix := uint64(4 * len(c.Box) * len(truth.Box))
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		if _, uniform := a.(Uniform); a.Needs()&NeedPredictions != 0 && !uniform {
			t.Skip("compares predictions, some of them all at once")
		}
		var before, after runtime.MemStats
		var dst Assignment
		runtime.ReadMemStats(&before)
		a.Assign(&dst, &c, &truth)
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, matrix/8)
	})
}

func TestAssignersByLevelsPanicWithoutTheGrid(t *testing.T) {
	c, truth := crowdedScene(100, 3)
	c.Grid = nil
	forEveryAssigner(t, func(t *testing.T, a Assigner) {
		if a.Needs() != NeedGrid {
			t.Skip("needs no grid, or more")
		}
		defer func() {
			assert.Regexp(t, `^anchors: \w+\.Assign: needs the grid of its \d+ candidates`, recover())
		}()
		a.Assign(new(Assignment), &c, &truth)
	})
}

func TestWithoutCandidatesNothingIsLeftOfAnotherImage(t *testing.T) {
	c, truth := crowdedScene(100, 3)
	for name, a := range variants() {
		var dst Assignment
		a.Assign(&dst, &c, &truth)
		a.Assign(&dst, &Candidates{}, &truth)
		assert.Empty(t, dst.GT, name)
		if _, needs := a.(CenterRegion); !needs {
			a.Assign(&dst, &Candidates{}, &Truth{Box: truth.Box})
			assert.Empty(t, dst.GT, name)
		}
	}
}
