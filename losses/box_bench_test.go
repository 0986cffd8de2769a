package losses

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkBoxLosses(b *testing.B) {
	const n = 1500 // 1000 of which are positives
	for _, e := range boxLosses.All() {
		b.Run(e.Name, func(b *testing.B) {
			l := e.New()
			in := boxBatch(rand.New(rand.NewPCG(1, 2)), 4, n)
			grad := make([]float32, len(in.Deltas))
			b.ReportAllocs()
			for b.Loop() {
				EvalBox(l, grad, in)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in.Rows)), "ns/row")
		})
	}
}
