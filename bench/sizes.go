package bench

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/config"
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
	shrunk, larger, longest := scaling{low: 1, high: 0}, scaling{low: math.Inf(1), high: 1}, 0.0
	for i := range set.Train {
		m := &set.Train[i]
		if s := float64(m.Scale); s > 0 {
			shrunk.note(s, s < 1)
			larger.note(s, s > 1)
			w, h := m.Size()
			longest = max(longest, float64(max(w, h))/s)
		}
	}
	p := annotations.Problem{
		Message: fmt.Sprintf("objects are %.0f px at the median as trained on, %.0f%% below %d px", train.Quantile(0.5), share, dataset.TinySide),
		Notice:  true,
	}
	p.Message += rescaled(shrunk, larger, len(set.Train))
	scale, enlarged := shrunk.low, larger.high
	if share >= 50 {
		p.Notice = false
		p.Message += ": most of them vanish on a feature map"
		wanted := math.Ceil(float64(longest*scale)*dataset.TinySide/math.Max(1, float64(train.Quantile(0.25)))/32) * 32
		switch {
		case scale == 1 && enlarged == 1 && wanted <= config.DearestSize:
			p.Message += fmt.Sprintf("; --size %.0f enlarges images (%.0f) until most of them do not", wanted, longest)
		case scale < 1:
			p.Message += fmt.Sprintf("; --size %.0f keeps most of them, --size original (%.0f) all as they are", math.Min(wanted, longest), longest)
		}
	}
	return []annotations.Problem{p}
}

// scaling is how many images were shrunk, or enlarged, and to what.
type scaling struct {
	images    int
	low, high float64
}

func (c *scaling) note(scale float64, is bool) {
	if is {
		c.images, c.low, c.high = c.images+1, min(c.low, scale), max(c.high, scale)
	}
}

// to writes what images were scaled to, such as 20% or from 6% to 60%.
func (c *scaling) to(how string) string {
	low, high := fmt.Sprintf("%.0f%%", 100*c.low), fmt.Sprintf("%.0f%%", 100*c.high)
	if low == high {
		return how + " to " + low
	}
	return fmt.Sprintf("%s to between %s and %s", how, low, high)
}

// rescaled says how many of the images were shrunk and enlarged, nothing where none was.
func rescaled(shrunk, larger scaling, images int) string {
	var parts []string
	for _, c := range []struct {
		scaling
		how string
	}{{shrunk, "shrunk"}, {larger, "enlarged"}} {
		switch {
		case c.images == images:
			return ", since images were " + c.to(c.how)
		case c.images > 0:
			verb := ""
			if len(parts) == 0 {
				verb = map[bool]string{true: "was ", false: "were "}[c.images == 1]
			}
			parts = append(parts, fmt.Sprintf("%d %s%s", c.images, verb, c.to(c.how)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf(", since of %d images %s", images, strings.Join(parts, " and "))
}
