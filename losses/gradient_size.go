package losses

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// GradientSize writes to dst the Euclidean norm of every row's unweighted
// gradient by its logits, for samplers that draw in proportion to it; ignored
// rows get 0. dst has one element a row, and scratch one a column.
func GradientSize(dst, scratch []float32, l Pointwise, b *Batch) {
	if len(dst) != len(b.Class) || len(scratch) != b.Columns || len(b.Logits) != len(b.Class)*b.Columns {
		panic(fmt.Sprintf("losses: GradientSize: room for %d of %d rows, %d of %d columns, %d logits", len(dst), len(b.Class), len(scratch), b.Columns, len(b.Logits)))
	}
	if evaluatesMany(l) && !b.Exact {
		gradientSizes(dst, l, b)
		return
	}
	for r, class := range b.Class {
		dst[r] = 0
		if class == anchors.Ignored {
			continue
		}
		l.Row(scratch, b.Logits[r*b.Columns:(r+1)*b.Columns], b.target(r))
		dst[r] = single(norm(scratch))
	}
}

// gradientSizes is [GradientSize] of a loss with kernels.
func gradientSizes(dst []float32, l Pointwise, b *Batch) {
	whole := *b
	b.Rows, b.Weight, b.Loss, b.Threads = nil, nil, nil, 0
	defer func() {
		b.Rows, b.Weight, b.Loss, b.Threads = whole.Rows, whole.Weight, whole.Loss, whole.Threads
	}()
	s := rowSizes{dst, l, b, b.Logits, b.Quality, b.Class}
	if !s.directly() {
		s.evaluate(0, len(dst))
	}
}

// directly finds the sizes with kernels of their own, and reports false if the
// loss or its setting has none. A loss that embeds one of these may differ in its
// Eval.
func (s rowSizes) directly() bool {
	switch l := s.l.(type) {
	case CE:
		return l.columnwise().sizes(s)
	case AlphaCE:
		return l.columnwise().sizes(s)
	case Focal:
		return l.columnwise().sizes(s)
	case SoftmaxCE:
		return l.exclusive().sizes(s)
	case SoftmaxAlphaCE:
		return l.exclusive().sizes(s)
	case SoftmaxFocal:
		return l.exclusive().sizes(s)
	case SoftmaxClassBalanced:
		return l.exclusive().sizes(s)
	case LabelSmoothing:
		return s.b.Columns >= softened && softmaxSizes(l, s)
	case Bootstrapped:
		return s.b.Columns >= softened && softmaxSizes(l, s)
	}
	return false
}

// rowSizes finds the sizes of rows by evaluating the loss.
type rowSizes struct {
	dst []float32
	l   Pointwise
	b   *Batch // of which the rows are changed

	logits, quality []float32
	class           []int32
}

// sizeBlocks is how many blocks are evaluated together: enough that what an
// evaluation begins with is little, and few enough for a cache.
const sizeBlocks = 32

// evaluate finds the sizes of the rows from first to last: the gradients of some
// at a time, which are read while they are in a near cache and forgotten.
func (s rowSizes) evaluate(first, last int) {
	b, columns := s.b, s.b.Columns
	defer s.restore()
	if columns == 1 { // where a gradient is its size but for the sign
		s.l.Eval(s.dst[first:last], s.rows(first, last))
		for r, g := range s.dst[first:last] {
			s.dst[first+r] = min(math.Float32frombits(math.Float32bits(g)&^(1<<31)), math.MaxFloat32)
		}
		return
	}
	n := sizeBlocks * blockRows(columns)
	b.grad = reuse.Grow(b.grad, n*columns)
	for start := first; start < last; start += n {
		end := min(start+n, last)
		grad := b.grad[:(end-start)*columns]
		s.l.Eval(grad, s.rows(start, end))
		for r := range end - start {
			s.dst[start+r] = single(norm(grad[r*columns : (r+1)*columns]))
		}
	}
}

// rows is the batch with some rows alone.
func (s rowSizes) rows(start, end int) *Batch {
	columns := s.b.Columns
	s.b.Logits, s.b.Class = s.logits[start*columns:end*columns], s.class[start:end]
	if len(s.quality) > 0 {
		s.b.Quality = s.quality[start:end]
	}
	return s.b
}

// restore gives the batch its rows back.
func (s rowSizes) restore() { s.b.Logits, s.b.Class, s.b.Quality = s.logits, s.class, s.quality }

const (
	// leastSquares is the least sum of squares in float32 in which what underflow
	// takes is less than rounding does.
	leastSquares = 1e-28
	// sizeScale is what gradients are multiplied by where the kernels square them,
	// so that only sums of tiny ones are below that.
	sizeScale = 1 << 40
)

// set writes the size of row r given the sum of the squares of its gradient times
// sizeScale, or evaluates the row where float32 does not hold that.
func (s rowSizes) set(r int, squares float64) {
	if squares >= leastSquares && squares <= math.MaxFloat32 {
		s.dst[r] = float32(math.Sqrt(squares) * (1.0 / sizeScale))
		return
	}
	s.evaluate(r, r+1)
}

// norm is the Euclidean norm: over the lanes of a vector if float32 holds the
// squares, else in float64.
func norm(x []float32) float64 {
	if len(x) >= 16 {
		if squares := logits.Squares(x); squares >= leastSquares && squares <= math.MaxFloat32 {
			return math.Sqrt(float64(squares))
		}
	}
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}
