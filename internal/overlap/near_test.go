package overlap

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNearIsWhatTheFormulaSays(t *testing.T) {
	onEach(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(13, 14))
		for range 3000 {
			boxes := someBoxes(rng, Block, true)
			if rng.IntN(2) == 0 {
				boxes = append(boxes, make([]box, Block-len(boxes))...)
			}
			weight := [4]float32{rng.Float32(), 1, rng.Float32(), float32(rng.IntN(2))}
			truth, iou := anyBox(rng, false), float32(0)
			if rng.IntN(8) == 0 { // without area
				truth[2] = truth[0]
			}
			if rng.IntN(2) == 0 {
				iou = 3 * rng.Float32()
				for i := range boxes {
					if !Tame(boxes[i]) {
						boxes[i] = box{1, 2, 3, 4}
					}
				}
			}
			of := func(b box) float32 {
				x, g := [4]float32(b), [4]float32(truth)
				shape, other := Shape(b), Shape(truth)
				sum := float32(weight[0] * abs(shape[0]-other[0]))
				for k := 1; k < 4; k++ {
					sum += float32(weight[k] * abs(shape[k]-other[k]))
				}
				if iou > 0 {
					sum -= float32(iou * exactIoU(&x, &g, area(&x), area(&g)))
				}
				return sum
			}
			n := NearnessTo(truth, weight, iou)
			for _, limit := range []float32{of(boxes[rng.IntN(len(boxes))]), 20 * rng.Float32(), -rng.Float32()} {
				mask := Near(boxes, &n, limit)
				for i, b := range boxes {
					if of(b) <= limit != (mask>>i&1 == 1) {
						t.Fatalf("box %v, limit %v, %v", b, limit, n)
					}
				}
			}
		}
	})
	assert.PanicsWithValue(t, "overlap: Near: 33 boxes, at most 32 are looked at together", func() { Near(make([]box, 33), &Nearness{}, 1) })
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }
