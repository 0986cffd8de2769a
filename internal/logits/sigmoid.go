package logits

import (
	"fmt"
	"math"
)

// SigmoidRow is a row of a logit matrix whose columns are independent, for
// [SigmoidRows]. Its layout is known to the assembly.
type SigmoidRow struct {
	Row   int32 // which row of the matrix
	Truth int32 // the column that should be 1, or negative for none
	Hit   float32
	Miss  float32 // the weights of the true column and of all others
	Sum   float32 // of the columns' weighted losses, or of their squared gradients, a result
}

// Focus is the exponent of a focal loss, a multiple of one half. The zero
// value is cross entropy.
type Focus struct {
	gamma  float32
	halves int
}

// maxHalves bounds the exponent: a higher one underflows nearly everywhere.
const maxHalves = 32

// FocusOf returns the exponent gamma, and false if it is not among 0, 0.5, 1,
// and so on to 16.
func FocusOf(gamma float64) (f Focus, ok bool) {
	halves := 2 * gamma
	if !(halves >= 0 && halves <= maxHalves) || halves != math.Trunc(halves) {
		return f, false
	}
	return Focus{float32(gamma), int(halves)}, true
}

// SigmoidRows evaluates the focal loss on the listed rows of x, which has the
// given number of columns. With z = x, or -x in the true column, q =
// sigmoid(z) and w the column's weight, a column's loss and gradient are
//
//	l = w q^gamma log(1+exp(z)),  dl/dz = w q^gamma (gamma (1-q) log(1+exp(z)) + q).
//
// The gradients by x of row r go to grad[r*stride:], so that with stride 0 one
// row of room does where nobody reads them. It panics if a row lies outside x
// or grad.
func SigmoidRows(grad, x []float32, columns, stride int, rows []SigmoidRow, f Focus) {
	for i := range rows {
		checkRow("SigmoidRows", grad, x, columns, stride, rows[i].Row)
	}
	if len(rows) > 0 && columns > 0 && !sigmoidRowsVector(grad, x, columns, stride, rows, f) {
		sigmoidRows(grad, x, columns, stride, rows, f)
	}
}

func checkRow(method string, grad, x []float32, columns, stride int, row int32) {
	r := int(row)
	if r < 0 || (r+1)*columns > len(x) || r*stride+columns > len(grad) {
		panic(fmt.Sprintf("logits: %s: row %d of %d columns in %d logits and %d gradients", method, row, columns, len(x), len(grad)))
	}
}

// sigmoidRows is SigmoidRows in Go.
func sigmoidRows(grad, x []float32, columns, stride int, rows []SigmoidRow, f Focus) {
	for i := range rows {
		r := &rows[i]
		from, to := x[int(r.Row)*columns:][:columns], grad[int(r.Row)*stride:][:columns]
		var sum lanes
		for k, z := range from {
			w, truth := r.Miss, int32(k) == r.Truth
			if truth {
				w, z = r.Hit, -z
			}
			value, slope := sigmoid(z, f)
			slope *= w
			if truth {
				slope = -slope
			}
			sum[k%len(sum)] += float32(value * w)
			to[k] = slope
		}
		r.Sum = sum.total()
	}
}

// SigmoidEach evaluates the focal loss of negatives with logits x: loss and
// grad receive each element's loss and its derivative, times its weight. All
// have the same length, a multiple of 16, or SigmoidEach panics.
func SigmoidEach(grad, loss, x, weight []float32, f Focus) {
	if n := len(x); n%16 != 0 || len(grad) != n || len(loss) != n || len(weight) != n {
		panic(fmt.Sprintf("logits: SigmoidEach: %d logits, %d gradients, %d losses and %d weights, expected equal multiples of 16", n, len(grad), len(loss), len(weight)))
	}
	if len(x) > 0 && !sigmoidEachVector(grad, loss, x, weight, f) {
		sigmoidEach(grad, loss, x, weight, f)
	}
}

// sigmoidEach is SigmoidEach in Go.
func sigmoidEach(grad, loss, x, weight []float32, f Focus) {
	for i, z := range x {
		value, slope := sigmoid(z, f)
		loss[i], grad[i] = value*weight[i], slope*weight[i]
	}
}

// sigmoid is the loss of a negative with logit z, and its derivative.
func sigmoid(z float32, f Focus) (value, slope float32) {
	q, p, nll := sigmoids(z)
	if f.halves == 0 {
		return nll, q
	}
	power, slope := focused(q, p, nll, f)
	return power * nll, power * slope
}

// focused is q^gamma, and what it is times of in the derivative.
func focused(q, p, nll float32, f Focus) (focus, slope float32) {
	pull := float32(p * nll)
	if f.halves == 4 {
		return float32(q * q), pull + pull + q
	}
	return power(q, f.halves), float32(f.gamma*pull) + q
}

// sigmoids are sigmoid(z), sigmoid(-z) and log(1+exp(z)).
func sigmoids(z float32) (q, p, nll float32) {
	e := exp(math.Float32frombits(math.Float32bits(z)|1<<31), 0)
	s := 1 / (1 + e)
	q, p = s, float32(e*s)
	if math.Signbit(float64(z)) {
		q, p = p, q
	}
	return q, p, log1p(e) + positive(z)
}

// positive is max(z, 0), and NaN for NaN.
func positive(z float32) float32 {
	if z < 0 {
		return 0
	}
	return z
}

// power is q to half of the exponent, by squaring.
func power(q float32, halves int) float32 {
	x, square := float32(1), q
	if halves&1 != 0 {
		x = float32(math.Sqrt(float64(q)))
	}
	for bits := halves >> 1; bits != 0; bits >>= 1 {
		if bits&1 != 0 {
			x *= square
		}
		square *= square
	}
	return x
}
