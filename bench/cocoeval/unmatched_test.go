package cocoeval

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// In pycocotools dtm is the id of what was matched, and 0 is that of nothing: the
// detection is a false positive, and the object is used up.
func TestAnUnmatchedObjectIsMissedAndUsedUp(t *testing.T) {
	box := [4]float64{10, 10, 20, 20}
	p := DefaultParams()
	p.Images, p.Classes = []int64{1}, []int32{1}
	ap := func(unmatched bool, gts ...GroundTruth) float64 {
		gts = append(gts, GroundTruth{Image: 1, Class: 1, Box: box, Area: 400, Unmatched: unmatched})
		r, err := Evaluate(p, gts, []Detection{{Image: 1, Class: 1, Box: box, Score: 0.9}})
		require.NoError(t, err)
		return r.Summary().AP
	}
	assert.InDelta(t, 1, ap(false), 1e-9)
	assert.Zero(t, ap(true))
	assert.Zero(t, ap(true, GroundTruth{Image: 1, Class: 1, Box: [4]float64{60, 60, 9, 9}, Area: 81}))
}
