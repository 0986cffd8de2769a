package logits

import "fmt"

// Rows of few columns whose gradients are differences, of which float32 would
// leave little, go by the functions below, in float64: GatherLanes,
// ExponentialLanes, LeanLanes, and [ScaleLanes] by 1.

// GatherLanes writes the listed rows of x to the lanes to, of sixteen rows a
// column after the other, and finds the largest logit of each. All lists have the
// same length, a multiple of 16. next, if there is any, is laid out as x, and
// brought near. GatherLanes panics if the lengths are others, if a row lies outside
// x, or if there are too many columns or too few.
func GatherLanes(top, to, x []float32, columns int, row []int32, next []float32) {
	lists("GatherLanes", len(row), top)
	checkLanes("GatherLanes", to, columns, len(row), len(row))
	checkPlaces("GatherLanes", x, columns, row)
	if len(row) > 0 && !gatherLanesVector(top, to, x, columns, row, next) {
		gatherLanes(top, to, x, columns, row)
	}
}

// gatherLanes is GatherLanes in Go.
func gatherLanes(top, to, x []float32, columns int, row []int32) {
	for i, r := range row {
		from, to := x[int(r)*columns:][:columns], lane(to, columns, i)
		top[i] = from[0]
		for k, v := range from {
			to[16*k] = v
			if !(top[i] > v) {
				top[i] = v
			}
		}
	}
}

// ExponentialLanes takes, in float64, the exponentials of rows in lanes less their
// largest logit, as [GatherLanes] has left them. Of each row it finds rest, the sum
// of the exponentials e without the true column, far, the sum of the distances d
// from the largest, and spread, that of e d. If far is not finite, the others mean
// nothing; a distance counts as 700 in an exponential if it is more. To 2e-13 of
// the sums' sizes, the results are exact.
//
// All lists have the same length, a multiple of 16, or ExponentialLanes panics.
func ExponentialLanes(exps, rest, spread, far []float64, x, top []float32, columns int, truth []int32) {
	n := len(truth)
	lists("ExponentialLanes", n, top)
	doubles("ExponentialLanes", n, rest, spread, far)
	checkLanes("ExponentialLanes", x, columns, n, n)
	checkDoubles("ExponentialLanes", exps, columns, n)
	if n > 0 && !exponentialLanesVector(exps, rest, spread, far, x, top, columns, truth) {
		exponentialLanes(exps, rest, spread, far, x, top, columns, truth)
	}
}

// exponentialLanes is ExponentialLanes in Go.
func exponentialLanes(exps, rest, spread, far []float64, x, top []float32, columns int, truth []int32) {
	for i, t := range truth {
		at := i/16*16*columns + i%16
		var others, spreads, fars float64
		for k := range columns {
			distance := float64(top[i]) - float64(x[at+16*k])
			e := exp64(-min(distance, 700))
			exps[at+16*k] = e
			fars += distance
			spreads += e * distance
			if int32(k) != t {
				others += e
			}
		}
		rest[i], spread[i], far[i] = others, spreads, fars
	}
}

// LeanLanes writes e (factor + slope d) + shift, of the exponentials e and the
// distances d that [ExponentialLanes] speaks of and each row's own numbers, in place
// of the logits x. All lists have the same length, a multiple of 16, or LeanLanes
// panics.
func LeanLanes(x []float32, exps []float64, top []float32, columns int, factor, slope, shift []float64) {
	n := len(top)
	doubles("LeanLanes", n, factor, slope, shift)
	checkLanes("LeanLanes", x, columns, n, n)
	checkDoubles("LeanLanes", exps, columns, n)
	if n > 0 && !leanLanesVector(x, exps, top, columns, factor, slope, shift) {
		leanLanes(x, exps, top, columns, factor, slope, shift)
	}
}

// leanLanes is LeanLanes in Go.
func leanLanes(x []float32, exps []float64, top []float32, columns int, factor, slope, shift []float64) {
	for i, t := range top {
		at := i/16*16*columns + i%16
		for k := at; k < at+16*columns; k += 16 {
			x[k] = float32(exps[k]*(factor[i]+slope[i]*(float64(t)-float64(x[k]))) + shift[i])
		}
	}
}

// doubles panics if lists are not of the same length, a multiple of 16.
func doubles(method string, n int, others ...[]float64) {
	for _, o := range others {
		if n%16 != 0 || len(o) != n {
			panic(fmt.Sprintf("logits: %s: %d rows and a list of %d, expected equal multiples of 16", method, n, len(o)))
		}
	}
}

func checkDoubles(method string, exps []float64, columns, n int) {
	if len(exps) < n*columns {
		panic(fmt.Sprintf("logits: %s: room for %d exponentials of %d rows of %d columns", method, len(exps), n, columns))
	}
}
