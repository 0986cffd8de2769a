package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// R: pf(F, 2, 6, lower.tail = FALSE) is (1 + F/3)^-3.
func TestAVarianceThatStandsOutBorrowsLittle(t *testing.T) {
	tail := func(f float64) float64 { return math.Pow(1+f/3, -3) }
	shares := likeness([]float64{1, 16, 0.5, 1.5}, each(2, 4))
	assert.InDelta(t, tail(16)*4/0.5, shares[1], 1e-12)
	assert.Equal(t, []float64{1, 1, 1}, []float64{shares[0], shares[2], shares[3]})

	shares = likeness([]float64{30, 1, 26, 1, 1, 1, 1, 1, 1}, each(2, 9))
	first := math.Pow(1+2*(30/(33.0/8))/16, -8) * 9 / 0.5 // pf with 2 and 16 degrees
	assert.InDelta(t, first, shares[0], 1e-12)
	assert.InDelta(t, first, shares[2], 1e-12, "less than 0.085, which is its own, would be less than a larger one has")
	assert.Equal(t, 1.0, shares[1])
}

func TestLikeVariancesBorrowAll(t *testing.T) {
	assert.Equal(t, each(1, 4), likeness([]float64{1, 2, 2, 2}, each(2, 4)), "one that is smaller stands out for nobody")
	assert.Equal(t, each(1, 3), likeness(each(1, 3), each(3, 3)))
	assert.Equal(t, each(1, 2), likeness([]float64{1, 1000}, each(9, 2)), "of two, either may be the odd one")
	assert.Empty(t, likeness(nil, nil))
	assert.Equal(t, []float64{0, 1, 1}, likeness([]float64{1, 0, 0}, each(2, 3)), "beside none at all")
}

func TestASmallerVarianceNeverBorrowsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(0.01, 100), 3, 9).Draw(t, "variances")
		shares := likeness(v, each(float64(rapid.IntRange(1, 15).Draw(t, "degrees")), len(v)))
		for i := range v {
			assert.True(t, shares[i] >= 0 && shares[i] <= 1)
			for j := range v {
				if v[i] < v[j] {
					assert.GreaterOrEqual(t, shares[i], shares[j])
				}
			}
		}
	})
}

// A strategy that deviates much more than the others keeps its own degrees, and
// the others' intervals stay as they were.
func TestANoisyStrategyIsNotTakenForASteadyOne(t *testing.T) {
	values := [][]float64{{1, 2, 3}, {2, 3, 3}, {3, 3, 4}, {1, 1, 3}, {2, 3, 4}, {2, 2, 3}, {10, 0, 20}}
	c := compared(t, []string{"a", "b", "c", "d", "e", "f", "noisy"}, values)
	for i := range 6 {
		d := c.apart[c.pair(i, 6)]
		assert.Less(t, d.freedom, 2.1)
		assert.InEpsilon(t, d.variance, d.moderated, 0.05)
		assert.Greater(t, d.estimate().Half(), 20.0)
	}
	assert.Greater(t, c.apart[c.pair(0, 1)].freedom, 2.2)
	assert.Less(t, c.own[6].freedom, 2.1)
}
