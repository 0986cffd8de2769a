package simd

import (
	"fmt"
	"testing"
)

// The sizes are of a convolution's output: 2304 positions of 9 to 64 channels.
func BenchmarkOperations(b *testing.B) {
	step := NewAdamStep(1, 0.01, 0.9, 0.999, 1e-8)
	for _, columns := range []int{9, 16, 64} {
		n := 2304 * columns
		x, y, z, w := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		bias := make([]float32, columns)
		for _, o := range []struct {
			name string
			run  func()
		}{
			{"Add", func() { Add(x, y) }},
			{"ReLUBackward", func() { ReLUBackward(x, y) }},
			{"AddBias", func() { AddBias(x, bias) }},
			{"ReLUBias", func() { ReLUBias(x, bias) }},
			{"AddColSums", func() { AddColSums(bias, x) }},
			{"RaiseToColumns", func() { RaiseToColumns(bias, x, columns) }},
			{"Adam", func() { Adam(x, y, z, w, step) }},
		} {
			for _, twin := range []string{"vectors", "portable"} {
				b.Run(fmt.Sprintf("%s/2304x%d/%s", o.name, columns, twin), func(b *testing.B) {
					defer func(old bool) { useAVX = old }(useAVX)
					useAVX = useAVX && twin == "vectors"
					b.ReportAllocs()
					for b.Loop() {
						o.run()
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
				})
			}
		}
	}
}
