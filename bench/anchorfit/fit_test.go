package anchorfit

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
)

// population draws images of one or several sizes with objects of a kind: of
// sides around one or several medians, from a pixel to the whole image.
func population(t *rapid.T) []Object {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	kinds := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [4]float64 {
		return [4]float64{
			rapid.Float64Range(0.5, 400).Draw(t, "side"),
			rapid.SampledFrom([]float64{0, 0.1, 0.7}).Draw(t, "spread of sides"),
			rapid.Float64Range(0.1, 10).Draw(t, "ratio"),
			rapid.SampledFrom([]float64{0, 0.3}).Draw(t, "spread of ratios"),
		}
	}), 1, 4).Draw(t, "kinds")
	whole := rapid.Bool().Draw(t, "whole pixels")
	size := int32(rapid.IntRange(20, 400).Draw(t, "size"))
	var list []Object
	for range rapid.IntRange(1, 60).Draw(t, "objects") {
		class := rng.IntN(len(kinds))
		k := kinds[class]
		side, ratio := k[0]*math.Exp(k[1]*rng.NormFloat64()), k[2]*math.Exp(k[3]*rng.NormFloat64())
		w, h := side/math.Sqrt(ratio), side*math.Sqrt(ratio)
		x, y := rng.Float64()*float64(size)-w/4, rng.Float64()*float64(size)-h/4
		if whole {
			w, h, x, y = math.Ceil(w), math.Ceil(h), math.Round(x), math.Round(y)
		}
		list = append(list, Object{
			Box:   anchors.Box{float32(x), float32(y), float32(x + w), float32(y + h)},
			Width: size, Height: max(1, size*int32(1+rng.IntN(2))/2), Class: int32(class),
		})
	}
	return slices.DeleteFunc(list, func(o Object) bool { return !o.Box.Valid() })
}

// pyramid draws the pyramid that a fit starts from.
func pyramid(t *rapid.T) anchors.Pyramid {
	p := anchors.Pyramid{
		Ratios: rapid.SampledFrom([][]float32{{1}, {0.5, 1, 2}, {1, 1, 3}}).Draw(t, "ratios"),
		Offset: rapid.SampledFrom([]float32{0, 0.5}).Draw(t, "offset"),
	}
	for l := range rapid.IntRange(1, 3).Draw(t, "levels") {
		p.Levels = append(p.Levels, anchors.Level{
			Stride: 4 << l,
			Sizes:  rapid.SliceOfN(rapid.SampledFrom([]float32{6, 10, 10, 16, 40, 63.5}), 1, 3).Draw(t, "sizes"),
		})
	}
	return p
}

// reachedBy counts the objects with an anchor of an IoU, over all anchors.
func reachedBy(objects []Object, p *anchors.Pyramid, threshold float64) (n int) {
	var boxes []anchors.Box
	for _, o := range objects {
		boxes = p.Append(boxes[:0], int(o.Width), int(o.Height))
		if slices.ContainsFunc(boxes, func(b anchors.Box) bool { return anchors.IoU(b, o.Box) >= float32(threshold) }) {
			n++
		}
	}
	return n
}

func TestAFitIsNeverWorseThanWhatItIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objects, given := population(t), pyramid(t)
		thresholds := rapid.SampledFrom([][]float64{nil, {0.5}, {0.7}, {0.5, 0.7}, {0.35}}).Draw(t, "thresholds")
		untouched := clone(given)
		got, err := Fit(context.Background(), objects, given, Options{Thresholds: thresholds})
		require.NoError(t, err)
		require.Equal(t, untouched, given, "what is given is left as it is")
		require.NoError(t, got.Pyramid.Validate())
		if thresholds == nil {
			thresholds = []float64{0.5}
		}
		for _, at := range thresholds {
			require.GreaterOrEqual(t, reachedBy(objects, &got.Pyramid, at), reachedBy(objects, &given, at), "IoU %v: %+v", at, got)
		}
		require.Len(t, got.Pyramid.Levels, len(given.Levels))
		requireDistinct(t, got.Pyramid.Ratios)
		require.Len(t, got.Pyramid.Ratios, len(given.Ratios))
		for l, level := range got.Pyramid.Levels {
			require.Equal(t, given.Levels[l].Stride, level.Stride)
			require.Len(t, level.Sizes, len(given.Levels[l].Sizes))
			requireDistinct(t, level.Sizes)
			for _, s := range level.Sizes {
				if !slices.Contains(given.Levels[l].Sizes, s) {
					require.GreaterOrEqual(t, s, 1.25*float32(level.Stride), "no gaps between neighbours")
				}
			}
		}
	})
}

func requireDistinct(t *rapid.T, values []float32) {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	require.Len(t, slices.Compact(sorted), len(values), "%v", values)
}

func TestBestIsTheLargestIoUOfAllAnchors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objects, p := population(t), pyramid(t)
		threshold := rapid.SampledFrom([]float64{0.5, 0.7, 0.25, 1.0 / 3}).Draw(t, "threshold")
		best, err := Best(context.Background(), objects, &p, 1, threshold)
		require.NoError(t, err)
		var boxes []anchors.Box
		for i, o := range objects {
			boxes = p.Append(boxes[:0], int(o.Width), int(o.Height))
			want := float32(0)
			for _, b := range boxes {
				want = max(want, anchors.IoU(b, o.Box))
			}
			require.InDelta(t, want, best[i], 1e-5)
			require.Equal(t, want >= float32(threshold), best[i] >= float32(threshold), "%+v: %v, want %v", o, best[i], want)
		}
	})
}

// An anchor that holds a box of half its area has an IoU of 1/2 with it wherever
// it is moved, but for rounding, which turns the scale.
func TestAThresholdThatRoundingDecidesIsDecidedByAllAnchors(t *testing.T) {
	p := anchors.Pyramid{Levels: []anchors.Level{{Stride: 2, Sizes: []float32{31.7}}}, Ratios: []float32{1}, Offset: 0.5}
	rng := rand.New(rand.NewPCG(5, 5))
	sharp, plain := NewLattice(&p, 0.5), NewLattice(&p)
	differ := 0
	for range 500 {
		x, y, side := 200*rng.Float32(), 200*rng.Float32(), 31.7*float32(math.Sqrt(0.5))
		o := Object{Box: anchors.Box{x, y, x + side, y + side}, Width: 250, Height: 250}
		want := reachedBy([]Object{o}, &p, 0.5) == 1
		require.Equal(t, want, sharp.Best(o.Box, 250, 250) >= 0.5)
		if want != (plain.Best(o.Box, 250, 250) >= 0.5) {
			differ++
		}
	}
	assert.Positive(t, differ, "the nearest centre alone is sometimes wrong")
}

func TestAFitDoesNotDependOnProcessors(t *testing.T) {
	objects := lognormal(3, 20000, 34, 0.6, 640)
	var first Fitted
	for _, procs := range []int{1, 3} {
		got, err := Fit(context.Background(), objects, small(), Options{Procs: procs})
		require.NoError(t, err)
		if procs == 1 {
			first = got
		}
		assert.Equal(t, first, got)
	}
}

// small is the pyramid that detectors of a comparison have by default.
func small() anchors.Pyramid {
	return anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 4, Sizes: []float32{8, 12}}, {Stride: 8, Sizes: []float32{18, 27}}, {Stride: 16, Sizes: []float32{40, 60}}},
		Ratios: []float32{0.5, 1, 2}, Offset: 0.5,
	}
}

func lognormal(seed uint64, n int, median, sigma float64, size int32) []Object {
	rng := rand.New(rand.NewPCG(seed, seed))
	var list []Object
	for range n {
		side, ratio := median*math.Exp(sigma*rng.NormFloat64()), math.Exp(0.4*rng.NormFloat64())
		w, h := min(side/math.Sqrt(ratio), float64(size)), min(side*math.Sqrt(ratio), float64(size))
		x, y := rng.Float64()*(float64(size)-w), rng.Float64()*(float64(size)-h)
		list = append(list, Object{Box: anchors.Box{float32(x), float32(y), float32(x + w), float32(y + h)}, Width: size, Height: size})
	}
	return list
}

// Objects of a median of 34 pixels in images of 640, trained on at 128 and at
// 640: sizes spread over the sides alone reached fewer than the pyramid that
// was there, 63% against 71%.
func TestAFitGainsOnSmallObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for _, c := range []struct {
		size   int32
		median float64
		gain   float64 // points
	}{{128, 6.8, 5}, {640, 34, 1}} {
		objects, p := lognormal(7, 4000, c.median, 0.5, c.size), small()
		count := func(p *anchors.Pyramid) (n int) {
			best, err := Best(context.Background(), objects, p, 0, 0.5)
			require.NoError(t, err)
			for _, v := range best {
				if v >= 0.5 {
					n++
				}
			}
			return n
		}
		got, err := Fit(context.Background(), objects, p, Options{})
		require.NoError(t, err)
		before, after := count(&p), count(&got.Pyramid)
		t.Logf("%d px: %.2f%% to %.2f%%: %v", c.size, float64(before)/40, float64(after)/40, got)
		assert.GreaterOrEqual(t, float64(after-before)/40, c.gain)
	}
}

func TestARareClassIsNotPushedOut(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	objects := lognormal(1, 5000, 60, 0.3, 640)
	for i, o := range lognormal(2, 40, 7, 0.1, 640) {
		o.Class = 1
		objects[i*7] = o
	}
	p := small()
	count := func(p *anchors.Pyramid) (n int) {
		return reachedBy(slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return o.Class == 0 }), p, 0.5)
	}
	got, err := Fit(context.Background(), objects, p, Options{})
	require.NoError(t, err)
	assert.NotEmpty(t, got.How)
	assert.GreaterOrEqual(t, count(&got.Pyramid), count(&p)-1)
}

func TestAPyramidThatServesIsKept(t *testing.T) {
	var objects []Object
	p := small()
	for _, o := range lognormal(4, 500, 30, 1, 640) {
		level := p.Levels[int(o.Box[0])%3]
		size, at := level.Sizes[0], float32(int(o.Box[1])/level.Stride*level.Stride)+0.5*float32(level.Stride)
		o.Box = anchors.Box{at - size/2, at - size/2, at + size/2, at + size/2}
		objects = append(objects, o)
	}
	got, err := Fit(context.Background(), objects, p, Options{})
	require.NoError(t, err)
	assert.Empty(t, got.How)
	assert.Equal(t, p, got.Pyramid)
}

func TestWithoutObjectsThePyramidStays(t *testing.T) {
	p := small()
	got, err := Fit(context.Background(), nil, p, Options{})
	require.NoError(t, err)
	assert.Equal(t, Fitted{Pyramid: p}, got)
}

func TestWhatCannotBeFittedIsAnError(t *testing.T) {
	_, err := Fit(context.Background(), lognormal(1, 5, 20, 1, 64), anchors.Pyramid{}, Options{})
	assert.ErrorContains(t, err, "0 levels")
	_, err = Fit(context.Background(), lognormal(1, 5, 20, 1, 64), small(), Options{Thresholds: []float64{0.5, 1.5}})
	assert.ErrorContains(t, err, "threshold 1.5")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Fit(ctx, lognormal(1, 5, 20, 1, 64), small(), Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestProgressEndsAtTheWhole(t *testing.T) {
	last := 0.0
	_, err := Fit(context.Background(), lognormal(1, 50, 20, 1, 64), small(), Options{Progress: func(done float64) {
		assert.Greater(t, done, last)
		last = done
	}})
	require.NoError(t, err)
	assert.Equal(t, 1.0, last)
}

func TestRefiningCoversObjectsBetter(t *testing.T) {
	objects := lognormal(9, 800, 34, 0.5, 640)
	p := small()
	f := &fitter{Options: Options{Thresholds: []float64{0.5}, Procs: 1}, objects: objects, some: objects, classes: 1}
	var err error
	f.before, err = f.measure(context.Background(), objects, &p, nil)
	require.NoError(t, err)
	refined, err := f.refine(context.Background(), p)
	require.NoError(t, err)
	assert.Equal(t, small(), p, "what is given is left as it is")
	after, err := f.measure(context.Background(), objects, &refined, &f.before)
	require.NoError(t, err)
	assert.Greater(t, after.score(), f.before.score()+0.05)
	for _, level := range refined.Levels {
		assert.True(t, slices.IsSorted(level.Sizes))
	}
	assert.True(t, slices.IsSorted(refined.Ratios))
	// No single number can be turned to cover them better, but for the steps.
	for _, k := range knobs(&refined) {
		before := k.values[k.at]
		for _, by := range []float32{1.07, 1 / 1.07} {
			if k.turn(by) {
				turned, err := f.measure(context.Background(), objects, &refined, &f.before)
				require.NoError(t, err)
				assert.LessOrEqual(t, turned.score(), after.score()+0.02)
			}
			k.values[k.at] = before
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = f.refine(ctx, p)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWhatAClassLosesCountsDouble(t *testing.T) {
	present := reach{class: [][]float64{{0.5, 0.9}}}
	f := &fitter{Options: Options{Thresholds: []float64{0.5}}, classes: 2}
	// A pyramid of one anchor that reaches objects of class 0 alone.
	p := anchors.Pyramid{Levels: []anchors.Level{{Stride: 16, Sizes: []float32{16}}}, Ratios: []float32{1}, Offset: 0.5}
	var objects []Object
	for i := range 2 * judged {
		o := Object{Box: anchors.Box{0, 0, 16, 16}, Width: 16, Height: 16}
		if i%2 == 1 {
			o = Object{Box: anchors.Box{0, 0, 4, 4}, Width: 16, Height: 16, Class: 1}
		}
		objects = append(objects, o)
	}
	r, err := f.measure(context.Background(), objects, &p, &present)
	require.NoError(t, err)
	assert.Equal(t, []int{judged}, r.reached)
	assert.Equal(t, [][]float64{{1, 0}}, r.class)
	assert.InDelta(t, 0.9, r.lost, 1e-12)
	assert.InDelta(t, 0.5, r.macro, 1e-12)
	assert.InDelta(t, (1+1.0/16)/2, r.mean, 1e-6)
	assert.InDelta(t, 0.5+0.5+r.mean/2-1.8, r.score(), 1e-12)
	r, err = f.measure(context.Background(), objects[:2*judged-1], &p, &present)
	require.NoError(t, err)
	assert.Zero(t, r.lost, "too few of class 1 to judge by, and class 0 gains")
}
