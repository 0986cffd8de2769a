package anchors

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// around returns boxes of which many overlap a ground truth about as much.
func around(rng *rand.Rand, truth Box, n int) []Box {
	boxes := make([]Box, n)
	for i := range boxes {
		spread := truth.Width() * 0.3 * rng.Float32()
		for k, v := range truth {
			boxes[i][k] = v + spread*(2*rng.Float32()-1)
		}
	}
	return boxes
}

// What is passed over for its IoU is what would not be kept.
func TestTheBestAlignedAreThoseOfAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(61, 62))
	for range 60 {
		truth := Box{100, 100, 180, 160}
		c := Candidates{Classes: 1, Decoded: around(rng, truth, 700+rng.IntN(200))}
		for range c.Decoded {
			c.Box, c.Score = append(c.Box, truth), append(c.Score, 1-0.001*rng.Float32())
		}
		a := TaskAligned{TopK: 1 + rng.IntN(20), Alpha: 1, Beta: []float64{0.5, 1, 6}[rng.IntN(3)], IgnoreIoF: 0.5}
		in := Truth{Box: []Box{truth}}
		var best []ranked
		for i := range c.Box {
			best = keepSmallest(best, a.TopK, ranked{-a.alignment(&c, &in, i, 0), int32(i)})
		}
		var dst Assignment
		a.Assign(&dst, &c, &in)
		for i, g := range dst.GT {
			want := slices.ContainsFunc(best, func(r ranked) bool { return int(r.index) == i })
			require.Equal(t, want, g == 0, "candidate %d, %+v", i, a)
		}
	}
}

func TestTheNumberOfPositivesIsTheSumOfTheBestIoUs(t *testing.T) {
	rng := rand.New(rand.NewPCG(63, 64))
	for range 60 {
		truth := Box{100, 100, 180, 160}
		boxes := around(rng, truth, 500+rng.IntN(200))
		k := 2 + rng.IntN(30)
		var all []ranked
		for i, b := range boxes {
			all = keepSmallest(all, k, ranked{-float64(IoU(b, truth)), int32(i)})
		}
		var m matching
		m.decoded = boxes
		m.rivals.reset(boxes)
		require.Equal(t, dynamicK(all), m.positives(truth, k))
		require.Equal(t, all, m.overlaps)
	}
}
