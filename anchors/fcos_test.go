package anchors

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// cells are the points of two levels over a 128 x 128 image, boxes as wide as
// the stride around them.
func cells() Candidates {
	p := Pyramid{Levels: []Level{{Stride: 8, Sizes: []float32{8}}, {Stride: 16, Sizes: []float32{16}}}, Ratios: []float32{1}}
	return Candidates{Box: p.Append(nil, 128, 128), Grid: p.Grids(128, 128)}
}

func TestFCOSComparesAsTorchvisionDoesIfAsked(t *testing.T) {
	label := func(f FCOS, at int, truth ...Box) int32 {
		var a Assignment
		c := cells()
		f.Assign(&a, &c, &Truth{Box: truth, Class: make([]int32, len(truth))})
		return a.GT[at]
	}
	published := NewFCOS()
	peer := published
	peer.Torchvision = true

	// The point (32, 32) of either level is 64 pixels from the farthest side: the bound.
	bound := Box{20, 20, 96, 44}
	first, second := 4*16+4, 256+2*8+2
	published.CenterRadius, peer.CenterRadius = 0, 0
	assert.EqualValues(t, 0, label(published, first, bound))
	assert.EqualValues(t, 0, label(published, second, bound))
	assert.Equal(t, Negative, label(peer, first, bound))
	assert.Equal(t, Negative, label(peer, second, bound))
	assert.EqualValues(t, 0, label(peer, second, Box{20, 20, 97, 44}))
	assert.EqualValues(t, 0, label(peer, first, Box{20, 20, 95, 44}))

	larger, smaller := Box{20, 20, 60, 50}, Box{20, 20, 60, 49.9} // 1200 and 1196 pixels
	assert.EqualValues(t, 1, label(published, first, larger, smaller))
	assert.EqualValues(t, 0, label(peer, first, larger, smaller), "the first of what float32 takes for equal")
	assert.EqualValues(t, 1, label(peer, first, larger, Box{20, 20, 60, 45}))

	published.CenterRadius, peer.CenterRadius = 1.5, 1.5
	edge := Box{20, 20, 68, 50} // its centre lies 12 pixels to the right
	assert.Equal(t, Negative, label(peer, first, edge))
	assert.EqualValues(t, 0, label(peer, first, Box{20, 20, 67, 50}))
	peer.CenterRadius = 0.5 // 4 pixels at the first level
	assert.Equal(t, Negative, label(peer, first, Box{20, 20, 52, 44}), "the centre is 4 pixels away")
	assert.EqualValues(t, 0, label(peer, first, Box{20, 20, 51, 44}))

	peer.CenterRadius = 0
	assert.EqualValues(t, 0, label(peer, first, Box{31.5, 20, 60, 44}), "half a pixel inside")
	assert.Equal(t, Negative, label(peer, first, Box{32, 20, 60, 44}), "on the edge")
	wide, high := Box{0, 30, 60, 40}, Box{28, 2, 40, 50} // 600 and 576 pixels
	assert.EqualValues(t, 1, label(peer, first, wide, high))
	assert.EqualValues(t, 0, label(peer, first, high, wide))
	low, narrow := Box{2, 28, 50, 40}, Box{30, 0, 40, 60}
	assert.EqualValues(t, 0, label(peer, first, low, narrow))
	assert.EqualValues(t, 1, label(peer, first, narrow, low))
}
