package anchorfit

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// shape is a box's width and height.
type shape struct{ w, h float32 }

// side returns sqrt(w*h).
func (s shape) side() float64 { return math.Sqrt(float64(s.w) * float64(s.h)) }

// overlap returns the IoU of two boxes of one centre.
func (s shape) overlap(t shape) float32 {
	inter := min(s.w, t.w) * min(s.h, t.h)
	return inter / (s.w*s.h + t.w*t.h - inter)
}

// cluster groups shapes by k-means with the distance 1-IoU, from k-means++
// seeds (Arthur and Vassilvitskii 2007, with the distance in place of its
// square, as 1-IoU behaves like one) that a seed fixes, as YOLOv2 (Redmon and
// Farhadi 2017) chooses anchors. A centre is the pair of exact medians of its
// members' widths and heights. It returns at most k distinct centres, fewer if
// there are fewer shapes.
//
// Iteration ends when the sum of distances no longer falls, or after the limit
// of steps, and the best centres seen are returned.
func cluster(ctx context.Context, shapes []shape, k int, seed uint64) ([]shape, error) {
	centres := seeds(shapes, k, rand.New(rand.NewPCG(seed, seed)))
	member := make([]int32, len(shapes))
	best, least := centres, math.Inf(1)
	for range maxSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sum := assign(member, shapes, centres)
		if sum >= least*(1-1e-4) {
			if sum < least {
				best = centres
			}
			break
		}
		best, least = centres, sum
		centres = medians(member, shapes, centres)
	}
	return best, nil
}

const maxSteps = 40

// seeds draws the first centres, each with a probability proportional to its
// distance from those drawn before.
func seeds(shapes []shape, k int, rng *rand.Rand) []shape {
	centres := []shape{shapes[rng.IntN(len(shapes))]}
	distance := make([]float64, len(shapes))
	for i := range distance {
		distance[i] = math.Inf(1)
	}
	for len(centres) < k {
		sum := 0.0
		for i, s := range shapes {
			distance[i] = min(distance[i], max(0, float64(1-s.overlap(centres[len(centres)-1]))))
			sum += distance[i]
		}
		if sum == 0 {
			break
		}
		at, left := -1, rng.Float64()*sum
		for i, d := range distance {
			if d == 0 {
				continue
			}
			at = i
			if left -= d; left < 0 {
				break
			}
		}
		centres = append(centres, shapes[at])
	}
	return centres
}

// assign finds the nearest centre of every shape, the first among equals, and
// returns the sum of distances.
func assign(member []int32, shapes, centres []shape) (sum float64) {
	for i, s := range shapes {
		at, most := 0, float32(-1)
		for c, centre := range centres {
			if v := s.overlap(centre); v > most {
				at, most = c, v
			}
		}
		member[i] = int32(at)
		sum += float64(1 - most)
	}
	return sum
}

// medians returns the medians of each cluster; an empty one keeps its centre.
func medians(member []int32, shapes, centres []shape) []shape {
	widths, heights := make([][]float32, len(centres)), make([][]float32, len(centres))
	for i, s := range shapes {
		c := member[i]
		widths[c], heights[c] = append(widths[c], s.w), append(heights[c], s.h)
	}
	out := slices.Clone(centres)
	for c := range centres {
		if n := len(widths[c]); n > 0 {
			slices.Sort(widths[c])
			slices.Sort(heights[c])
			out[c] = shape{widths[c][(n-1)/2], heights[c][(n-1)/2]}
		}
	}
	return out
}
