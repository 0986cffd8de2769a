package anchors

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// overlapOf is the IoU of two boxes in float64, by the lengths that they share.
func overlapOf(a, b Box) float64 {
	shared := 1.0
	for k := range 2 {
		shared *= max(0, min(float64(a[k+2]), float64(b[k+2]))-max(float64(a[k]), float64(b[k])))
	}
	area := func(b Box) float64 { return float64(b[2]-b[0]) * float64(b[3]-b[1]) }
	return shared / (area(a) + area(b) - shared)
}

// Whatever an assigner assigns by, it reports a candidate's IoU with the ground
// truth that it overlaps best, which samplers and replays read; where predictions
// decide, that of the predicted box, and of a positive with its own.
func TestEveryAssignerReportsTheBestIoU(t *testing.T) {
	for _, e := range registered.All() {
		t.Run(e.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				c, truth := predictedScene(rand.New(rand.NewPCG(seed, 4)))
				c.Width, c.Height = 48, 40
				var dst Assignment
				dst.IoU = []float32{9, 9, 9} // of a batch before
				assigner := e.New()
				assigner.Assign(&dst, &c, &truth)
				boxes := c.Box
				predicted := assigner.Needs()&NeedPredictions != 0 && e.Name != "uniform"
				if predicted {
					boxes = c.Decoded
				}
				for i, box := range boxes {
					best := 0.0
					for g, b := range truth.Box {
						if dst.GT[i] < 0 || !predicted || int(dst.GT[i]) == g {
							best = max(best, overlapOf(box, b))
						}
					}
					assert.InDelta(t, best, dst.IoU[i], 1e-6, "seed %d, candidate %d", seed, i)
				}
			}
		})
	}
}

// A hull that left out a candidate would hide it from a ground truth.
func TestHullsEncloseTheirCandidates(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var m matching
	for range 2 { // the second time over what the first left
		m.points = nil
		for range 3*hullSize + 5 {
			x, y := rng.Float32()*100, 500+rng.Float32()*100
			m.points = append(m.points, point{x, y, float32(int(4) << rng.IntN(3))})
		}
		m.enclose()
		assert.Len(t, m.hulls, 4)
		for h, hull := range m.hulls {
			points, stride := Box{1e9, 1e9, -1e9, -1e9}, float32(0)
			for _, p := range m.points[h*hullSize : min((h+1)*hullSize, len(m.points))] {
				for side, v := range [4]float32{p.x, p.y, p.x, p.y} {
					if side < 2 {
						points[side] = min(points[side], v)
					} else {
						points[side] = max(points[side], v)
					}
				}
				stride = max(stride, p.stride)
			}
			assert.Equal(t, points, hull.points)
			assert.Equal(t, stride, hull.stride)
		}
	}
}
