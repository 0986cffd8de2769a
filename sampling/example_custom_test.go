package sampling_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"detsample/anchors"
	"detsample/sampling"
)

// NearMiss keeps the negatives that overlap an object, so many for each positive.
type NearMiss struct {
	Overlap float64 `range:"[0,1]" doc:"least IoU of a negative with an object"`
	Ratio   int     `range:"[1,)" doc:"most negatives for each positive"`
}

func (NearMiss) Needs() sampling.Need { return sampling.NeedIoU }

func (s NearMiss) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	near := slices.DeleteFunc(neg, func(i int32) bool { return float64(c.IoU[i]) < s.Overlap })
	dst.Keep(pos, sampling.Draw(near, s.Ratio*max(1, len(pos)), rng))
}

func init() {
	sampling.Register("near_miss", "positives and the negatives that nearly were", "this example",
		func() sampling.Sampler { return NearMiss{Overlap: 0.1, Ratio: 3} })
}

// A sampler of one's own: three methods' worth of code, and a name by which
// configurations call it.
func ExampleRegister() {
	const bg = anchors.Negative
	candidates := sampling.Candidates{GT: []int32{bg, 0, bg, bg}, IoU: []float32{0.3, 0.8, 0.05, 0.2}}
	var sample sampling.Sample
	NearMiss{Overlap: 0.1, Ratio: 3}.Sample(&sample, &candidates, nil)
	fmt.Println(sample.Index, sample.Weight, sample.Positives)
	// Output:
	// [0 1 3] [1 1 1] 1
}
