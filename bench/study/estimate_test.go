package study

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a training takes does not fall to nothing with the image, and falls without the
// level that has most anchors.
func TestAnEstimateIsOfTheImageAndThePyramid(t *testing.T) {
	plan := func(name string) *Planned {
		list, err := Plan([]Experiment{experiment(t, name)}, Options{})
		require.NoError(t, err)
		return &list[0]
	}
	dense := plan("dense")
	s := &dense.Config.Strategies[0]
	whole := dense.trainTime(s, 1000)
	dense.Config.Detector.Pyramid.Levels[0].Stride = 8
	assert.InDelta(t, coarse, dense.trainTime(s, 1000)/whole, 1e-9)
	dense.Config.Detector.Pyramid.Levels[0].Stride = 4
	dense.Config.Scenes.Size /= 3
	assert.InDelta(t, whole/9+1000*everySeconds*8/9, dense.trainTime(s, 1000), 1e-9)
}
