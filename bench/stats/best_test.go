package stats

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhoMayBeTheBest(t *testing.T) {
	c := orthogonal(t, 0, 5, 4.5, 1)
	b := c.Best(0.95)
	bound := half(2.18585)
	for i, may := range []bool{false, true, true, false} {
		assert.Equal(t, may, b[i].MayBe, b[i].Strategy)
	}
	assert.InDelta(t, -5-bound, b[0].Low, 0.03)
	assert.Zero(t, b[0].High, "it is not the best")
	assert.InDelta(t, 0.5-bound, b[1].Low, 0.03)
	assert.InDelta(t, 0.5+bound, b[1].High, 0.03)
	assert.InDelta(t, -0.5+bound, b[2].High, 0.03)
}

func TestOneAloneMayBeTheBest(t *testing.T) {
	b := orthogonal(t, 0, 5, 2, 1).Best(0.99)
	for i := range b {
		assert.Equal(t, i == 1, b[i].MayBe)
	}
	assert.Zero(t, b[1].Low, "no other is better")
	assert.InDelta(t, 3+half(2.95730), b[1].High, 0.05)
}

func TestEqualRunsMayAllBeTheBest(t *testing.T) {
	for _, b := range compared(t, []string{"a", "b"}, [][]float64{{1, 1, 1}, {1, 1, 1}}).Best(0.95) {
		assert.Equal(t, Best{Strategy: b.Strategy, MayBe: true}, b)
	}
}

func TestTheSetIsNeverEmptyAndGrowsWithConfidence(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		names := []string{"a", "b", "c", "d"}[:2+rng.IntN(3)]
		var runs []Run
		for _, name := range names {
			for s := range 1 + rng.IntN(6) {
				runs = append(runs, Run{Strategy: name, Seed: uint64(s), Value: rng.NormFloat64()})
			}
		}
		c, err := Compare(names, runs)
		require.NoError(t, err)
		some := false
		certain := c.Best(0.99)
		for i, b := range c.Best(0.9) {
			some = some || b.MayBe
			assert.True(t, !b.MayBe || certain[i].MayBe)
			assert.LessOrEqual(t, b.Low, 0.0)
			assert.GreaterOrEqual(t, b.High, 0.0)
		}
		assert.True(t, some)
		for _, confidence := range []float64{0.9, 0.99} {
			var may []string
			for _, b := range c.Best(confidence) {
				if b.MayBe {
					may = append(may, b.Strategy)
				}
			}
			assert.Equal(t, may, c.mayBe(confidence, nil), "whether or not anything was drawn")
		}
	}
}
