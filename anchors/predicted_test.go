package anchors

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// predict gives every candidate random scores and a box that strays from it.
func predict(c *Candidates, classes int, rng *rand.Rand) {
	c.Classes = classes
	c.Score, c.Decoded = make([]float32, len(c.Box)*classes), make([]Box, len(c.Box))
	for i := range c.Score {
		c.Score[i] = 1 / (1 + float32(math.Exp(2-2*rng.NormFloat64())))
	}
	for i, b := range c.Box {
		w, h := b.Width()*(0.5+rng.Float32()), b.Height()*(0.5+rng.Float32())
		x, y := b.Center()
		x, y = x+4*float32(rng.NormFloat64()), y+4*float32(rng.NormFloat64())
		c.Decoded[i] = Box{x - w/2, y - h/2, x + w/2, y + h/2}
	}
}

// predicting returns the assigners that match predictions to ground truths,
// under their registered names.
func predicting(t testing.TB) map[string]Assigner {
	found := map[string]Assigner{"simota": NewSimOTA(), "ota": NewOTA(), "task_aligned": NewTaskAligned(), "dynamic_soft": NewDynamicSoft(), "hungarian": NewHungarian()}
	for name, a := range found {
		registered, ok := registered.NameOf(a)
		require.True(t, ok)
		require.Equal(t, name, registered)
	}
	return found
}

// predictedScene is a scene of one level, so that every candidate has the same
// stride, with up to 6 ground truths of 3 classes, some of them reaching beyond
// the image.
func predictedScene(rng *rand.Rand) (Candidates, Truth) {
	p := Pyramid{Levels: []Level{{8, []float32{12}}}, Ratios: []float32{0.5, 2}, Offset: 0.5}
	c := Candidates{Box: p.Append(nil, 48, 40), Grid: p.Grids(48, 40)}
	predict(&c, 3, rng)
	var t Truth
	for range 1 + rng.IntN(6) {
		x, y := 50*rng.Float32()-8, 42*rng.Float32()-8
		t.Box = append(t.Box, Box{x, y, x + 3 + 20*rng.Float32(), y + 3 + 20*rng.Float32()})
		t.Class = append(t.Class, rng.Int32N(3))
	}
	return c, t
}

func TestAssignersOfPredictionsPanicWithoutThem(t *testing.T) {
	whole, truth := crowdedScene(100, 3)
	for name, a := range predicting(t) {
		t.Run(name, func(t *testing.T) {
			var dst Assignment
			bare := Candidates{Box: whole.Box, Grid: whole.Grid}
			assert.PanicsWithValue(t, panicking(a)+"needs predictions, got 0 scores and 0 boxes for 102 candidates of 0 classes", func() { a.Assign(&dst, &bare, &truth) })
			undecoded := whole
			undecoded.Decoded = nil
			assert.Panics(t, func() { a.Assign(&dst, &undecoded, &truth) })
			foreign := Truth{Box: truth.Box, Class: []int32{0, 3, 0}}
			assert.PanicsWithValue(t, panicking(a)+"ground truth 1 has class 3 of 3", func() { a.Assign(&dst, &whole, &foreign) })
			if a.Needs()&NeedGrid != 0 {
				flat := whole
				flat.Grid = whole.Grid[:1]
				assert.PanicsWithValue(t, panicking(a)+"needs the grid of its 102 candidates, got one that does not make them up", func() { a.Assign(&dst, &flat, &truth) })
			}
		})
	}
}

func panicking(a Assigner) string {
	switch a.(type) {
	case SimOTA:
		return "anchors: SimOTA.Assign: "
	case OTA:
		return "anchors: OTA.Assign: "
	case TaskAligned:
		return "anchors: TaskAligned.Assign: "
	case DynamicSoft:
		return "anchors: DynamicSoft.Assign: "
	}
	return "anchors: Hungarian.Assign: "
}

func TestObjectnessNeedsNoClassesOfTheGroundTruth(t *testing.T) {
	c, truth := crowdedScene(100, 3)
	predict(&c, 1, rand.New(rand.NewPCG(1, 1)))
	for name, a := range predicting(t) {
		var with, without Assignment
		a.Assign(&with, &c, &truth)
		a.Assign(&without, &c, &Truth{Box: truth.Box, Ignore: truth.Ignore})
		assert.Equal(t, with.GT, without.GT, name)
		assert.NotZero(t, with.Positives(), name)
	}
}

func TestPositivesLieWhereTheirAssignerAllowsThem(t *testing.T) {
	anywhere := func(p point, truth []Box, in func(p point, b Box) bool) bool {
		return slices.ContainsFunc(truth, func(b Box) bool { return in(p, b) })
	}
	allowed := map[string]func(p point, g int32, truth []Box) bool{
		"simota": func(p point, _ int32, truth []Box) bool {
			return anywhere(p, truth, func(p point, b Box) bool { return p.inside(b, 0) || p.inside(p.near(b, 2.5), 0) })
		},
		"ota": func(p point, g int32, truth []Box) bool {
			return p.inside(truth[g], 0.01) && p.inside(p.near(truth[g], 2.5), 0)
		},
		"task_aligned": func(p point, g int32, truth []Box) bool { return p.inside(truth[g], 0.01) },
		"dynamic_soft": func(p point, _ int32, truth []Box) bool {
			return anywhere(p, truth, func(p point, b Box) bool { return p.inside(b, 0) })
		},
		"hungarian": func(point, int32, []Box) bool { return true },
	}
	for name, a := range predicting(t) {
		var dst Assignment
		positives := 0
		for seed := range uint64(60) {
			c, truth := predictedScene(rand.New(rand.NewPCG(seed, 1)))
			a.Assign(&dst, &c, &truth)
			positives += dst.Positives()
			c.eachPoint(func(i int, p point) {
				if g := dst.GT[i]; g >= 0 {
					require.True(t, allowed[name](p, g, truth.Box), "%s: candidate %d of scene %d", name, i, seed)
				}
			})
		}
		assert.Greater(t, positives, 60, name)
	}
}

func TestIoUIsThatOfThePredictedBox(t *testing.T) {
	for name, a := range predicting(t) {
		var dst Assignment
		for seed := range uint64(20) {
			c, truth := predictedScene(rand.New(rand.NewPCG(seed, 2)))
			a.Assign(&dst, &c, &truth)
			for i, g := range dst.GT {
				if g >= 0 {
					require.Equal(t, IoU(c.Decoded[i], truth.Box[g]), dst.IoU[i], name)
				} else {
					require.Equal(t, largestIoU(c.Decoded[i], truth.Box), dst.IoU[i], name)
				}
			}
		}
	}
}

func TestSoftTargetsAreThoseOfPositivesAndLieInTheUnitInterval(t *testing.T) {
	for name, a := range predicting(t) {
		var dst Assignment
		for seed := range uint64(40) {
			c, truth := predictedScene(rand.New(rand.NewPCG(seed, 3)))
			if seed == 7 {
				truth = Truth{}
			}
			a.Assign(&dst, &c, &truth)
			if name != "task_aligned" && name != "dynamic_soft" {
				require.Empty(t, dst.Quality, name)
				continue
			}
			require.Len(t, dst.Quality, len(c.Box), name)
			for i, q := range dst.Quality {
				require.True(t, q >= 0 && q <= 1, "%s: %v", name, q)
				require.True(t, q == 0 || dst.GT[i] >= 0, name)
			}
		}
	}
}

func TestOrderOfGroundTruthsDoesNotMatter(t *testing.T) {
	for name, a := range predicting(t) {
		var dst, moved Assignment
		for seed := range uint64(40) {
			rng := rand.New(rand.NewPCG(seed, 4))
			c, truth := predictedScene(rng)
			var other Truth
			to := rng.Perm(len(truth.Box)) // other's g-th is truth's to[g]-th
			for _, g := range to {
				other.Box, other.Class = append(other.Box, truth.Box[g]), append(other.Class, truth.Class[g])
			}
			a.Assign(&dst, &c, &truth)
			a.Assign(&moved, &c, &other)
			for i, g := range moved.GT {
				if g >= 0 {
					g = int32(to[g])
				}
				require.Equal(t, dst.GT[i], g, "%s: candidate %d of scene %d", name, i, seed)
			}
			require.Equal(t, dst.IoU, moved.IoU, name)
			require.Equal(t, dst.Quality, moved.Quality, name)
		}
	}
}

func TestOrderOfCandidatesDoesNotMatter(t *testing.T) {
	for name, a := range predicting(t) {
		var dst, moved Assignment
		for seed := range uint64(40) {
			rng := rand.New(rand.NewPCG(seed, 5))
			c, truth := predictedScene(rng)
			other := Candidates{Grid: c.Grid, Classes: c.Classes}
			to := rng.Perm(len(c.Box))
			for _, i := range to {
				other.Box, other.Decoded = append(other.Box, c.Box[i]), append(other.Decoded, c.Decoded[i])
				other.Score = append(other.Score, c.scores(int32(i))...)
			}
			a.Assign(&dst, &c, &truth)
			a.Assign(&moved, &other, &truth)
			for k, i := range to {
				require.Equal(t, dst.GT[i], moved.GT[k], "%s: candidate %d of scene %d", name, i, seed)
				require.Equal(t, dst.IoU[i], moved.IoU[k], name)
				if len(dst.Quality) > 0 {
					require.Equal(t, dst.Quality[i], moved.Quality[k], name)
				}
			}
		}
	}
}

func TestAnAssignmentUsedBeforeLeavesNoTrace(t *testing.T) {
	for name, a := range predicting(t) {
		var used Assignment
		for seed := range uint64(20) {
			c, truth := predictedScene(rand.New(rand.NewPCG(seed, 6)))
			if seed%5 == 0 {
				c, truth = crowdedScene(300, 4+int(seed))
			}
			var fresh Assignment
			a.Assign(&used, &c, &truth)
			a.Assign(&fresh, &c, &truth)
			require.Equal(t, fresh.GT, used.GT, name)
			require.Equal(t, fresh.IoU, used.IoU, name)
			require.Equal(t, len(fresh.Quality), len(used.Quality), name)
			for i := range fresh.Quality {
				require.Equal(t, fresh.Quality[i], used.Quality[i], name)
			}
		}
	}
}

func TestIgnoreRegionsSilenceOnlyNegatives(t *testing.T) {
	for name, a := range predicting(t) {
		c, truth := predictedScene(rand.New(rand.NewPCG(3, 7)))
		var plain, dst Assignment
		a.Assign(&plain, &c, &truth)
		truth.Ignore = []Box{{0, 0, 24, 40}}
		a.Assign(&dst, &c, &truth)
		silent := 0
		for i, g := range plain.GT {
			if g == Negative && IoF(c.Box[i], truth.Ignore[0]) > 0.5 {
				g = Ignored
				silent++
			}
			require.Equal(t, g, dst.GT[i], name)
		}
		assert.NotZero(t, silent, name)
	}
}

func TestPredictionsThatAreNoNumbersBreakNothing(t *testing.T) {
	nan := float32(math.NaN())
	for name, a := range predicting(t) {
		c, truth := predictedScene(rand.New(rand.NewPCG(4, 8)))
		for i := range c.Decoded {
			c.Decoded[i] = Box{nan, nan, nan, nan}
		}
		for i := range c.Score {
			c.Score[i] = nan
		}
		var dst, again Assignment
		require.NotPanics(t, func() { a.Assign(&dst, &c, &truth) }, name)
		a.Assign(&again, &c, &truth)
		assert.Equal(t, dst.GT, again.GT, name)
		for _, g := range dst.GT {
			require.True(t, g >= Ignored && int(g) < len(truth.Box), name)
		}
	}
}

// A head whose scores are logits, as none should be, still gets labels.
func TestScoresThatAreNoProbabilitiesBreakNothing(t *testing.T) {
	for name, a := range predicting(t) {
		for _, odd := range []float32{-1, 2, float32(math.Inf(1)), float32(math.Inf(-1))} {
			c, truth := predictedScene(rand.New(rand.NewPCG(4, 8)))
			for i := range c.Score {
				if i%5 == 0 {
					c.Score[i] = odd
				}
			}
			var dst Assignment
			require.NotPanics(t, func() { a.Assign(&dst, &c, &truth) }, "%s, score %v", name, odd)
		}
	}
}

// With Beta 0 a box apart from a ground truth is as well aligned as any, by its
// score alone; candidates far from all others in the list count too.
func TestWithoutTheIoUScoresDecide(t *testing.T) {
	const n = 200
	c := Candidates{Classes: 1, Score: make([]float32, n), Box: make([]Box, n), Decoded: make([]Box, n)}
	for i := range n {
		c.Score[i], c.Box[i], c.Decoded[i] = 0.1, Box{0, 0, 10, 10}, Box{500, 500, 510, 510}
	}
	c.Score[150] = 0.9
	a := TaskAligned{TopK: 1, Alpha: 1, IgnoreIoF: 0.5}
	var dst Assignment
	a.Assign(&dst, &c, &Truth{Box: []Box{{1, 1, 9, 9}}})
	for i, g := range dst.GT {
		require.Equal(t, i == 150, g == 0, "candidate %d", i)
	}
}

func TestPowersAreThoseOfTheStandardLibrary(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 72))
	for range 20000 {
		x := math.Exp(100 * (rng.Float64() - 0.5))
		for _, exponent := range []float64{0, 0.5, 1, 2, 3, 6, 7, 15, 16, 17, -1, 1.5} {
			if got, want := power(x, exponent), math.Pow(x, exponent); got != want {
				t.Fatalf("%v to %v is %v, want %v", x, exponent, got, want)
			}
		}
	}
	for _, x := range []float64{0, 1, -2, 1e-300, 1e300, math.Inf(1)} {
		require.Equal(t, math.Pow(x, 6), power(x, 6), "%v", x)
	}
}
