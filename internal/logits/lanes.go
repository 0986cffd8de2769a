package logits

import (
	"fmt"
	"math"
)

// The least and the most columns of [SoftmaxLanes].
const LeastLanes, mostLanes = 2, 64

// SoftmaxLanes is [SoftmaxRows] for rows of few columns, which go to the kernel
// sixteen at a time, one a lane, so that what a row has once is done for sixteen
// at once: of the listed rows of x it finds rest, the sum of the exponentials
// without the true column, and margin, the true column's logit less the largest.
// margin is NaN where the largest is too large for an exponential, or not a
// number; the other results are nothing then.
//
// exps receives the exponentials of sixteen rows after those of sixteen others,
// of each a column after the other, and 0 for the true column. All lists have the
// same length, a multiple of 16. SoftmaxLanes panics if they have not, if a row
// lies outside x, if exps has no room, or if there are too many columns or too few.
func SoftmaxLanes(margin, rest, exps, x []float32, columns int, row, truth []int32, next []float32) {
	lists("SoftmaxLanes", len(row), margin, rest)
	checkLanes("SoftmaxLanes", exps, columns, len(truth), len(row))
	checkPlaces("SoftmaxLanes", x, columns, row)
	if len(row) > 0 && !softmaxLanesVector(margin, rest, exps, x, columns, row, truth, next) {
		softmaxLanes(margin, rest, exps, x, columns, row, truth)
	}
}

// lane is where the exponentials of row i begin, whose columns are 16 apart.
func lane(exps []float32, columns, i int) []float32 { return exps[i/16*16*columns+i%16:] }

// softmaxLanes is SoftmaxLanes in Go.
func softmaxLanes(margin, rest, exps, x []float32, columns int, row, truth []int32) {
	for i, r := range row {
		from, to := x[int(r)*columns:][:columns], lane(exps, columns, i)
		top := float32(math.Inf(-1))
		for _, v := range from {
			if !(top > v) {
				top = v
			}
		}
		sum, own := float32(0), from[truth[i]]-top
		if !(top < reducible && top > -reducible) {
			own = float32(math.NaN())
		}
		for k, v := range from {
			to[16*k] = 0
			if int32(k) != truth[i] {
				to[16*k] = exponential(v, top)
				sum += to[16*k]
			}
		}
		margin[i], rest[i] = own, sum
	}
}

// ScaleLanes writes factor e of the exponentials e of the listed rows, as
// [SoftmaxLanes] has left them, to their rows of grad, and own to their true
// columns. It panics as SoftmaxLanes does.
func ScaleLanes(grad, exps []float32, columns int, row, truth []int32, factor, own []float32) {
	lists("ScaleLanes", len(row), factor, own)
	checkLanes("ScaleLanes", exps, columns, len(truth), len(row))
	checkPlaces("ScaleLanes", grad, columns, row)
	if len(row) > 0 && !scaleLanesVector(grad, exps, columns, row, truth, factor, own) {
		scaleLanes(grad, exps, columns, row, truth, factor, own)
	}
}

// scaleLanes is ScaleLanes in Go.
func scaleLanes(grad, exps []float32, columns int, row, truth []int32, factor, own []float32) {
	for i, r := range row {
		to, from := grad[int(r)*columns:][:columns], lane(exps, columns, i)
		for k := range to {
			to[k] = from[16*k] * factor[i]
		}
		to[truth[i]] = own[i]
	}
}

// SquareLanes leaves in square the sums of the squares of what [ScaleLanes] would
// write. It panics as ScaleLanes does.
func SquareLanes(square, exps []float32, columns int, factor, own []float32) {
	lists("SquareLanes", len(square), factor, own)
	checkLanes("SquareLanes", exps, columns, len(square), len(square))
	if len(square) > 0 && !squareLanesVector(square, exps, columns, factor, own) {
		squareLanes(square, exps, columns, factor, own)
	}
}

// squareLanes is SquareLanes in Go.
func squareLanes(square, exps []float32, columns int, factor, own []float32) {
	for i, o := range own {
		from, sum := lane(exps, columns, i), float32(o*o)
		for k := range columns {
			g := float32(from[16*k] * factor[i])
			sum += float32(g * g)
		}
		square[i] = sum
	}
}

func checkLanes(method string, exps []float32, columns, truths, n int) {
	if columns < LeastLanes || columns > mostLanes || truths != n || len(exps) < n*columns {
		panic(fmt.Sprintf("logits: %s: %d true columns of %d rows of %d columns, room for %d exponentials", method, truths, n, columns, len(exps)))
	}
}

// checkPlaces panics if a row lies outside x.
func checkPlaces(method string, x []float32, columns int, row []int32) {
	var a, b, c, d uint32 // the largest; one below 0 is beyond all others
	for i := 0; i+4 <= len(row); i += 4 {
		four := (*[4]int32)(row[i:])
		a, b, c, d = max(a, uint32(four[0])), max(b, uint32(four[1])), max(c, uint32(four[2])), max(d, uint32(four[3]))
	}
	if len(row) > 0 {
		checkRow(method, x, x, columns, columns, int32(max(a, b, c, d)))
	}
}

// ExclusiveEach evaluates the focal loss of rows of exclusive columns given the
// exponential of their true column, the sum of the others', and -log p. With q =
// rest/(hit+rest) and the row's weight w,
//
//	loss = w q^gamma nll
//	factor = w q^gamma (1 + gamma p nll / q) / (hit+rest),  own = -factor rest
//
// are its loss, what a column's exponential is to be multiplied by for its
// gradient, and the gradient of the true column; 0 where rest is. All have the
// same length, a multiple of 16, or ExclusiveEach panics.
func ExclusiveEach(factor, own, loss, hit, rest, nll, weight []float32, f Focus) {
	lists("ExclusiveEach", len(factor), own, loss, hit, rest, nll, weight)
	if len(factor) > 0 && !exclusiveEachVector(factor, own, loss, hit, rest, nll, weight, f) {
		exclusiveEach(factor, own, loss, hit, rest, nll, weight, f)
	}
}

// exclusiveEach is ExclusiveEach in Go.
func exclusiveEach(factor, own, loss, hit, rest, nll, weight []float32, f Focus) {
	for i, beyond := range rest {
		w, sum := weight[i], hit[i]+beyond
		if f.halves == 0 {
			factor[i], loss[i] = w/sum, w*nll[i]
		} else {
			share := 1 / sum
			q, p := beyond/sum, float32(share*hit[i])
			focus := power(q, f.halves) * w
			slope := float32(float32(float32(float32(p*nll[i])*f.gamma)/q)*focus) + focus
			factor[i], loss[i] = slope*share, focus*nll[i]
			if beyond == 0 {
				factor[i] = 0
			}
		}
		own[i] = -factor[i] * beyond
	}
}
