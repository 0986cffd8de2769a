package evidence

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

func TestDifferencesAgreeWithinTheIntervalsOfBoth(t *testing.T) {
	first := made(10, 6)
	for _, c := range []struct {
		lead  float64
		agree int
	}{{10, 6}, {10.2, 6}, {20, 3}} { // of six differences, one strategy has part in three
		again := anew(made(c.lead, 4))
		rows, err := CompareAgain(&first, &again)
		require.NoError(t, err)
		require.Len(t, rows, 3, "budgets")
		for _, r := range rows {
			assert.Equal(t, 6, r.All)
			assert.Equal(t, c.agree, r.Agree, "lead %v", c.lead)
			assert.Equal(t, [2]int{6, 4}, r.Seeds)
		}
		if last := rows[2]; c.agree == 3 {
			assert.Contains(t, last.A+last.B, "512 + focal", "the farthest apart")
			assert.InDelta(t, c.lead-10, math.Abs(last.Second.Mean-last.First.Mean), 0.2)
		}
	}
	few := anew(made(10, 2))
	rows, err := CompareAgain(&first, &few)
	require.NoError(t, err)
	assert.Empty(t, rows, "too few seeds for an interval")
}

func TestRunsOfTheSameSeedsSayNothingAgain(t *testing.T) {
	first, same := made(10, 6), made(10, 6)
	rows, err := CompareAgain(&first, &same)
	require.NoError(t, err)
	assert.Empty(t, rows)
	same.Runs = append(same.Runs, anew(made(10, 3)).Runs...)
	same.compared = map[string]*stats.Comparison{} // as of runs that were read
	_, err = same.Among(same.Strategies(""), same.Final())
	require.NoError(t, err)
	rows, err = CompareAgain(&first, &same)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for _, r := range rows {
		assert.Equal(t, [2]int{6, 3}, r.Seeds)
	}
	assert.Len(t, same.Runs, 36, "what was read stays as it was")
}

// anew gives runs other seeds.
func anew(s Experiment) Experiment {
	for i := range s.Runs {
		s.Runs[i].Seed += 100
	}
	return s
}
