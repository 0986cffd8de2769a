package logits

import (
	"fmt"
	"math"
)

// SigmoidSizes leaves in the Sum of the listed rows that of the squares of the
// gradients which [SigmoidRows] would write. It panics if a row lies outside x.
func SigmoidSizes(x []float32, columns int, rows []SigmoidRow, f Focus) {
	for i := range rows {
		checkRow("SigmoidSizes", x, x, columns, columns, rows[i].Row)
	}
	if len(rows) > 0 && columns > 0 && !sigmoidSizesVector(x, columns, rows, f) {
		sigmoidSizes(x, columns, rows, f)
	}
}

// sigmoidSizes is SigmoidSizes in Go.
func sigmoidSizes(x []float32, columns int, rows []SigmoidRow, f Focus) {
	for i := range rows {
		r := &rows[i]
		var sum lanes
		for k, z := range x[int(r.Row)*columns:][:columns] {
			w := r.Miss
			if int32(k) == r.Truth {
				w, z = r.Hit, -z
			}
			slope := weightedSlope(z, w, f)
			sum[k%len(sum)] += float32(slope * slope)
		}
		r.Sum = sum.total()
	}
}

// SizesEach is the size of the gradient of rows of one column: the derivative
// of the focal loss of x, for class 0 of that of -x, times hit for class 0 and
// else miss. A class below -1 has size 0. All have the same length, a multiple
// of 16, or SizesEach panics.
func SizesEach(size, x []float32, class []int32, hit, miss float32, f Focus) {
	if n := len(x); n%16 != 0 || len(size) != n || len(class) != n {
		panic(fmt.Sprintf("logits: SizesEach: %d logits, %d sizes and %d classes, expected equal multiples of 16", n, len(size), len(class)))
	}
	if len(x) > 0 && !sizesEachVector(size, x, class, hit, miss, f) {
		sizesEach(size, x, class, hit, miss, f)
	}
}

// sizesEach is SizesEach in Go.
func sizesEach(size, x []float32, class []int32, hit, miss float32, f Focus) {
	for i, z := range x {
		switch {
		case class[i] < -1:
			size[i] = 0
		case class[i] == 0:
			size[i] = weightedSlope(-z, hit, f)
		default:
			size[i] = weightedSlope(z, miss, f)
		}
	}
}

// weightedSlope is the derivative of the loss of a negative with logit z. Its
// power takes the weight first, which keeps a small one from underflow.
func weightedSlope(z, weight float32, f Focus) float32 {
	if f.halves == 0 {
		return probability(z) * weight
	}
	q, p, nll := sigmoids(z)
	power, slope := focused(q, p, nll, f)
	return float32(power*weight) * slope
}

// probability is sigmoid(z).
func probability(z float32) float32 {
	e := exp(math.Float32frombits(math.Float32bits(z)|1<<31), 0)
	if math.Signbit(float64(z)) {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// SquareRows leaves in the Spread of the listed rows the sum of the squares of
// what [ScaleRows] would write outside their true columns.
func SquareRows(exps []float32, columns int, rows []SoftmaxRow) {
	checkExponentials("SquareRows", exps, columns, rows)
	if columns < narrow || len(rows) == 0 || !squareRowsVector(exps, columns, rows) {
		squareRows(exps, columns, rows)
	}
}

// squareRows is SquareRows in Go.
func squareRows(exps []float32, columns int, rows []SoftmaxRow) {
	for i := range rows {
		r := &rows[i]
		r.addSquares(exps[i*Stride(columns):][:columns], func(_ int, e float32) float32 { return r.scale(e) })
	}
}

// LeanSquareRows is that of [LeanRows], with the logits x. It panics if a row
// lies outside x.
func LeanSquareRows(exps, x []float32, columns int, rows []SoftmaxRow) {
	checkSoftmax("LeanSquareRows", exps, x, columns, rows)
	if columns < narrow || len(rows) == 0 || !leanSquareRowsVector(exps, x, columns, rows) {
		leanSquareRows(exps, x, columns, rows)
	}
}

// leanSquareRows is LeanSquareRows in Go.
func leanSquareRows(exps, x []float32, columns int, rows []SoftmaxRow) {
	for i := range rows {
		r, logit := &rows[i], x[int(rows[i].Row)*columns:][:columns]
		r.addSquares(exps[i*Stride(columns):][:columns], func(k int, e float32) float32 { return r.lean(e, logit[k]) })
	}
}

// addSquares finds Spread given what is made of each exponential.
func (r *SoftmaxRow) addSquares(exps []float32, of func(k int, e float32) float32) {
	var sum lanes
	for k, e := range exps {
		if int32(k) != r.Truth {
			y := of(k, e)
			sum[k%len(sum)] += float32(y * y)
		}
	}
	r.Spread = sum.total()
}

// Squares is the sum of the squares of x over sixteen lanes.
func Squares(x []float32) float32 {
	if len(x) > 0 {
		if sum, ok := squaresVector(x); ok {
			return sum
		}
	}
	return squares(x)
}

// squares is Squares in Go.
func squares(x []float32) float32 {
	var s lanes
	for k, v := range x {
		s[k%len(s)] += float32(v * v)
	}
	return s.total()
}
