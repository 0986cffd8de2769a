package logits

import (
	"fmt"
	"math"
)

// SoftmaxRow is a row of a logit matrix whose columns exclude one another, for
// [SoftmaxRows] and what is made of the exponentials, [ScaleRows] and others. Its layout is known to the assembly.
type SoftmaxRow struct {
	Row    int32   // which row of the matrix
	Truth  int32   // the true column
	Rest   float32 // the sum of the exponentials outside the true column, a result
	Top    float32 // the largest logit, a result
	Spread float32 // what is added up beside, or squares, a result
	Factor float32 // what the exponentials are multiplied by
	Shift  float32 // what is added to them, or to the factor
}

// Spread is a sum over the columns of a row, beside that of the exponentials.
type Spread uint8

// The sums.
const (
	NoSpread Spread = iota
	Distance        // of Top - x
	Entropy         // of exp(x - Top) (Top - x)
)

// narrow is the number of columns below which rows are put together, so that
// vectors are full.
const narrow = 6

// Stride returns how many elements a row of exponentials takes, of which the
// first are the columns'.
func Stride(columns int) int {
	if columns < narrow {
		return columns
	}
	return (columns + 15) &^ 15
}

// SoftmaxRows writes exp(x - Top) of the listed rows of x, which has the given
// number of columns, one row after the other, each [Stride] elements apart, and
// finds Top, the exponentials' sums without the true column and a spread. next, if
// there is any, is where the same rows will be written next, and is brought near.
// It panics if a row lies outside x, or exps has no room.
func SoftmaxRows(exps, x []float32, columns int, rows []SoftmaxRow, adds Spread, next []float32) {
	checkSoftmax("SoftmaxRows", exps, x, columns, rows)
	if columns < narrow {
		narrowSoftmaxRows(exps, x, columns, rows, adds)
		return
	}
	if len(rows) == 0 || !softmaxRowsVector(exps, x, columns, rows, adds, next) {
		softmaxRows(exps, x, columns, rows, adds)
		return
	}
	for i := range rows {
		if top := rows[i].Top; !(top < reducible && top > -reducible) {
			softmaxRows(exps[i*Stride(columns):], x, columns, rows[i:i+1], adds)
		}
	}
}

// reducible bounds the logits whose multiple of log(2) the kernels can tell.
const reducible = 1 << 20

// checkSoftmax panics if a row lies outside x, or exps has no room.
func checkSoftmax(method string, exps, x []float32, columns int, rows []SoftmaxRow) {
	checkExponentials(method, exps, columns, rows)
	if len(rows) == 0 {
		return
	}
	last := uint32(0) // one below 0 is beyond all others
	for i := range rows {
		last = max(last, uint32(rows[i].Row))
	}
	checkRow(method, x, x, columns, columns, int32(last))
}

func checkExponentials(method string, exps []float32, columns int, rows []SoftmaxRow) {
	if n := len(rows) * Stride(columns); n > len(exps) {
		panic(fmt.Sprintf("logits: %s: room for %d of %d exponentials", method, len(exps), n))
	}
}

// softmaxRows is SoftmaxRows in Go.
func softmaxRows(exps, x []float32, columns int, rows []SoftmaxRow, adds Spread) {
	for i := range rows {
		r := &rows[i]
		from, to := x[int(r.Row)*columns:][:columns], exps[i*Stride(columns):][:Stride(columns)]
		r.Top = largest(from)
		var sum, spread lanes
		for k, v := range from {
			e := exponential(v, r.Top)
			to[k] = e
			spread[k%len(sum)] += adds.of(e, r.Top-v)
			if int32(k) != r.Truth {
				sum[k%len(sum)] += e
			}
		}
		clear(to[columns:])
		r.Rest = sum.total()
		if adds != NoSpread {
			r.Spread = spread.total()
		}
	}
}

// of is what a column adds, given its exponential and its distance from the
// largest.
func (s Spread) of(e, distance float32) float32 {
	switch s {
	case Distance:
		return distance
	case Entropy:
		return float32(e * distance)
	}
	return 0
}

// SoftmaxValues computes the negative log likelihood -log p_t of rows, the
// exponential of their true column and the logarithm of the sum of all, from
// their margin, the true column's logit less Top, and their Rest:
//
//	hit = exp(margin),  log = log(hit + rest),  nll = log - margin
//
// All have the same length, a multiple of 16, or SoftmaxValues panics.
func SoftmaxValues(nll, log, hit, margin, rest []float32) {
	lists("SoftmaxValues", len(nll), log, hit, margin, rest)
	if len(nll) > 0 && !softmaxValuesVector(nll, log, hit, margin, rest) {
		softmaxValues(nll, log, hit, margin, rest)
	}
}

// softmaxValues is SoftmaxValues in Go.
func softmaxValues(nll, log, hit, margin, rest []float32) {
	for i, m := range margin {
		e, beyond := exp(m, 0), rest[i]
		if m != 0 { // the largest is another, which rest holds
			beyond = beyond - 1 + e
		}
		hit[i], log[i] = e, logarithm(beyond)
		nll[i] = log[i] - m
	}
}

// ScaleRows writes Factor e + Shift of the exponentials e of the listed rows, as
// [SoftmaxRows] has left them, to their rows of grad. It panics if a row lies
// outside grad.
func ScaleRows(grad, exps []float32, columns int, rows []SoftmaxRow) {
	checkSoftmax("ScaleRows", exps, grad, columns, rows)
	if columns < narrow || len(rows) == 0 || !scaleRowsVector(grad, exps, columns, rows) {
		scaleRows(grad, exps, columns, rows)
	}
}

// scaleRows is ScaleRows in Go.
func scaleRows(grad, exps []float32, columns int, rows []SoftmaxRow) {
	for i := range rows {
		r := &rows[i]
		to, from := grad[int(r.Row)*columns:][:columns], exps[i*Stride(columns):][:columns]
		for k, e := range from {
			to[k] = r.scale(e)
		}
	}
}

func (r *SoftmaxRow) scale(e float32) float32 { return float32(e*r.Factor) + r.Shift }

// LeanRows is ScaleRows of e (Factor + Shift (Top - x)), with the logits x of
// grad's layout.
func LeanRows(grad, exps, x []float32, columns int, rows []SoftmaxRow) {
	checkSoftmax("LeanRows", exps, grad, columns, rows)
	if len(x) != len(grad) {
		panic(fmt.Sprintf("logits: LeanRows: %d logits and %d gradients", len(x), len(grad)))
	}
	if columns < narrow || len(rows) == 0 || !leanRowsVector(grad, exps, x, columns, rows) {
		leanRows(grad, exps, x, columns, rows)
	}
}

// leanRows is LeanRows in Go.
func leanRows(grad, exps, x []float32, columns int, rows []SoftmaxRow) {
	for i := range rows {
		r := &rows[i]
		to, from, logit := grad[int(r.Row)*columns:][:columns], exps[i*Stride(columns):][:columns], x[int(r.Row)*columns:][:columns]
		for k, e := range from {
			to[k] = r.lean(e, logit[k])
		}
	}
}

func (r *SoftmaxRow) lean(e, x float32) float32 {
	return e * (float32(r.Shift*(r.Top-x)) + r.Factor)
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
