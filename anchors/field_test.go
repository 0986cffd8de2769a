package anchors

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestAFieldHoldsTheAnchorsOfWhatWasAskedForLast(t *testing.T) {
	var f Field
	rapid.Check(t, func(t *rapid.T) {
		p := anyPyramid().Draw(t, "pyramid")
		for range 3 {
			width, height := rapid.IntRange(1, 40).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
			if rapid.Bool().Draw(t, "change in place") {
				p.Levels[0].Sizes[0]++
			}
			c := f.At(p, width, height)
			assert.Equal(t, p.Append(nil, width, height), c.Box)
			assert.Equal(t, p.Grids(width, height), c.Grid)
			assert.Equal(t, p, *c.Pyramid)
			assert.Equal(t, [2]float32{float32(width), float32(height)}, [2]float32{c.Width, c.Height})
			assert.Same(t, &c.Box[0], &f.At(p, width, height).Box[0])
		}
	})
}

func TestAFieldStaysOffTheHeap(t *testing.T) {
	p := Pyramid{Levels: []Level{{8, []float32{16, 24}}, {16, []float32{32}}}, Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
	var f Field
	f.At(p, 133, 80)
	wide := true
	assert.Zero(t, testing.AllocsPerRun(6, func() {
		wide = !wide
		if wide {
			f.At(p, 133, 80)
		} else {
			f.At(p, 80, 120)
		}
	}))
}
