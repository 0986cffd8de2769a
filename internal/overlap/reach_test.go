package overlap

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReachIsWhatIoUSays(t *testing.T) {
	for _, v := range []instructions{vectors, none} {
		t.Run("", func(t *testing.T) {
			defer func(before instructions) { vectors = before }(vectors)
			vectors = v
			rng := rand.New(rand.NewPCG(3, 4))
			for range 3000 {
				boxes := make([]box, 1+rng.IntN(Block))
				if rng.IntN(2) == 0 {
					boxes = make([]box, Block)
				}
				for i := range boxes {
					boxes[i] = anyBox(rng, false)
				}
				truth := anyBox(rng, false)
				if !Tame(truth) {
					continue
				}
				own := [4]float32(truth)
				of := func(i int) float32 {
					b := [4]float32(boxes[i])
					return exactIoU(&b, &own, area(&b), area(&own))
				}
				for _, from := range []float32{least, 0.3, of(rng.IntN(len(boxes)))} {
					if from == 0 {
						continue
					}
					mask := Reach(boxes, truth, from)
					for i := range boxes {
						require.Equal(t, of(i) >= from, mask>>i&1 == 1, "box %d of %d, from %v", i, len(boxes), from)
					}
				}
			}
		})
	}
	assert.PanicsWithValue(t, "overlap: Reach: 33 boxes, at most 32 are looked at together", func() { Reach(make([]box, 33), box{}, 1) })
}

func TestWhatOverflowsIsNotTame(t *testing.T) {
	assert.True(t, Tame(box{-1e18, 0, 1e18, 1}))
	assert.False(t, Tame(box{0, 0, 2e18, 1}))
	assert.False(t, Tame(box{0, inf - inf, 1, 1}))
}
