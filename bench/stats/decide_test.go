package stats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneIsToBeUsed(t *testing.T) {
	d := Decide(Evidence{Final: orthogonal(t, 0, 5, 2, 1)})
	assert.Equal(t, Use, d.Outcome)
	assert.Equal(t, "b", d.Leader)
	assert.Equal(t, []string{"b"}, d.MayBe)
	assert.Equal(t, Certainty, d.Confidence)
	require.NotNil(t, d.Lead)
	assert.Equal(t, []any{"b", "c", 3.0}, []any{d.Lead.A, d.Lead.B, d.Lead.Mean})
}

func TestSeveralAreNotToldApart(t *testing.T) {
	d := Decide(Evidence{Final: orthogonal(t, 0, 4.5, 5, 1)})
	assert.Equal(t, NotToldApart, d.Outcome)
	assert.Equal(t, []string{"c", "b"}, d.MayBe, "the highest mean first")
}

func TestWhyThereIsNoConclusion(t *testing.T) {
	clear := orthogonal(t, 0, 5, 2, 1)
	failed := orthogonal(t, 0, 5, 2, 1)
	failed.Excluded = []Exclusion{{"b", 9, "diverged"}}
	fewer := compared(t, []string{"a", "b", "c", "d", "e"}, [][]float64{{1, 1.1}, {9, 9.1}, {1.2, 1.1}, {1, 1.2}, {1.1, 1}})
	for _, c := range []struct {
		e      Evidence
		reason Reason
		others []string
	}{
		{Evidence{Final: compared(t, []string{"a", "b"}, nil)}, NoFigures, nil},
		{Evidence{Final: compared(t, []string{"a"}, [][]float64{{9, 9.2, 9.1}})}, OneStrategy, nil},
		{Evidence{Final: clear, Floor: 4.9}, NothingLearned, nil},
		{Evidence{Final: fewer}, FewSeeds, nil},
		{Evidence{Final: failed}, LeaderFailed, nil},
		{Evidence{Final: clear, Earlier: orthogonal(t, 0, 2, 5, 1)}, Turned, []string{"c"}},
		{Evidence{Final: clear, Earlier: orthogonal(t, 0, 3, 3, 1), Projected: orthogonal(t, 9, 6, 1, 9)}, Turning, []string{"a", "d"}},
	} {
		d := Decide(c.e)
		assert.Equal(t, NoConclusion, d.Outcome, c.reason)
		assert.Equal(t, c.reason, d.Reason)
		assert.Equal(t, c.others, d.Others)
	}
	assert.Equal(t, Use, Decide(Evidence{Final: clear, Floor: 1, Earlier: orthogonal(t, 0, 3, 3, 1), Projected: orthogonal(t, 7, 7, 1, 1)}).Outcome)
}

func TestWhoWasOutOfTheRaceIsOut(t *testing.T) {
	d := Decide(Evidence{Final: orthogonal(t, 0, 5, 4.5, 1), Out: []string{"c"}, Confidence: 0.999})
	assert.Equal(t, Use, d.Outcome)
	assert.Equal(t, 0.999, d.Confidence)
}

func TestProjectedGrowthGoesOn(t *testing.T) {
	final := []Run{{Strategy: "a", Seed: 1, Value: 5, Resamples: []float64{6}}, {Strategy: "a", Seed: 2, Value: 4}}
	list := Project(final, []Run{{Strategy: "a", Seed: 1, Value: 3}, {Strategy: "b", Seed: 2, Value: 3}})
	require.Len(t, list, 2)
	assert.Equal(t, Run{Strategy: "a", Seed: 1, Value: 7, Resamples: []float64{8}}, list[0])
	assert.NotEqual(t, list[1].Value, list[1].Value, "no figure at half the budget")
	assert.Equal(t, Run{Strategy: "a", Seed: 1, Value: 5, Resamples: []float64{6}}, final[0])
}
