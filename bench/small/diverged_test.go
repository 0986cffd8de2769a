package small

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Before the first weight has moved the rate decides nothing.
func TestTheRemedyOfADivergedRunIsNotTheRateBeforeAWeightHasMoved(t *testing.T) {
	assert.EqualError(t, &diverged{0, "the classification loss of stage dense is NaN"},
		"diverged at step 0: the classification loss of stage dense is NaN; no weight has moved yet, so that it is not the rate's: look at that loss, its weight and its normaliser")
	assert.EqualError(t, &diverged{1, "the box loss of stage roi is +Inf"}, "diverged at step 1: the box loss of stage roi is +Inf; lower the learning rate or add a prior bias")
}
