package anchorfit

import (
	"math"
	"slices"

	"detsample/anchors"
)

// apart is the least quotient of two sizes, or two ratios, of a new pyramid:
// nearer ones cover the same objects.
const apart = 1.03

// distinct returns p with every size, of each level, and every ratio at least a
// factor from those before it: larger ones take the place of those that are
// nearer. At a factor of 1 only equal ones are.
func distinct(p anchors.Pyramid, factor float32) anchors.Pyramid {
	p = clone(p)
	for _, level := range p.Levels {
		separate(level.Sizes, factor, smallest(level.Stride))
	}
	separate(p.Ratios, factor, 0)
	return p
}

// separate moves values that are too near to one before them, to least or more.
// If it moves any, they are sorted.
func separate(values []float32, factor, least float32) {
	moved := false
	for i := range values {
		for !free(values[:i], values[i], factor) {
			values[i] = max(least, round3(values[i]*1.05))
			moved = true
		}
	}
	if moved {
		slices.Sort(values)
	}
}

// free reports whether v is a factor from every value.
func free(values []float32, v, factor float32) bool {
	return !slices.ContainsFunc(values, func(w float32) bool { return v == w || max(v, w) < factor*min(v, w) })
}

// round3 rounds to three digits, so that what is measured is what is printed.
func round3(v float32) float32 {
	unit := math.Pow(10, math.Floor(math.Log10(float64(v)))-2)
	return float32(math.Round(float64(v)/unit) * unit)
}
