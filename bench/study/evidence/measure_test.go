package evidence

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

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
