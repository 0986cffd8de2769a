package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestCheckTruthAcceptsEveryClassOfTheHead(t *testing.T) {
	truth := anchors.Truth{Box: make([]anchors.Box, 3), Class: []int32{0, 2, 1}}
	assert.NotPanics(t, func() { CheckTruth("pkg: Func", &truth, 3) })
	assert.NotPanics(t, func() { CheckTruth("pkg: Func", &anchors.Truth{}, 3) })
	assert.PanicsWithValue(t, "pkg: Func: ground truth 1 has class 2 of 2", func() { CheckTruth("pkg: Func", &truth, 2) })
	truth.Class[2] = anchors.Negative
	assert.PanicsWithValue(t, "pkg: Func: ground truth 2 has class -1 of 3", func() { CheckTruth("pkg: Func", &truth, 3) })
}
