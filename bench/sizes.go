package bench

import (
	"fmt"
	"math"

	"detsample/bench/annotations"
	"detsample/bench/dataset"
)

// sizes says how large a folder's objects are as trained on, where images were
// shrunk; and what to do about it, where most of them vanish.
func sizes(set *dataset.Set) []annotations.Problem {
	train := dataset.Describe(set.Train, len(set.Classes))
	if train.Objects == 0 {
		return nil
	}
	below := 0
	for below < len(train.Sides) && train.Sides[below] < dataset.TinySide {
		below++
	}
	share := 100 * float64(below) / float64(len(train.Sides))
	scale, longest := 1.0, 0.0
	for i := range set.Train {
		m := &set.Train[i]
		if s := float64(m.Scale); s > 0 {
			scale = min(scale, s)
			w, h := m.Size()
			longest = max(longest, float64(max(w, h))/s)
		}
	}
	p := annotations.Problem{
		Message: fmt.Sprintf("objects are %.0f px at the median as trained on, %.0f%% below %d px", train.Quantile(0.5), share, dataset.TinySide),
		Notice:  true,
	}
	if scale < 1 {
		p.Message += fmt.Sprintf(", since images were shrunk to %.0f%%", 100*scale)
	}
	if share >= 50 {
		p.Notice = false
		p.Message += ": most of them vanish on a feature map"
		if scale < 1 {
			wanted := math.Ceil(float64(longest*scale)*dataset.TinySide/math.Max(1, float64(train.Quantile(0.25)))/32) * 32
			p.Message += fmt.Sprintf("; --size %.0f keeps most of them, --size original (%.0f) all as they are", math.Min(wanted, longest), longest)
		}
	}
	return []annotations.Problem{p}
}
