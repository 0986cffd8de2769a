package sampling

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"detsample/anchors"
)

// What a dense head's 200 000 anchors cost, with few positives and many, and
// with hardness in an order that does a selection no favours.
func BenchmarkDense(b *testing.B) {
	const n = 200_000
	samplers := []struct {
		name string
		Sampler
	}{
		{"random 256", NewRandom(256, 0.5)},
		{"hard_negative 3:1", HardNegative{Ratio: 3}},
		{"ohem 512", OHEM{Num: 512}},
		{"ohem 512 nms 0.7", OHEM{Num: 512, NMSIoU: 0.7}},
	}
	for _, positives := range []int{20, 100, 2000, n / 2} {
		rng := rand.New(rand.NewPCG(13, 14))
		c := &Candidates{GT: make([]int32, n), Hardness: make([]float32, n), Box: make([]anchors.Box, n)}
		for i := range n {
			c.GT[i], c.Hardness[i], c.Box[i] = anchors.Negative, float32(rng.ExpFloat64()), box(rng)
		}
		for range positives {
			c.GT[rng.IntN(n)] = 0
		}
		for _, order := range []string{"random", "ascending"} {
			if order == "ascending" {
				slices.Sort(c.Hardness)
			}
			for _, s := range samplers {
				b.Run(fmt.Sprintf("%s/positives=%d/%s", s.name, positives, order), func(b *testing.B) {
					var dst Sample
					var source Source
					step := uint64(0)
					b.ReportAllocs()
					for b.Loop() {
						step++
						s.Sample(&dst, c, source.At(Key{Step: step}))
					}
				})
			}
		}
	}
}
