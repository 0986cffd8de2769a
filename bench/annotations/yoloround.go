package annotations

import (
	"math"
	"strings"
)

// A share of the image's size that is written with few decimals is off by up to
// half of its last: 6 decimals make 15.9998 of 16 pixels. So that a set is the
// same in every format, an edge is put on the whole pixel that lies within
// that error, else on the coarsest of tenths, hundredths and so on that does. No edge
// moves by more than the error, so that what was annotated between
// pixels stays there as far as the file tells.

// leastDecimals is how many decimals must be written for them to be taken as
// the end of a rounded number; 0.5 is as likely to be just that.
const leastDecimals = 4

// decimals returns the most decimals that the words of a label have: rounded
// numbers lose their last zeros in some tools.
func decimals(words []string) int {
	most := 0
	for _, word := range words {
		if strings.ContainsAny(word, "eE") {
			return 17
		}
		if _, after, has := strings.Cut(word, "."); has {
			most = max(most, len(after))
		}
	}
	return most
}

// restored returns a box, x, y, width and height in pixels, whose edges are
// put where they were before shares were rounded to digits decimals; spread
// is how many halves of the last decimal an edge may be off by.
func restored(b [4]float64, width, height, digits int, spread float64) [4]float64 {
	if digits < leastDecimals {
		return exactBox(b)
	}
	unit := 0.5 * math.Pow10(-digits) * spread
	out := b
	for axis, side := range [2]int{width, height} {
		within := unit*float64(side) + 1e-9
		low, high := b[axis], b[axis]+b[axis+2]
		low, high = onGrid(low, within), onGrid(high, within)
		if high > low {
			out[axis], out[axis+2] = low, high-low
		}
	}
	return exactBox(out)
}

// exactBox returns a box without the noise of arithmetic, 64 for
// 64.00000000000006.
func exactBox(b [4]float64) [4]float64 {
	for i, v := range b {
		b[i] = exact(v)
	}
	return b
}

// exact returns v to 9 decimals, unless little of it would be left.
func exact(v float64) float64 {
	if math.Abs(v) < 1e-6 || math.Abs(v) > 1e6 {
		return v
	}
	return math.Round(v*1e9) / 1e9
}

// onGrid returns the value of the coarsest grid that lies within an error of v.
func onGrid(v, within float64) float64 {
	for per := 1.0; per <= 1e8; per *= 10 {
		if r := math.Round(v*per) / per; math.Abs(r-v) <= within {
			return r
		}
	}
	return v
}
