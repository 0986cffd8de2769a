package anchors

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// BenchmarkMaxIoU assigns boxes of which nothing is known: some of a pyramid's
// anchors, in their order and shuffled, where neighbours in the list are far
// from each other in the image.
func BenchmarkMaxIoU(b *testing.B) {
	for _, truths := range []int{1, 10, 100, 1000, 10_000} {
		for _, candidates := range []int{128, 2000, 20_000, 200_000, 2_000_000} {
			benchmarkMaxIoU(b, candidates, truths)
		}
	}
}

func benchmarkMaxIoU(b *testing.B, candidates, truths int) {
	if candidates*truths > 2e9 {
		return
	}
	const side = 3300
	p, truth, rng := retinaPyramid(), spread(truths), rand.New(rand.NewPCG(7, 8))
	for i, box := range truth.Box { // which spread lays out over 640 x 480
		truth.Box[i] = box.Scale(side/640., side/480.)
	}
	all := p.Append(nil, side, side)
	keep := float64(candidates) / float64(len(all))
	all = slices.DeleteFunc(all, func(Box) bool { return rng.Float64() >= keep })
	m := NewMaxIoU(0.5, 0.4)
	for _, order := range []string{"rows", "shuffled"} {
		if order == "shuffled" {
			rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		}
		b.Run(fmt.Sprintf("candidates=%d/truths=%d/%s", candidates, truths, order), func(b *testing.B) {
			var a Assignment
			b.ReportAllocs()
			for b.Loop() {
				m.Assign(&a, &Candidates{Box: all}, &truth)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)*truths), "ns/pair")
		})
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
