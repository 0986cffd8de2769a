package bench

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/dataset"
)

// sizes says how large a folder's objects are as trained on, and how far images were
// shrunk or enlarged; and what to do about it, where most of them vanish.
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
	scale, enlarged, longest := 1.0, 1.0, 0.0
	for i := range set.Train {
		m := &set.Train[i]
		if s := float64(m.Scale); s > 0 {
			scale, enlarged = min(scale, s), max(enlarged, s)
			w, h := m.Size()
			longest = max(longest, float64(max(w, h))/s)
		}
	}
	p := annotations.Problem{
		Message: fmt.Sprintf("objects are %.0f px at the median as trained on, %.0f%% below %d px", train.Quantile(0.5), share, dataset.TinySide),
		Notice:  true,
	}
	var scaled []string
	if scale < 1 {
		scaled = append(scaled, fmt.Sprintf("shrunk to %.0f%%", 100*scale))
	}
	if enlarged > 1 {
		scaled = append(scaled, fmt.Sprintf("enlarged to %.0f%%", 100*enlarged))
	}
	if len(scaled) > 0 {
		p.Message += ", since images were " + strings.Join(scaled, " and ")
	}
	if share >= 50 {
		p.Notice = false
		p.Message += ": most of them vanish on a feature map"
		wanted := math.Ceil(float64(longest*scale)*dataset.TinySide/math.Max(1, float64(train.Quantile(0.25)))/32) * 32
		switch {
		case scale == 1 && enlarged == 1 && wanted <= DearestSize:
			p.Message += fmt.Sprintf("; --size %.0f enlarges images (%.0f) until most of them do not", wanted, longest)
		case scale < 1:
			p.Message += fmt.Sprintf("; --size %.0f keeps most of them, --size original (%.0f) all as they are", math.Min(wanted, longest), longest)
		}
	}
	return []annotations.Problem{p}
}
