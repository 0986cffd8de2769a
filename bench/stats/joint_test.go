package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// orthogonal has four strategies whose variances over eight seeds, and those
// of all differences, are equal: the case of Tukey's and Dunnett's tables, with
// 21 degrees of freedom.
func orthogonal(t require.TestingT, means ...float64) *Comparison {
	rows := [][]float64{
		{1, -1, 1, -1, 1, -1, 1, -1}, {1, 1, -1, -1, 1, 1, -1, -1},
		{1, -1, -1, 1, 1, -1, -1, 1}, {1, 1, 1, 1, -1, -1, -1, -1},
	}
	for i, m := range means {
		for s := range rows[i] {
			rows[i][s] += m
		}
	}
	c := compared(t, []string{"a", "b", "c", "d"}, rows)
	require.True(t, math.IsInf(c.prior.freedom, 1))
	return c
}

// half is that of a difference of the orthogonal table, by its critical value.
func half(critical float64) float64 { return critical * math.Sqrt(2*8.0/7/8) }

// R 4.2.2: qtukey(p, 4, 21)/sqrt(2).
func TestSimultaneousIntervalsAreTukeys(t *testing.T) {
	c := orthogonal(t)
	for _, r := range c.Simultaneous(0.95) {
		assert.InEpsilon(t, half(2.7873285), r.High, 0.01)
		assert.Equal(t, -r.High, r.Low)
	}
	assert.InEpsilon(t, half(3.5255386), c.Simultaneous(0.99)[0].High, 0.02)
}

// R's mvtnorm: qmvt(p, tail = "lower", df = 21, corr = 0.5).
func TestTheBoundsOfTheBestAreDunnetts(t *testing.T) {
	c := orthogonal(t)
	for _, b := range c.Best(0.95) {
		assert.InEpsilon(t, half(2.18585), b.High, 0.01)
		assert.InEpsilon(t, half(2.18585), -b.Low, 0.01)
	}
	assert.InEpsilon(t, half(2.95730), c.Best(0.99)[0].High, 0.02)
}

func TestTinyLevelsAreBonferronis(t *testing.T) {
	j := orthogonal(t).distribution()
	assert.Equal(t, 1e-4/3, j.tail(j.below[0], 1e-4, 3, 1))
	assert.Equal(t, 1e-4/12, j.tail(j.all, 1e-4, 6, 2))
	assert.Greater(t, j.tail(j.below[0], 0.05, 3, 1), 0.05/3, "drawn, the correlation gains")
	assert.Less(t, j.tail(j.below[0], 0.05, 3, 1), 0.05)
}

// Differences of three strategies of which the third varies much more: those
// to the third are nearly the same.
func TestCorrelationsFollowTheVariances(t *testing.T) {
	c := compared(t, []string{"a", "b", "c"}, [][]float64{{1, -1, 1, -1}, {1, 1, -1, -1}, {10, -10, -10, 10}})
	c.prior.freedom = 0
	for k := range c.apart {
		c.apart[k].moderated = c.apart[k].variance
	}
	m := c.correlation(c.known()) // a-b, a-c, b-c
	assert.InDelta(t, 1/math.Sqrt(2*101), m.At(0, 1), 1e-12)
	assert.InDelta(t, -1/math.Sqrt(2*101), m.At(0, 2), 1e-12)
	assert.InDelta(t, 100.0/101, m.At(1, 2), 1e-12)
}

func TestRowsGiveTheirCorrelationsBack(t *testing.T) {
	m := mat.NewSymDense(3, []float64{1, 0.5, -0.5, 0.5, 1, 0.5, -0.5, 0.5, 1}) // of rank 2
	rows, rank := factorize(m)
	require.Equal(t, 2, rank)
	for i := range 3 {
		for k := range 3 {
			assert.InDelta(t, m.At(i, k), rows[i*2]*rows[k*2]+rows[i*2+1]*rows[k*2+1], 1e-9)
		}
	}
	rows, rank = factorize(mat.NewSymDense(3, []float64{1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1})) // of no variables
	for i := range 3 {
		length := 0.0
		for r := range rank {
			length += rows[i*rank+r] * rows[i*rank+r]
		}
		assert.InDelta(t, 1, length, 1e-12)
	}
}

func TestTheSameRunsGiveTheSameBits(t *testing.T) {
	assert.Equal(t, orthogonal(t, 1, 2, 3, 4).Best(0.95), orthogonal(t, 1, 2, 3, 4).Best(0.95))
}

func TestTheKthLargest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 2000)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	sorted := slices.Sorted(slices.Values(values))
	for _, k := range []int{0, 1, 20, 100, 1000, 1999, 2000} {
		assert.Equal(t, sorted[max(0, 1999-k)], kthLargest(values, k))
	}
	slices.Reverse(sorted) // a sample of the largest misleads
	assert.Equal(t, sorted[100], kthLargest(sorted, 100))
}

// Variances that are partly their own are drawn so.
func TestACorrelationGainsWhereVariancesDifferToo(t *testing.T) {
	c := compared(t, []string{"a", "b", "c"}, [][]float64{{1, -1, 1, -1, 0.5}, {3, 2, -3, -2, 1}, {9, -8, -10, 7, 3}})
	require.False(t, math.IsInf(c.prior.freedom, 1))
	require.Positive(t, c.prior.freedom)
	j := c.distribution()
	assert.Greater(t, j.tail(j.below[0], 0.05, 2, 1), 1.02*0.05/2)
}
