package stage

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestCheckTruthAcceptsEveryClassOfTheHead(t *testing.T) {
	check := func(truth *anchors.Truth, classes int) func() {
		return func() { CheckTruth("pkg: Func", 3, 7, truth, classes) }
	}
	truth := anchors.Truth{Box: make([]anchors.Box, 3), Class: []int32{0, 2, 1}}
	assert.NotPanics(t, check(&truth, 3))
	assert.NotPanics(t, check(&truth, 0), "all are objects")
	assert.NotPanics(t, check(&anchors.Truth{Box: make([]anchors.Box, 1)}, 0))
	assert.NotPanics(t, check(&anchors.Truth{}, 3))
	assert.PanicsWithValue(t, "pkg: Func: image 3 (ID 7): ground truth 1 has class 2 of 2: classes count from 0", check(&truth, 2))
	truth.Class[2] = anchors.Negative
	assert.PanicsWithValue(t, "pkg: Func: image 3 (ID 7): ground truth 2 has class -1 of 3: classes count from 0", check(&truth, 3))
	assert.Panics(t, check(&truth, 1))
	assert.NotPanics(t, check(&truth, 0))
	assert.PanicsWithValue(t, "pkg: Func: image 3 (ID 7): 0 classes for 1 ground truths", check(&anchors.Truth{Box: make([]anchors.Box, 1)}, 1))
}

func TestCheckTruthNamesBoxesThatAreNone(t *testing.T) {
	const inverted = ", with a corner right of or below its opposite: a box is x1, y1, x2, y2, not x, y, width, height"
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for want, b := range map[string]anchors.Box{
		"[30 10 20 40]" + inverted:             {30, 10, 20, 40},
		"[10 40 20 39]" + inverted:             {10, 40, 20, 39},
		"[NaN 0 1 1]: corners must be finite":  {nan, 0, 1, 1},
		"[0 NaN 1 1]: corners must be finite":  {0, nan, 1, 1},
		"[0 0 +Inf 1]: corners must be finite": {0, 0, inf, 1},
		"[0 0 1 NaN]: corners must be finite":  {0, 0, 1, nan},
	} {
		whole := anchors.Box{0, 0, 5, 5}
		assert.PanicsWithValue(t, "f: image 0 (ID 9): ground truth 1 is "+want, func() {
			CheckTruth("f", 0, 9, &anchors.Truth{Box: []anchors.Box{whole, b}, Class: []int32{0, 0}}, 2)
		})
		assert.PanicsWithValue(t, "f: image 0 (ID 9): ignore region 0 is "+want, func() {
			CheckTruth("f", 0, 9, &anchors.Truth{Ignore: []anchors.Box{b}}, 1)
		})
	}
}
