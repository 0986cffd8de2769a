package evidence

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

func TestAnIntervalEndsWhereItsFiguresEnd(t *testing.T) {
	assert.Equal(t, stats.Range{Low: 36.5, High: 100}, EasyLessPositive.Within(stats.Range{Low: 36.5, High: 109.4}))
	assert.Equal(t, stats.Range{Low: -100, High: -3}, EasyLessPositive.Within(stats.Range{Low: -103, High: -3}))
	assert.Equal(t, stats.Range{Low: -200, High: 200}, AP.Within(stats.Range{Low: -200, High: 200}), "no difference of AP comes near it")
}

func TestRecallIsKnownWhereItWasMeasured(t *testing.T) {
	r := trainer.Run{Proposals: []trainer.ProposalRecall{{Limit: 100, AR: 0.5}, {Limit: 300, AR: 0.625}}}
	assert.InDelta(t, 62.5, recallAt(&r, 300), 1e-12)
	assert.True(t, math.IsNaN(recallAt(&r, 1000)))
}

// Few test images widen the intervals at the end, of which they are drawn, as many do
// not.
func TestFewTestImagesWidenTheIntervals(t *testing.T) {
	half := func(images int) float64 {
		s := made(2, 4)
		for i := range s.Runs {
			r := &s.Runs[i]
			r.TestImages = images
			for k := range trainer.Resamples {
				r.Resamples = append(r.Resamples, r.AP+0.01*float64((k*(1+i%4))%11))
			}
		}
		c, err := s.Compare(AP, "", s.Final())
		require.NoError(t, err)
		return c.Differences[0].Half()
	}
	assert.Greater(t, half(5), 1.2*half(0))
	assert.InEpsilon(t, half(0), half(10000), 0.01)
}
