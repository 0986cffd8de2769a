package anchors

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkMaxIoU assigns boxes of which nothing is known, in the order in
// which a pyramid has them and shuffled, where neighbours in the list are far
// from each other.
func BenchmarkMaxIoU(b *testing.B) {
	m := NewMaxIoU(0.5, 0.4)
	for _, size := range []struct{ side, truths int }{
		{50, 10}, {100, 10}, {100, 100}, {350, 10}, {1100, 1}, {1100, 20}, {1100, 100}, {1100, 1000}, {1100, 10_000}, {3600, 100}, {3600, 1000},
	} {
		p, truth := retinaPyramid(), spread(size.truths)
		c := Candidates{Box: p.Append(nil, size.side, size.side)}
		for i := range truth.Box { // which spread lays out over 640 x 480
			truth.Box[i] = truth.Box[i].Scale(float32(size.side)/640, float32(size.side)/480)
		}
		pairs := len(c.Box) * len(truth.Box)
		for _, order := range []string{"rows", "shuffled"} {
			if order == "shuffled" {
				rng := rand.New(rand.NewPCG(7, 8))
				rng.Shuffle(len(c.Box), func(i, j int) { c.Box[i], c.Box[j] = c.Box[j], c.Box[i] })
				if pairs > 1e9 {
					continue
				}
			}
			b.Run(fmt.Sprintf("candidates=%d/truths=%d/%s", len(c.Box), len(truth.Box), order), func(b *testing.B) {
				var a Assignment
				b.ReportAllocs()
				for b.Loop() {
					m.Assign(&a, &c, &truth)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(pairs), "ns/pair")
			})
		}
	}
}

func BenchmarkMaxIoUOverAPyramid(b *testing.B) {
	p := retinaPyramid()
	c := Candidates{Box: p.Append(nil, 1333, 800), Grid: p.Grids(1333, 800)}
	m := NewMaxIoU(0.5, 0.4)
	for _, n := range []int{7, 20, 100} {
		truth := spread(n)
		b.Run(fmt.Sprintf("boxes/%d", n), func(b *testing.B) {
			var a Assignment
			b.ReportAllocs()
			for b.Loop() {
				m.Assign(&a, &c, &truth)
			}
		})
		b.Run(fmt.Sprintf("pyramid/%d", n), func(b *testing.B) {
			var a Assignment
			known := c
			known.Pyramid = &p
			b.ReportAllocs()
			for b.Loop() {
				m.Assign(&a, &known, &truth)
			}
		})
		b.Run(fmt.Sprintf("sparse/%d", n), func(b *testing.B) {
			var s Sparse
			b.ReportAllocs()
			for b.Loop() {
				m.AssignSparse(&s, &p, 1333, 800, &truth)
			}
		})
	}
}
