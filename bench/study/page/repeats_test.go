package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/evidence"
)

// anew gives runs other seeds.
func anew(s evidence.Experiment) evidence.Experiment {
	for i := range s.Runs {
		s.Runs[i].Seed += 100
	}
	return s
}

func TestThePageCountsWhatCameOutAgain(t *testing.T) {
	first, same, other := made(10, 6), anew(made(10, 6)), anew(made(20, 6))
	var b strings.Builder
	require.NoError(t, writeRepeats(&b, []evidence.Experiment{first}, []evidence.Experiment{same}))
	assert.Contains(t, b.String(), "(`detsample study rpn/rpn --seeds 6 --first-seed 101 --out repeats`, in the folder of this page)")
	assert.Contains(t, b.String(), "18 of 18 agree, of `rpn`.")
	b.Reset()
	require.NoError(t, writeRepeats(&b, []evidence.Experiment{first}, []evidence.Experiment{other}))
	assert.Contains(t, b.String(), "9 of 18 agree, of `rpn`.")
	b.Reset()
	other.Origin.Data = "photos"
	require.NoError(t, writeRepeats(&b, []evidence.Experiment{first}, []evidence.Experiment{other}))
	assert.Empty(t, b.String(), "on other images it is another experiment")
	require.NoError(t, writeRepeats(&b, []evidence.Experiment{first}, []evidence.Experiment{{Stored: study.Stored{Experiment: first.Experiment}}}))
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
