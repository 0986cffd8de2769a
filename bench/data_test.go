package bench

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/bench/dataset"
)

func sizes(p anchors.Pyramid) (all []float32) {
	for _, l := range p.Levels {
		all = append(all, l.Sizes...)
	}
	return all
}

func pyramidOf(sizes ...[]float32) anchors.Pyramid {
	p := anchors.Pyramid{Ratios: []float32{1}, Offset: 0.5}
	for l, s := range sizes {
		p.Levels = append(p.Levels, anchors.Level{Stride: 4 << l, Sizes: s})
	}
	return p
}

// Sides of 10 to 160 in equal steps of the logarithm: quantiles are exact at
// their places, and the fitted sizes are the geometric series between them.
func TestSizesAreSpreadEvenlyInTheLogarithm(t *testing.T) {
	p := pyramidOf([]float32{1, 2}, []float32{3, 4}, []float32{5, 6})
	s := dataset.Stats{Sides: []float32{20, 20, 640, 640}}
	assert.InDeltaSlice(t, []float32{20, 40, 80, 160, 320, 640}, sizes(fit(p, s)), 1e-3)
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, sizes(p), "the configuration is left as it was")
}

func TestASizeLeavesNoGapsAtItsLevel(t *testing.T) {
	p := pyramidOf([]float32{1}, []float32{1}, []float32{1})
	fitted := fit(p, dataset.Stats{Sides: []float32{3, 6}})
	for _, l := range fitted.Levels {
		for _, size := range l.Sizes {
			assert.GreaterOrEqual(t, size, 1.25*float32(l.Stride))
		}
	}
	assert.NoError(t, fitted.Validate())
}

func TestOneSizeOrNoObjectsCanBeFitted(t *testing.T) {
	one := fit(pyramidOf([]float32{9}), dataset.Stats{Sides: []float32{30, 30, 30}})
	assert.InDeltaSlice(t, []float32{30}, sizes(one), 1e-4)
	p := pyramidOf([]float32{9, 9}, []float32{9, 9})
	assert.Equal(t, p, fit(p, dataset.Stats{}))
}
