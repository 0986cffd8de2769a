package cocoeval

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLoneTruePositiveHasThePrecisionOfPycocotools(t *testing.T) {
	box := [4]float64{10, 10, 40, 40}
	r := evaluate(t, []GroundTruth{{Box: box, Area: 1600}}, []Detection{{Box: box, Score: 1}})
	// 1 / (1 + numpy.spacing(1)), not 1.
	assert.Equal(t, 0.9999999999999998, r.Precision(0, 100, 0, 0, 0))
}

func TestRecallLevelZeroReadsTheFirstDetection(t *testing.T) {
	box, far := [4]float64{10, 10, 40, 40}, [4]float64{500, 10, 40, 40}
	r := evaluate(t, []GroundTruth{{Box: box, Area: 1600}}, []Detection{{Box: box, Score: 0.5}, {Box: far, Score: 0.75}})
	last := len(r.Params.MaxDets) - 1
	assert.Equal(t, 0.75, r.Score(0, 0, 0, 0, last))
	assert.Equal(t, 0.5, r.Score(0, 1, 0, 0, last))
	assert.Equal(t, 0.5, r.Precision(0, 0, 0, 0, last))
}
