package cocoeval

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawBox draws from a grid on which overlaps are computed exactly.
func drawBox(t *rapid.T) [4]float64 {
	side := rapid.IntRange(1, 480)
	return [4]float64{
		float64(rapid.IntRange(0, 400).Draw(t, "x")) / 4, float64(rapid.IntRange(0, 400).Draw(t, "y")) / 4,
		float64(side.Draw(t, "w")) / 4, float64(side.Draw(t, "h")) / 4,
	}
}

func drawGroundTruth(t *rapid.T) GroundTruth {
	b := drawBox(t)
	return GroundTruth{
		Image: rapid.Int64Range(1, 4).Draw(t, "image"),
		Class: rapid.Int32Range(0, 2).Draw(t, "class"),
		Box:   b,
		Area:  b[2] * b[3],
		Crowd: rapid.IntRange(0, 9).Draw(t, "crowd") == 0,
	}
}

// drawScene draws ground truths and detections, about half of them nearby.
func drawScene(t *rapid.T) ([]GroundTruth, []Detection) {
	gts := rapid.SliceOfN(rapid.Custom(drawGroundTruth), 1, 12).Draw(t, "gts")
	var dts []Detection
	for range rapid.IntRange(0, 20).Draw(t, "detections") {
		g := rapid.SampledFrom(gts).Draw(t, "near")
		d := scored(g.Image, g.Class, g.Box, float64(rapid.IntRange(0, 20).Draw(t, "score"))/20)
		if rapid.Bool().Draw(t, "elsewhere") {
			d.Box = drawBox(t)
		}
		dts = append(dts, d)
	}
	return gts, dts
}

func evaluate(t require.TestingT, gts []GroundTruth, dts []Detection) *Result {
	r, err := Evaluate(DefaultParams(), gts, dts)
	require.NoError(t, err)
	return r
}

func TestPerfectDetectionsGiveAPOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gts := rapid.SliceOfN(rapid.Custom(drawGroundTruth), 1, 20).Draw(t, "gts")
		gts[0].Crowd = false
		var dts []Detection
		for _, g := range gts {
			dts = append(dts, scored(g.Image, g.Class, g.Box, rapid.Float64Range(0, 1).Draw(t, "score")))
		}
		s := evaluate(t, gts, dts).Summary()
		assert.InDelta(t, 1, s.AP, 1e-12)
		assert.InDelta(t, 1, s.AR100, 1e-12)
		for _, v := range []float64{s.APS, s.APM, s.APL} {
			assert.True(t, v == -1 || v > 1-1e-12, "%v", s)
		}
	})
}

func TestRenamingAndReorderingImagesLeavesTheResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gts, dts := drawScene(t)
		for i := range dts { // between equal scores the image id decides
			dts[i].Score += float64(i) * 1e-6
		}
		want := evaluate(t, gts, dts)

		name := rapid.Permutation([]int64{-5, 12, 1 << 40, 7}).Draw(t, "names")
		for i := range gts {
			gts[i].Image = name[gts[i].Image-1]
		}
		for i := range dts {
			dts[i].Image = name[dts[i].Image-1]
		}
		slices.SortStableFunc(gts, func(a, b GroundTruth) int { return int(b.Image%100 - a.Image%100) })
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		rng.Shuffle(len(dts), func(i, j int) { dts[i], dts[j] = dts[j], dts[i] })
		assert.Equal(t, want, evaluate(t, gts, dts))
	})
}

func TestLoweringTheScoreOfAFalsePositiveNeverLowersAP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gts, dts := drawScene(t)
		g := rapid.SampledFrom(gts).Draw(t, "beside")
		high := rapid.Float64Range(0, 1).Draw(t, "high")
		low := rapid.Float64Range(-1, high).Draw(t, "low")
		wrong := scored(g.Image, g.Class, [4]float64{1e4, 1e4, 50, 50}, high)
		before := evaluate(t, gts, append(dts, wrong)).Summary()
		wrong.Score = low
		after := evaluate(t, gts, append(dts, wrong)).Summary()
		for i := range 6 {
			assert.GreaterOrEqual(t, *after.figure(i), *before.figure(i), "figure %d", i)
		}
	})
}

func TestSameBitsForAnyGOMAXPROCS(t *testing.T) {
	gts, dts := scene(60, 400, 3000, 7)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := evaluate(t, gts, dts)
	for _, n := range []int{2, 3, 16} {
		runtime.GOMAXPROCS(n)
		assert.Equal(t, want, evaluate(t, gts, dts), "%d", n)
	}
}

func TestInputsAreNotChangedAndParamsNotShared(t *testing.T) {
	gts, dts := scene(10, 60, 300, 3)
	p := DefaultParams()
	gtsBefore, dtsBefore := slices.Clone(gts), slices.Clone(dts)
	r, err := Evaluate(p, gts, dts)
	require.NoError(t, err)
	assert.Equal(t, gtsBefore, gts)
	assert.Equal(t, dtsBefore, dts)
	before := r.String()
	p.IoU[0], p.MaxDets[0], p.Areas[0].Name = 0.9, 77, "other"
	assert.Equal(t, before, r.String())
}

func scored(image int64, class int32, box [4]float64, score float64) Detection {
	return Detection{Image: image, Class: class, Box: box, Score: score}
}
