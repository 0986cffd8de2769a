package dataset

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestDescribeCountsAndMeasures(t *testing.T) {
	st := Describe([]Image{
		{Objects: []Object{
			{Box: anchors.Box{0, 0, 4, 9}, Class: 1},
			{Box: anchors.Box{0, 0, 2, 2}, Class: 0},
			{Box: anchors.Box{0, 0, 50, 50}, Class: 0, Ignore: true},
		}},
		{},
		{Objects: []Object{{Box: anchors.Box{1, 1, 11, 11}, Class: 1}}},
	}, 3)
	assert.Equal(t, Stats{
		Images: 3, PerClass: []int{1, 2, 0}, Objects: 3, Ignored: 1, Sides: []float32{2, 6, 10},
	}, st)
}

func TestQuantileInterpolates(t *testing.T) {
	st := Stats{Sides: []float32{2, 6, 10}}
	for q, want := range map[float64]float32{-1: 2, 0: 2, 0.25: 4, 0.5: 6, 0.75: 8, 1: 10, 2: 10} {
		assert.Equal(t, want, st.Quantile(q), "q = %g", q)
	}
	assert.Zero(t, Stats{}.Quantile(0.5))
}
