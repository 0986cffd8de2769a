package page

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
)

func TestDifferencesAgreeWithinTheIntervalsOfBoth(t *testing.T) {
	first := made(10, 6)
	for _, c := range []struct {
		lead  float64
		agree int
	}{{10, 6}, {10.2, 6}, {20, 3}} { // of six differences, one strategy has part in three
		again := anew(made(c.lead, 4))
		rows, err := compareAgain(&first, &again)
		require.NoError(t, err)
		require.Len(t, rows, 3, "budgets")
		for _, r := range rows {
			assert.Equal(t, 6, r.all)
			assert.Equal(t, c.agree, r.agree, "lead %v", c.lead)
			assert.Equal(t, [2]int{6, 4}, r.seeds)
		}
		if last := rows[2]; c.agree == 3 {
			assert.Contains(t, last.a+last.b, "512 + focal", "the farthest apart")
			assert.InDelta(t, c.lead-10, math.Abs(last.second.Mean-last.first.Mean), 0.2)
		}
	}
	few := anew(made(10, 2))
	rows, err := compareAgain(&first, &few)
	require.NoError(t, err)
	assert.Empty(t, rows, "too few seeds for an interval")
}

// anew gives runs other seeds.
func anew(s archived) archived {
	for i := range s.Runs {
		s.Runs[i].Seed += 100
	}
	return s
}

func TestRunsOfTheSameSeedsSayNothingAgain(t *testing.T) {
	first, same := made(10, 6), made(10, 6)
	rows, err := compareAgain(&first, &same)
	require.NoError(t, err)
	assert.Empty(t, rows)
	same.Runs = append(same.Runs, anew(made(10, 3)).Runs...)
	same.compared = map[string]*stats.Comparison{} // as of runs that were read
	_, err = same.among(same.strategies(""), same.final())
	require.NoError(t, err)
	rows, err = compareAgain(&first, &same)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for _, r := range rows {
		assert.Equal(t, [2]int{6, 3}, r.seeds)
	}
	assert.Len(t, same.Runs, 36, "what was read stays as it was")
}

func TestThePageCountsWhatCameOutAgain(t *testing.T) {
	first, same, other := made(10, 6), anew(made(10, 6)), anew(made(20, 6))
	var b strings.Builder
	require.NoError(t, writeRepeats(&b, []archived{first}, []archived{same}))
	assert.Contains(t, b.String(), "(`detsample study rpn/rpn --seeds 6 --first-seed 101 --out repeats`, in the folder of this page)")
	assert.Contains(t, b.String(), "18 of 18 agree, of `rpn`.")
	b.Reset()
	require.NoError(t, writeRepeats(&b, []archived{first}, []archived{other}))
	assert.Contains(t, b.String(), "9 of 18 agree, of `rpn`.")
	b.Reset()
	other.Origin.Data = "photos"
	require.NoError(t, writeRepeats(&b, []archived{first}, []archived{other}))
	assert.Empty(t, b.String(), "on other images it is another experiment")
	require.NoError(t, writeRepeats(&b, []archived{first}, []archived{{Stored: study.Stored{Experiment: first.Experiment}}}))
	assert.Empty(t, b.String())
}

func TestWhatRanAgainIsNamed(t *testing.T) {
	again := anew(made(10, 3))
	assert.Equal(t, studyCommand(&again)+" --out repeats", repeatedBy(&again))
	again.Origin.Command, again.Origin.Of = "detsample study rpn --first-seed 101 --out elsewhere", []string{"rpn"}
	assert.Equal(t, studyCommand(&again)+" --out repeats", repeatedBy(&again))
	again.Origin.Command, again.Origin.Of = "detsample compare --config rpn/config.yaml --first-seed 101", nil
	assert.Equal(t, again.Origin.Command, repeatedBy(&again))
}
