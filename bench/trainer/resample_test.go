package trainer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/cocoeval"
)

// An image counts as one with objects if one of them is to be found: neither a crowd
// nor what need not be.
func TestARunSaysHowManyTestImagesHaveObjects(t *testing.T) {
	truth := []cocoeval.GroundTruth{{Image: 1}, {Image: 1}, {Image: 2, Crowd: true}, {Image: 3, Ignore: true}, {Image: 4}, {Image: 4, Crowd: true}}
	p := cocoeval.DefaultParams()
	p.Images = []int64{1, 2, 3, 4, 5}
	var run Run
	require.NoError(t, run.Resample(p, truth, nil))
	assert.Equal(t, 2, run.TestImages)
	assert.Len(t, run.Resamples, Resamples)
}
