package anchors

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// eachPoint visits the centre of every candidate with the stride of its level.
func (c *Candidates) eachPoint(visit func(i int, p point)) {
	for _, g := range c.Grid {
		start, end := g.bounds()
		for i := start; i < end; i++ {
			x, y := c.Box[i].Center()
			visit(i, point{x, y, float32(g.Stride)})
		}
	}
}

// exhaustive matches as matchDynamicK does, with the price of every pair.
func exhaustive(m *matching, candidates int, truth []Box, topK int, p pricing) []int32 {
	gt := make([]int32, candidates)
	for i := range gt {
		gt[i] = Negative
	}
	claims := map[int]int{}
	for g := range truth {
		var overlaps, costs []ranked
		for k := range m.allowed {
			cost, iou := p.price(k, g, math.Inf(1)), IoU(m.decoded[k], truth[g])
			overlaps, costs = append(overlaps, ranked{-float64(iou), int32(k)}), append(costs, ranked{cost, int32(k)})
		}
		byValue := func(a, b ranked) int {
			switch {
			case a.value < b.value:
				return -1
			case a.value > b.value:
				return 1
			}
			return int(a.index - b.index)
		}
		slices.SortFunc(overlaps, byValue)
		slices.SortFunc(costs, byValue)
		n := dynamicK(overlaps[:min(topK, len(overlaps))])
		for _, c := range costs[:min(n, topK, len(costs))] {
			claims[int(c.index)]++
			gt[m.allowed[c.index]] = int32(g)
		}
	}
	for k, n := range claims {
		least := math.Inf(1)
		for g := 0; n > 1 && g < len(truth); g++ {
			if cost := p.price(k, g, math.Inf(1)); cost < least {
				least, gt[m.allowed[k]] = cost, int32(g)
			}
		}
	}
	return gt
}

// unevenScene draws candidates of two levels and objects that lie apart, in
// crowds, outside, or are smaller than a cell, and predictions that are good, wild
// or nowhere.
func unevenScene(t *rapid.T) (Candidates, Truth) {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
	p := Pyramid{Levels: []Level{{8, []float32{24}}, {16, []float32{48}}}, Ratios: []float32{1}, Offset: 0.5}
	width, height := rapid.IntRange(1, 900).Draw(t, "width"), rapid.IntRange(1, 90).Draw(t, "height")
	var truth Truth
	crowd := rapid.SampledFrom([]float32{1, 0.1}).Draw(t, "part of the image that has objects")
	for range rapid.IntRange(0, 30).Draw(t, "objects") {
		side := float32(rapid.SampledFrom([]float64{2, 20, 100}).Draw(t, "side"))
		x, y := crowd*(rng.Float32()*1.2-0.1)*float32(width), crowd*(rng.Float32()*1.2-0.1)*float32(height)
		truth.Box = append(truth.Box, Box{x, y, x + side*(0.2+rng.Float32()), y + side*(0.2+rng.Float32())})
		truth.Class = append(truth.Class, rng.Int32N(3))
	}
	c := Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height)}
	predict(&c, 3, rng)
	switch rapid.IntRange(0, 4).Draw(t, "predictions") {
	case 4: // of objects, wherever they are
		for i := range c.Decoded {
			if len(truth.Box) > 0 {
				c.Decoded[i] = truth.Box[rng.IntN(len(truth.Box))]
				c.Decoded[i][0] -= rng.Float32()
			}
		}
	case 1: // far from where they are made
		for i := range c.Decoded {
			x, y := rng.Float32()*float32(width), rng.Float32()*float32(height)
			c.Decoded[i] = Box{x, y, x + 30*rng.Float32(), y + 30*rng.Float32()}
		}
	case 2:
		for i := range c.Decoded {
			c.Decoded[i] = Box{-1e6, -1e6, -1e6, -1e6}
		}
	case 3: // all of them sure of the wrong thing
		for i := range c.Score {
			c.Score[i] = float32(rng.IntN(2))
		}
	}
	return c, truth
}

func TestWhatIsFarIsLeftOutWithoutChangingAMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, truth := unevenScene(t)
		topK := rapid.IntRange(1, 14).Draw(t, "top k")
		s, d := NewSimOTA(), NewDynamicSoft()
		s.TopK, d.TopK = topK, topK
		s.ClsWeight = rapid.SampledFrom([]float64{1, 0, 1e3, 1e4}).Draw(t, "weight of the class cost")
		d.IoUWeight = rapid.SampledFrom([]float64{3, 30, 0, 1e9, 3e9}).Draw(t, "weight of the box cost")
		s.IoUWeight = rapid.SampledFrom([]float64{3, 0, 1e9, 1e15, 3e15}).Draw(t, "weight of SimOTA's box cost")
		s.CenterRadius = rapid.SampledFrom([]float64{2.5, 0.1}).Draw(t, "radius")
		var dst Assignment
		s.Assign(&dst, &c, &truth)
		m := &dst.matching
		s.allow(m, &c, &truth)
		require.Equal(t, exhaustive(m, len(c.Box), truth.Box, topK, &simOTAPricing{s, m, &c, &truth}), dst.GT, "SimOTA")
		d.Assign(&dst, &c, &truth)
		d.allow(m, &c, &truth)
		require.Equal(t, exhaustive(m, len(c.Box), truth.Box, topK, &dynamicSoftPricing{d, m, &c, &truth}), dst.GT, "DynamicSoft")
	})
}

func TestWhoMayBePositiveIsFoundByRegion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, truth := unevenScene(t)
		s, d := NewSimOTA(), NewDynamicSoft()
		var m matching
		var simOTA, dynamicSoft []int32
		c.eachPoint(func(i int, p point) {
			if slices.ContainsFunc(truth.Box, func(b Box) bool { in, near := s.region(p, b); return in || near }) {
				simOTA = append(simOTA, int32(i))
			}
			if slices.ContainsFunc(truth.Box, func(b Box) bool { return p.inside(b, 0) }) {
				dynamicSoft = append(dynamicSoft, int32(i))
			}
		})
		s.allow(&m, &c, &truth)
		assert.ElementsMatch(t, simOTA, m.allowed)
		d.allow(&m, &c, &truth)
		assert.ElementsMatch(t, dynamicSoft, m.allowed)
		assert.True(t, slices.IsSorted(m.allowed))
	})
}

// farScene is a row of 20 cells of 8 pixels inside one large object, and a small
// object on the first cell. Candidate 15 alone predicts the small one, and rightly.
func farScene() (Candidates, Truth) {
	p := Pyramid{Levels: []Level{{8, []float32{8}}}, Ratios: []float32{1}, Offset: 0.5}
	c := Candidates{Box: p.Append(nil, 160, 8), Grid: p.Grids(160, 8), Classes: 2}
	t := Truth{Box: []Box{{0, 0, 160, 8}, {0, 0, 8, 8}}, Class: []int32{0, 1}}
	for range c.Box {
		c.Decoded, c.Score = append(c.Decoded, Box{500, 500, 501, 501}), append(c.Score, 1, 0)
	}
	c.Decoded[15], c.Score[30], c.Score[31] = t.Box[1], 0, 1
	return c, t
}

// What is near costs more than what is far where the class cost is above that of
// lying outside.
func TestAFarCandidateIsTakenWhereThoseNearAreDearer(t *testing.T) {
	c, truth := farScene()
	var dst Assignment
	s := NewSimOTA()
	s.Assign(&dst, &c, &truth)
	assert.NotEqual(t, int32(1), dst.GT[15], "at the usual weights near is cheaper")
	s.ClsWeight = 1000 // of 200 for what is near: 2e5
	s.Assign(&dst, &c, &truth)
	assert.Equal(t, int32(1), dst.GT[15])

	d := NewDynamicSoft()
	d.SoftCenterRadius = 12.8 // 15 strides away cost 10^2.2, 158
	d.Assign(&dst, &c, &truth)
	assert.NotEqual(t, int32(1), dst.GT[15])
	d.IoUWeight = 30 // of an IoU of 0: 483
	d.Assign(&dst, &c, &truth)
	assert.Equal(t, int32(1), dst.GT[15])
}

// An IoU of 1 costs a little less than nothing, which a large weight makes much.
func TestAFarCandidateIsTakenWhereItsIoUIsWorthTheWay(t *testing.T) {
	var dst Assignment
	c, truth := farScene()
	for i := range c.Score {
		c.Score[i] = 1
	}
	c.Decoded[0] = Box{0, 0, 7.9992, 8}
	s := NewSimOTA()
	s.ClsWeight = 0
	s.IoUWeight = outsideCost / (boxPrice(1, float64(IoU(c.Decoded[0], truth.Box[1]))) - boxPrice(1, 1)/2)
	s.Assign(&dst, &c, &truth)
	assert.Equal(t, int32(1), dst.GT[15], "outside, and still cheaper than what is near")
	s.IoUWeight *= 0.999
	s.Assign(&dst, &c, &truth)
	assert.Equal(t, int32(1), dst.GT[0])

	c.Decoded[0] = Box{0, 0, math.Nextafter32(8, 0), 8}
	d := NewDynamicSoft()
	d.SoftCenterRadius, d.IoUWeight = 12.8, 1e10 // near: -400; far: 158 - 1000
	d.Assign(&dst, &c, &truth)
	assert.Equal(t, int32(1), dst.GT[15], "DynamicSoft")
}
