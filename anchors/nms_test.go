package anchors

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// naiveNMS repeatedly takes the first detection of the highest score that is
// left and removes what overlaps it.
func naiveNMS(d []Detection, iou float32, keep int) []Detection {
	left := slices.Clone(d)
	kept := []Detection{}
	for len(left) > 0 && len(kept) < keep {
		best := 0
		for i := range left {
			if left[i].Score > left[best].Score {
				best = i
			}
		}
		top := left[best]
		kept = append(kept, top)
		left = slices.Delete(left, best, best+1)
		left = slices.DeleteFunc(left, func(o Detection) bool { return o.Class == top.Class && IoU(o.Box, top.Box) > iou })
	}
	return kept
}

func anyDetections(t *rapid.T) []Detection {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Detection {
		return Detection{
			Box:   quarterBox(4).Draw(t, "box"),
			Class: rapid.Int32Range(0, 1).Draw(t, "class"),
			Score: float32(rapid.IntRange(0, 6).Draw(t, "score")) / 6,
		}
	}), 0, 30).Draw(t, "detections")
}

func TestNMSIsTheGreedyRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDetections(t)
		iou := rapid.SampledFrom([]float32{0, 0.25, 0.5, 0.7, 1}).Draw(t, "iou")
		keep := rapid.IntRange(0, 30).Draw(t, "keep")
		want := naiveNMS(d, iou, keep)
		assert.Equal(t, want, NMS(slices.Clone(d), iou, keep))
		assert.Equal(t, want, NMS(slices.Clone(want), iou, keep), "suppressing twice changes nothing")
	})
}

// The index must not lose a pair at any scale, offset or threshold.
func TestNMSOfManyIsTheGreedyRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var s Suppressor
	for range 60 {
		scale, offset := float32(math.Exp2(float64(rng.IntN(20)-8))), 1e4*(rng.Float32()-0.5)
		d := make([]Detection, 1+rng.IntN(300))
		for i := range d {
			x, y := offset+scale*rng.Float32(), offset+scale*rng.Float32()
			w, h := scale*rng.Float32()*rng.Float32(), scale*rng.Float32()*rng.Float32()
			d[i] = Detection{Box: Box{x, y, x + w, y + h}, Class: rng.Int32N(2), Score: rng.Float32()}
		}
		iou := []float32{0, 0.01, 0.3, 0.5, 0.7, 0.9, 1}[rng.IntN(7)]
		assert.Equal(t, naiveNMS(d, iou, len(d)), s.NMS(slices.Clone(d), iou, len(d)))
	}
}

func TestNMSKeepsTheFirstOfEqualScores(t *testing.T) {
	a, b := Detection{Box: Box{0, 0, 10, 10}, Score: 0.5}, Detection{Box: Box{0, 0, 10, 9}, Score: 0.5}
	assert.Equal(t, []Detection{a}, NMS([]Detection{a, b}, 0.5, 10))
	assert.Equal(t, []Detection{b}, NMS([]Detection{b, a}, 0.5, 10))
}

func TestNMSSparesAnOverlapOfExactlyTheThreshold(t *testing.T) {
	d := []Detection{{Box: Box{0, 0, 4, 4}, Score: 1}, {Box: Box{0, 0, 4, 2}, Score: 0.5}}
	assert.Len(t, NMS(slices.Clone(d), 0.5, 10), 2)
	assert.Len(t, NMS(slices.Clone(d), 0.49, 10), 1)
}

func detections(n int) []Detection {
	rng := rand.New(rand.NewPCG(3, 4))
	d := make([]Detection, n)
	for i := range d {
		x, y := 300*rng.Float32(), 300*rng.Float32()
		d[i] = Detection{Box: Box{x, y, x + 60, y + 40}, Class: rng.Int32N(3), Score: rng.Float32()}
	}
	return d
}

func TestNMSStaysOffTheHeap(t *testing.T) {
	d := detections(3000)
	work := slices.Clone(d)
	var s Suppressor
	assert.Zero(t, testing.AllocsPerRun(5, func() {
		copy(work, d)
		s.NMS(work, 0.5, 100)
	}))
}
