package logits

import (
	"fmt"
	"math"
)

// SoftmaxRow is a row of a logit matrix whose columns exclude one another, for
// [SoftmaxRows] and [ScaleRows]. Its layout is known to the assembly.
type SoftmaxRow struct {
	Row    int32   // which row of the matrix
	Truth  int32   // the true column
	Rest   float32 // the sum of the exponentials outside the true column, a result
	Top    float32 // the largest logit, a result
	Factor float32 // what ScaleRows multiplies the row by
}

// narrow is the number of columns below which rows are put together, so that
// vectors are full.
const narrow = 6

// SoftmaxRows writes exp(x - Top) of the listed rows of x, which has the given
// number of columns, and their sums without the true column. The exponentials
// of row r go to exps[r*stride:]. It panics if a row lies outside x or exps.
func SoftmaxRows(exps, x []float32, columns, stride int, rows []SoftmaxRow) {
	for i := range rows {
		checkRow("SoftmaxRows", exps, x, columns, stride, rows[i].Row)
	}
	if columns < narrow {
		narrowSoftmaxRows(exps, x, columns, stride, rows)
	} else if len(rows) > 0 && !softmaxRowsVector(exps, x, columns, stride, rows) {
		softmaxRows(exps, x, columns, stride, rows)
	}
}

// softmaxRows is SoftmaxRows in Go.
func softmaxRows(exps, x []float32, columns, stride int, rows []SoftmaxRow) {
	for i := range rows {
		r := &rows[i]
		from, to := x[int(r.Row)*columns:][:columns], exps[int(r.Row)*stride:][:columns]
		r.Top = largest(from)
		var sum lanes
		for k, v := range from {
			e := exponential(v, r.Top)
			to[k] = e
			if int32(k) != r.Truth {
				sum[k%len(sum)] += e
			}
		}
		r.Rest = sum.total()
	}
}

// SoftmaxValues computes the negative log likelihood -log p_t of rows, and the
// exponential of their true column, from their margin, the true column's logit
// less Top, and their Rest:
//
//	hit = exp(margin),  nll = log(hit + rest) - margin
//
// All have the same length, a multiple of 32, or SoftmaxValues panics.
func SoftmaxValues(nll, hit, margin, rest []float32) {
	if n := len(nll); n%32 != 0 || len(hit) != n || len(margin) != n || len(rest) != n {
		panic(fmt.Sprintf("logits: SoftmaxValues: %d, %d, %d and %d elements, expected equal multiples of 32", n, len(hit), len(margin), len(rest)))
	}
	if len(nll) > 0 && !softmaxValuesVector(nll, hit, margin, rest) {
		softmaxValues(nll, hit, margin, rest)
	}
}

// softmaxValues is SoftmaxValues in Go.
func softmaxValues(nll, hit, margin, rest []float32) {
	for i, m := range margin {
		e, beyond := exp(m, 0), rest[i]
		if m != 0 { // the largest is another, which rest holds
			beyond = beyond - 1 + e
		}
		hit[i], nll[i] = e, logarithm(beyond)-m
	}
}

// ScaleRows multiplies the listed rows of x, which has the given number of
// columns, by their factors. It panics if a row lies outside x.
func ScaleRows(x []float32, columns int, rows []SoftmaxRow) {
	for i := range rows {
		checkRow("ScaleRows", x, x, columns, columns, rows[i].Row)
	}
	if columns < narrow || len(rows) == 0 || !scaleRowsVector(x, columns, rows) {
		scaleRows(x, columns, rows)
	}
}

// scaleRows is ScaleRows in Go.
func scaleRows(x []float32, columns int, rows []SoftmaxRow) {
	for i := range rows {
		row := x[int(rows[i].Row)*columns:][:columns]
		for k := range row {
			row[k] *= rows[i].Factor
		}
	}
}

// largest is the largest element of x, over the lanes of the vector code,
// which decide what becomes of NaN.
func largest(x []float32) float32 {
	var most lanes
	for k := range most {
		most[k] = float32(math.Inf(-1))
	}
	for k, v := range x {
		if m := &most[k%len(most)]; !(*m > v) {
			*m = v
		}
	}
	for n := len(most) / 2; n > 0; n /= 2 {
		for k := range n {
			if !(most[k] > most[k+n]) {
				most[k] = most[k+n]
			}
		}
	}
	return most[0]
}
