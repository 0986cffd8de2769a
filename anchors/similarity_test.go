package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func measures() map[string]Similarity {
	found := map[string]Similarity{}
	for m, name := range measureNames {
		found[name] = Similarity{Measure(m), 12.8}
	}
	return found
}

func TestSimilarityHasItsFormulasValues(t *testing.T) {
	c, g := Box{0, 0, 10, 10}, Box{5, 0, 15, 20}
	want := map[string]float64{
		"iou":  50. / 250,
		"iof":  50. / 100,
		"giou": 50./250 - 50./300, // the hull measures 15 by 20
		"nwd":  math.Exp(-math.Sqrt(5*5+5*5+10*10/4.) / 12.8),
		// variances 25, 25 and 25, 100; means apart by 5 and 5
		"kl": 1 / (1 + (25./25+25./100+25./25+25./100-2+math.Log(25*100/(25*25.)))/2),
	}
	for name, s := range measures() {
		assert.InDelta(t, want[name], s.Of(c, g), 1e-6, name)
	}
}

func TestABoxIsMostSimilarToItself(t *testing.T) {
	for name, s := range measures() {
		rapid.Check(t, func(t *rapid.T) {
			box := quarterBox(30)
			a, b := box.Draw(t, "a"), box.Draw(t, "b")
			require.InDelta(t, 1, s.Of(a, a), 1e-6, name)
			v := s.Of(a, b)
			require.True(t, v >= s.nothing() && v <= 1, "%s: %v", name, v)
			if s.Measure != MeasureIoF && s.Measure != MeasureKL {
				require.InDelta(t, v, s.Of(b, a), 1e-6, name)
			}
		})
	}
}

func TestRankOrdersBoxesThatSimilarityNoLongerTellsApart(t *testing.T) {
	g, far, farther := Box{0, 0, 10, 10}, Box{4000, 0, 4010, 10}, Box{5000, 0, 5010, 10}
	s := Similarity{MeasureNWD, 12.8}
	assert.Zero(t, s.Of(far, g))
	assert.Zero(t, s.Of(farther, g))
	assert.Greater(t, s.rank(far, g), s.rank(farther, g))
}

func TestWassersteinNeedsItsScale(t *testing.T) {
	assert.ErrorContains(t, Similarity{Measure: MeasureNWD}.Validate(), "nwd_scale")
	m := NewMaxIoU(0.5, 0.4)
	m.Measure = MeasureNWD
	assert.ErrorContains(t, m.Validate(), "nwd_scale")
	m.NWDScale = 12.8
	assert.NoError(t, m.Validate())
}

func TestDegenerateCandidatesAreLikeNothing(t *testing.T) {
	for name, s := range measures() {
		v := s.Of(Box{5, 5, 5, 5}, Box{0, 0, 10, 10})
		assert.False(t, math.IsNaN(float64(v)) || v > 0.99, "%s: %v", name, v)
	}
	sound := Box{0, 0, 10, 10}
	kl := Similarity{Measure: MeasureKL}
	for _, flat := range []Box{{5, 0, 5, 10}, {0, 5, 10, 5}, {6, 0, 5, 10}, {0, 6, 10, 5}} { // no side may be 0 or less
		assert.Zero(t, kl.Of(flat, sound), "%v", flat)
		assert.Zero(t, kl.Of(sound, flat), "%v", flat)
	}
}

func TestBoundsOfCostsAreNoMoreThanThem(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200_000 {
		x := math.Exp(600*rng.Float64() - 300)
		log := math.Log(x)
		require.True(t, logAbove(x) >= log && logAbove(x) < log+2e-4, "%v", x)
		y, exponent := 2*rng.Float64(), 0.5*float64(rng.IntN(40))
		require.GreaterOrEqual(t, powerAbove(y, exponent), math.Pow(y, exponent))
		var c, g Box
		for k := range 2 {
			c[k], g[k] = 100*rng.Float32(), 100*rng.Float32()
			c[2+k], g[2+k] = c[k]+60*rng.Float32()*rng.Float32(), g[k]+60*rng.Float32()
		}
		least, cost := leastDivergence(c, g), float64(divergence(c, g))
		require.LessOrEqual(t, least, cost)
		if cost > 0 && cost < 100 {
			require.Greater(t, least, cost-1e-3)
		}
	}
	assert.GreaterOrEqual(t, logAbove(math.SmallestNonzeroFloat64), math.Log(math.SmallestNonzeroFloat64))
	assert.True(t, Similarity{Measure: MeasureKL}.costsMore(Box{0, 0, 10, 10}, Box{30, 0, 40, 10}, 3))
	assert.False(t, Similarity{Measure: MeasureKL}.costsMore(Box{0, 0, 10, 10}, Box{0, 0, 10, 10}, 0))
}
