package small

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestEqualLossesGiveTheDiagonal(t *testing.T) {
	d := distribution("dense", false, slices.Repeat([]float64{0.25}, 1000))
	assert.Equal(t, 1000, d.Candidates)
	assert.InDeltaSlice(t, d.Share, d.Loss, 1e-9)
	assert.Equal(t, "dense", d.Stage)
	assert.False(t, d.Positives)
}

func TestTheCumulativeShareRisesToOneBelowTheDiagonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 300).Draw(t, "losses")
		values[0] += 0.1
		d := distribution("roi", true, values)
		n := float64(len(values))
		for k := range d.Share {
			if k > 0 {
				assert.Greater(t, d.Share[k], d.Share[k-1])
				assert.GreaterOrEqual(t, d.Loss[k], d.Loss[k-1])
			}
			assert.LessOrEqual(t, d.Loss[k], d.Share[k]+0.5/n+1e-9)
		}
		last := len(d.Share) - 1
		assert.Zero(t, d.Share[0])
		assert.Zero(t, d.Loss[0])
		assert.InDelta(t, 1, d.Share[last], 1e-12)
		assert.InDelta(t, 1, d.Loss[last], 1e-9)
	})
}

func TestTheHardestCandidateHoldsWhatItHolds(t *testing.T) {
	values := make([]float64, 1000)
	values[17], values[900] = 3, 1
	d := distribution("roi", false, values)
	at := slices.Index(d.Share, 0.9+float64(89)/1000)
	assert.InDelta(t, 0, d.Loss[at], 1e-12)
	at = slices.IndexFunc(d.Share, func(s float64) bool { return math.Abs(s-0.999) < 1e-9 })
	assert.InDelta(t, 0.25, d.Loss[at], 1e-12)
}

func TestALossThatIsNotFiniteLeavesNoDistribution(t *testing.T) {
	for _, values := range [][]float64{nil, {0, 0}, {1, math.NaN()}, {1, math.Inf(1)}} {
		d := distribution("dense", true, values)
		assert.Empty(t, d.Share)
		assert.Empty(t, d.Loss)
		assert.Equal(t, len(values), d.Candidates)
	}
}
