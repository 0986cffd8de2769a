package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
)

// scene is n candidates with about the given shares of positives and ignored
// ones, and a hardness that no two share.
//
// Its five ground truths are of three classes.
func scene(rng *rand.Rand, n int, positive, ignored float64) *Candidates {
	c := &Candidates{
		GT: make([]int32, n), IoU: make([]float32, n), Box: make([]anchors.Box, n), Hardness: make([]float32, n),
		BoxHardness: make([]float32, n), Gradient: make([]float32, n), Decoded: make([]anchors.Box, n),
		Classes: 3, Score: make([]float32, 3*n),
		TruthClass: []int32{0, 1, 2, 0, 1},
	}
	c.Truth = &anchors.Truth{Class: c.TruthClass}
	for range c.Truth.Class {
		c.Truth.Box = append(c.Truth.Box, box(rng))
	}
	for i, rank := range rng.Perm(n) {
		c.GT[i], c.IoU[i] = anchors.Negative, 0.4*rng.Float32()
		switch u := rng.Float64(); {
		case u < positive:
			c.GT[i], c.IoU[i] = rng.Int32N(5), 0.5+0.5*rng.Float32()
		case u < positive+ignored:
			c.GT[i], c.IoU[i] = anchors.Ignored, 0.45
		}
		c.Box[i], c.Decoded[i] = box(rng), box(rng)
		c.Hardness[i] = float32(rank) / float32(n)
		c.Gradient[i] = rng.Float32()
		if c.GT[i] >= 0 {
			c.BoxHardness[i] = rng.Float32()
			c.Decoded[i] = c.Truth.Box[c.GT[i]]
			c.Decoded[i][0] += 5 * rng.Float32() // an IoU that no other has
		}
		for k := range c.Classes {
			c.Score[i*c.Classes+k] = rng.Float32() * rng.Float32() / 4
		}
	}
	return c
}

func box(rng *rand.Rand) anchors.Box {
	x, y := 500*rng.Float32(), 500*rng.Float32()
	return anchors.Box{x, y, x + 10 + 50*rng.Float32(), y + 10 + 50*rng.Float32()}
}

// only returns the candidates of the given indices, in their order.
func (c *Candidates) only(index []int) *Candidates {
	o := &Candidates{Classes: c.Classes, Truth: c.Truth, TruthClass: c.TruthClass}
	for _, i := range index {
		o.GT, o.IoU, o.Box = append(o.GT, c.GT[i]), append(o.IoU, c.IoU[i]), append(o.Box, c.Box[i])
		o.Hardness, o.BoxHardness = append(o.Hardness, c.Hardness[i]), append(o.BoxHardness, c.BoxHardness[i])
		o.Gradient, o.Decoded = append(o.Gradient, c.Gradient[i]), append(o.Decoded, c.Decoded[i])
		o.Score = append(o.Score, c.Score[i*c.Classes:(i+1)*c.Classes]...)
	}
	return o
}

func anyScene(t *rapid.T) *Candidates {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "scene"), 0))
	c := scene(rng, rapid.IntRange(0, 400).Draw(t, "n"),
		rapid.SampledFrom([]float64{0, 0.01, 0.3, 1}).Draw(t, "positive"),
		rapid.SampledFrom([]float64{0, 0.2, 1}).Draw(t, "ignored"))
	switch rapid.IntRange(0, 3).Draw(t, "hardness") {
	case 1: // ties
		for i := range c.Hardness {
			c.Hardness[i] = float32(int(4*c.Hardness[i])) / 4
		}
	case 2: // what a diverging network gives
		for i := range c.Hardness {
			if rng.IntN(4) == 0 {
				bad := [...]float32{float32(math.NaN()), float32(math.Inf(1)), 0}[rng.IntN(3)]
				c.Hardness[i], c.BoxHardness[i], c.Gradient[i], c.Score[i] = bad, bad, bad, bad
				c.Decoded[i][2] = bad
			}
		}
	}
	return c
}

// counting counts the numbers that are drawn from it: none means that the
// sample was not a matter of chance.
type counting struct {
	rand.Source
	drawn int
}

func (c *counting) Uint64() uint64 {
	c.drawn++
	return c.Source.Uint64()
}

func at(k Key) *counting { return &counting{Source: rand.NewPCG(k.Words())} }

// valid fails the test if s is not a sample of c.
func valid(t require.TestingT, s *Sample, c *Candidates) {
	require.Len(t, s.Weight, len(s.Index))
	if len(s.BoxWeight) > 0 {
		require.Len(t, s.BoxWeight, len(s.Index))
	}
	positives := 0
	for i, at := range s.Index {
		require.True(t, at >= 0 && int(at) < len(c.GT), "index %d of %d", at, len(c.GT))
		require.True(t, i == 0 || s.Index[i-1] < at, "indices ascend and do not repeat")
		require.NotEqual(t, anchors.Ignored, c.GT[at])
		w := float64(s.Weight[i])
		require.True(t, w >= 0 && !math.IsInf(w, 0), "weight %v", w)
		if len(s.BoxWeight) > 0 {
			b := float64(s.BoxWeight[i])
			require.True(t, b >= 0 && !math.IsInf(b, 0), "box weight %v", b)
		}
		if c.GT[at] >= 0 {
			positives++
		}
	}
	require.Equal(t, positives, s.Positives)
}

func forEverySampler(t *testing.T, test func(t *testing.T, sampler Sampler)) {
	for _, e := range registered.All() {
		t.Run(e.Name, func(t *testing.T) { test(t, e.New()) })
	}
}

func TestEverySampleIsValid(t *testing.T) {
	forEverySampler(t, func(t *testing.T, sampler Sampler) {
		var s Sample // shared: one scene's leftovers must not show in the next
		rapid.Check(t, func(t *rapid.T) {
			c := anyScene(t)
			sampler.Sample(&s, c, rand.New(at(Key{Seed: rapid.Uint64().Draw(t, "seed")})))
			valid(t, &s, c)
			if num := reflect.Indirect(reflect.ValueOf(sampler)).FieldByName("Num"); num.IsValid() {
				require.LessOrEqual(t, len(s.Index), int(num.Int()))
			}
		})
	})
}

func TestNothingToSampleGivesAnEmptySample(t *testing.T) {
	forEverySampler(t, func(t *testing.T, sampler Sampler) {
		var s Sample
		sampler.Sample(&s, scene(rand.New(rand.NewPCG(1, 1)), 50, 0.5, 0), rand.New(at(Key{})))
		for _, n := range []int{0, 30} {
			sampler.Sample(&s, scene(rand.New(rand.NewPCG(1, 1)), n, 0, 1), rand.New(at(Key{})))
			assert.Empty(t, s.Index)
			assert.Empty(t, s.Weight)
			assert.Zero(t, s.Positives)
		}
	})
}

func TestEqualKeysDrawEqualSamples(t *testing.T) {
	c := scene(rand.New(rand.NewPCG(5, 6)), 3000, 0.3, 0.1)
	forEverySampler(t, func(t *testing.T, sampler Sampler) {
		key := Key{Seed: 1, Step: 2, Stage: StageRPN, Image: 3}
		draw := func(k Key) (s Sample, drawn int) {
			source := at(k)
			sampler.Sample(&s, c, rand.New(source))
			return s, source.drawn
		}
		first, drawn := draw(key)
		again, _ := draw(key)
		assert.Equal(t, first.Index, again.Index)
		assert.Equal(t, first.Weight, again.Weight)
		for _, other := range []Key{{2, 2, StageRPN, 3}, {1, 3, StageRPN, 3}, {1, 2, StageROI, 3}, {1, 2, StageRPN, 4}} {
			s, _ := draw(other)
			if drawn > 0 {
				assert.NotEqual(t, first.Index, s.Index, "key %v", other)
			} else {
				assert.Equal(t, first.Index, s.Index, "key %v", other)
			}
		}
	})
}

func TestWithoutChanceTheOrderOfCandidatesDoesNotMatter(t *testing.T) {
	forEverySampler(t, func(t *testing.T, sampler Sampler) {
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(seed, 0))
			c := scene(rng, 300, 0.1, 0.1)
			source := at(Key{Seed: seed})
			var s, p Sample
			sampler.Sample(&s, c, rand.New(source))
			if source.drawn > 0 {
				t.Skip("draws at random")
			}
			order := rng.Perm(len(c.GT))
			shuffled := c.only(order)
			sampler.Sample(&p, shuffled, rand.New(at(Key{Seed: seed})))
			want, got := map[int32]float32{}, map[int32]float32{}
			for i, at := range s.Index {
				want[at] = s.Weight[i]
			}
			for i, at := range p.Index {
				at = int32(order[at])
				require.Contains(t, want, at)
				assert.InEpsilon(t, want[at]+1, p.Weight[i]+1, 1e-6, "sums are taken in another order")
				got[at] = want[at]
			}
			assert.Equal(t, want, got)
		}
	})
}

func TestSamplersReadOnlyWhatTheyNeed(t *testing.T) {
	forEverySampler(t, func(t *testing.T, sampler Sampler) {
		full := scene(rand.New(rand.NewPCG(7, 8)), 500, 0.1, 0.1)
		bare := &Candidates{GT: full.GT}
		for need, give := range map[Need]func(){
			NeedIoU:         func() { bare.IoU = full.IoU },
			NeedTruthClass:  func() { bare.TruthClass = full.TruthClass },
			NeedHardness:    func() { bare.Hardness = full.Hardness },
			NeedBox:         func() { bare.Box = full.Box },
			NeedBoxHardness: func() { bare.BoxHardness = full.BoxHardness },
			NeedGradient:    func() { bare.Gradient = full.Gradient },
			NeedScore:       func() { bare.Classes, bare.Score = full.Classes, full.Score },
			NeedDecoded:     func() { bare.Decoded = full.Decoded },
			NeedTruth:       func() { bare.Truth = full.Truth },
		} {
			if sampler.Needs()&need != 0 {
				give()
			}
		}
		before := fmt.Sprint(*full, *full.Truth)
		var a, b Sample
		sampler.Sample(&a, full, rand.New(at(Key{})))
		sampler.Sample(&b, bare, rand.New(at(Key{})))
		assert.Equal(t, a.Index, b.Index)
		assert.Equal(t, before, fmt.Sprint(*full, *full.Truth), "candidates are not written to")
	})
}

func TestEverySamplerStaysOffTheHeap(t *testing.T) {
	c := scene(rand.New(rand.NewPCG(9, 10)), 5000, 0.02, 0.1)
	forEverySampler(t, func(t *testing.T, sampler Sampler) {
		var s Sample
		var source Source
		step := uint64(0)
		draw := func() {
			step++
			sampler.Sample(&s, c, source.At(Key{Step: step}))
		}
		for range 5 {
			draw()
		}
		assert.Zero(t, testing.AllocsPerRun(10, draw))
	})
}

func TestAllKeepsWhatIsNotIgnored(t *testing.T) {
	var s Sample
	All{}.Sample(&s, &Candidates{GT: []int32{anchors.Negative, 4, anchors.Ignored, 0}}, nil)
	assert.Equal(t, []int32{0, 1, 3}, s.Index)
	assert.Equal(t, []float32{1, 1, 1}, s.Weight)
	assert.Equal(t, 2, s.Positives)
}

func BenchmarkSamplers(b *testing.B) {
	c := scene(rand.New(rand.NewPCG(11, 12)), 200_000, 0.001, 0.01)
	for _, e := range registered.All() {
		b.Run(e.Name, func(b *testing.B) {
			sampler, source, s, step := e.New(), Source{}, Sample{}, uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				step++
				sampler.Sample(&s, c, source.At(Key{Step: step}))
			}
		})
	}
}

// hardestBySort is the reference of every miner: the k hardest of the
// candidates that keep accepts, NaN before all, ties to the lower index.
func hardestBySort(c *Candidates, k int, keep func(gt int32) bool) []int32 {
	order := []int32{}
	for i, g := range c.GT {
		if keep(g) {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		x, y := hardnessKey(c.Hardness[a]), hardnessKey(c.Hardness[b])
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	order = order[:min(k, len(order))]
	slices.Sort(order)
	return order
}

func hardnessKey(h float32) float64 {
	if math.IsNaN(float64(h)) {
		return math.Inf(1)
	}
	return float64(h)
}
