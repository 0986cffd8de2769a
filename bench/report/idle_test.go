package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// A run that learned nothing trained to its end, and counts: it did not fail.
func TestARunThatLearnedNothingHasNotFailed(t *testing.T) {
	both := strategy("both", 0.01, 0, 0)
	both.Runs, both.Failed = 3, []string{trainer.LearnedNothing, "diverged"}
	flat := strategy("flat", 0.01, 0, 0)
	flat.Runs, flat.Failed = 3, []string{trainer.LearnedNothing, trainer.LearnedNothing, trainer.LearnedNothing}
	one := strategy("one", 0.01, 0, 0)
	one.Runs, one.Failed = 1, []string{trainer.LearnedNothing}
	assert.Equal(t, "1 of 3 failed, 1 of 3 learned nothing", marked(&both))
	assert.Equal(t, "3 of 3 learned nothing", marked(&flat))
	assert.Equal(t, "learned nothing", marked(&one))
	assert.Equal(t, "1 of 7 runs failed to train: both (1 of 3). 5 of 7 runs learned nothing, and count as they are: both (1 of 3), flat (3 of 3) and one (1 of 1).",
		failures([]summary.Strategy{both, flat, one}))
}
