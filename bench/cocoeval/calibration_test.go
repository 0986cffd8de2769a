package cocoeval

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// box returns a box of 10 by 10 pixels at x.
func box(x float64) [4]float64 { return [4]float64{x, 0, 10, 10} }

func TestCalibrationOfAFewDetections(t *testing.T) {
	gts := []GroundTruth{
		{Image: 1, Class: 1, Box: box(0), Area: 100},
		{Image: 1, Class: 1, Box: box(100), Area: 100, Crowd: true},
		{Image: 2, Class: 2, Box: box(0), Area: 100},
	}
	dts := []Detection{
		{Image: 1, Class: 1, Box: box(0), Score: 0.92},   // right
		{Image: 1, Class: 1, Box: box(1), Score: 0.94},   // right: it is better, so that the first is a duplicate
		{Image: 1, Class: 1, Box: box(100), Score: 0.9},  // of a crowd
		{Image: 1, Class: 2, Box: box(50), Score: 0.62},  // wrong
		{Image: 2, Class: 2, Box: box(2), Score: 0.61},   // right, at an IoU of 2/3
		{Image: 2, Class: 2, Box: box(4), Score: 0.33},   // wrong, at 3/7
		{Image: 2, Class: 3, Box: box(0), Score: 1},      // of a class that has no objects
		{Image: 2, Class: 2, Box: box(70), Score: 0.049}, // too low to count
	}
	c, err := Calibrate(DefaultParams(), gts, dts)
	require.NoError(t, err)
	assert.Equal(t, 6, c.Detections)
	// Bins: .9 to .95 has .92 and .94 with one right, .6 to .65 .62 and .61 with
	// one right, .3 to .35 .33, and the last one 1, both wrong.
	assert.InDelta(t, (math.Abs(1.86-1)+math.Abs(1.23-1)+0.33+1)/6, c.Error, 1e-12)
	assert.InDelta(t, (0.92+0.94+0.62+0.61+0.33+1)/6, c.Score, 1e-12)
	assert.InDelta(t, 2.0/6, c.Precision, 1e-12)

	p := DefaultParams()
	p.MaxDets = []int{1}
	p.Classes = []int32{1}
	c, err = Calibrate(p, gts, dts)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Detections, "the best of the image")
	assert.InDelta(t, 0.06, c.Error, 1e-12)

	c, err = Calibrate(DefaultParams(), gts, nil)
	require.NoError(t, err)
	assert.Equal(t, Calibration{0, -1, -1, -1}, c)
	_, err = Calibrate(Params{}, gts, dts)
	assert.Error(t, err)
}

func TestScoresThatAreProbabilitiesAreCalibrated(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, power := range []float64{1, 3} {
		var gts []GroundTruth
		var dts []Detection
		for i := range int64(20000) {
			right := rng.Float64()
			dts = append(dts, Detection{Image: i, Class: 1, Box: box(0), Score: right})
			x := 0.0
			if rng.Float64() > math.Pow(right, power) {
				x = 50
			}
			gts = append(gts, GroundTruth{Image: i, Class: 1, Box: box(x), Area: 100})
		}
		c, err := Calibrate(DefaultParams(), gts, dts)
		require.NoError(t, err)
		// The mean over scores s from .05 to 1 of s-s^power.
		want := (0.5 - math.Pow(0.05, 2)/2 - (1-math.Pow(0.05, power+1))/(power+1)) / 0.95
		assert.InDelta(t, want, c.Error, 0.012)
		assert.InDelta(t, want, c.Score-c.Precision, 0.01)
	}
}
