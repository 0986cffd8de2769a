package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/plan"
)

func TestTheSearchIsATableOfItsTrials(t *testing.T) {
	tuning := &plan.Tuning{
		Validation: 300, Rungs: []plan.Rung{{Rates: 2, Images: 600}, {Rates: 1, Images: 1200}},
		Strategies: []plan.Tuned{
			{Strategy: "a", LR: 0.002, Trials: []plan.Trial{
				{LR: 0.001, Images: 600, AP: 0.1}, {LR: 0.002, Images: 600, AP: 0.125}, {LR: 0.002, Images: 1200, AP: 0.2},
				{LR: 0.002, Scale: 1, Images: 1200, AP: 0.9}}},
			{Strategy: "b", LR: 0.004, Trials: []plan.Trial{{LR: 0.004, Images: 600, Failed: "diverged"}}},
		},
	}
	table := tuningOf(tuning)
	assert.Equal(t, []string{"0.001", "0.002", "0.004"}, table.Rates)
	require.Len(t, table.Rows, 4)
	assert.Equal(t, tuningRow{"a", 2, "600", []tuningCell{{"10.0", false}, {"12.5", true}, {}}}, table.Rows[0])
	assert.Equal(t, tuningRow{"", 0, "1,200", []tuningCell{{}, {"20.0", true}, {}}}, table.Rows[1])
	assert.Equal(t, tuningRow{"b", 2, "600", []tuningCell{{}, {}, {"failed", true}}}, table.Rows[2])
	assert.Contains(t, table.How, "within 0.5 points of the best, and within a tenth of it,")
	assert.NotContains(t, table.How, "a: ")
	assert.Contains(t, table.How, "of training. b: as written: none of its trainings learned anything.")
	assert.Nil(t, tuningOf(nil))

	study := fake{strategies: []string{"a", "b"}, seeds: 1}.study(t)
	study.Summary.Tuning = tuning
	study.Summary.Strategies[1].ScaleReason = "matched to a at the trunk"
	var page strings.Builder
	require.NoError(t, Write(&page, study))
	assert.Contains(t, page.String(), "Search for learning rates")
	assert.Contains(t, page.String(), "matched to a at the trunk")
	study.Summary.Tuning = nil
	page.Reset()
	require.NoError(t, Write(&page, study))
	assert.NotContains(t, page.String(), "Search for learning rates")
}
