package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
)

func TestTheHardestHoldWhatTheEasiestDoNot(t *testing.T) {
	even := &trainer.LossDistribution{Candidates: 10, Share: []float64{0, 0.5, 1}, Loss: []float64{0, 0.5, 1}}
	assert.InDelta(t, 0.99, lossUpTo(even, 0.99), 1e-12)
	assert.InDelta(t, 0.8, lossUpTo(even, 0.8), 1e-12)
	late := &trainer.LossDistribution{Candidates: 10, Share: []float64{0.9, 1}, Loss: []float64{0, 1}}
	assert.InDelta(t, 0, lossUpTo(late, 0.8), 1e-12)
	assert.InDelta(t, 0.9, lossUpTo(late, 0.99), 1e-12)
}

func TestDistributionsAreAveragedOverTheSeedsThatLeftOne(t *testing.T) {
	record := func(losses ...trainer.LossDistribution) trainer.Record {
		return trainer.Record{Run: trainer.Run{Strategy: "a"}, Trace: trainer.Trace{Losses: losses}}
	}
	share := []float64{0, 0.5, 1}
	records := []trainer.Record{
		record(), // failed
		record(trainer.LossDistribution{Stage: "roi", Candidates: 100, Share: share, Loss: []float64{0, 0.2, 1}}),
		record(trainer.LossDistribution{Candidates: 300, Share: share, Loss: []float64{0, 0.4, 1}}),
		record(trainer.LossDistribution{Share: share, Loss: []float64{0, 0, 0}}), // no candidates
	}
	diverged := record(trainer.LossDistribution{Candidates: 900, Share: share, Loss: []float64{0, 0.9, 1}})
	diverged.Run.Diverged = true
	records = append(records, diverged)
	mean := distribution(records, "a", false)
	assert.Equal(t, 200, mean.Candidates)
	assert.Equal(t, "roi", mean.Stage)
	assert.InDeltaSlice(t, []float64{0, 0.3, 1}, mean.Loss, 1e-12)
	assert.Nil(t, distribution(records, "a", true))
	assert.Nil(t, distribution(records, "b", false))
	assert.InDeltaSlice(t, []float64{0, 0.2, 1}, records[1].Trace.Losses[0].Loss, 0, "the study is left as it was")
}
