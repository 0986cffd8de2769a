package losses

import (
	"fmt"
	"slices"

	"detsample/anchors"
	"detsample/internal/reuse"
)

// Target is what a row of logits should say.
type Target struct {
	Class   int32   // from 0, or anchors.Negative
	Quality float32 // soft target of the class, in [0, 1]; 1 where targets are hard
}

// Hard returns the target of a class, or of the background, with certainty.
func Hard(class int32) Target { return Target{Class: class, Quality: 1} }

// Batch is what a classification loss is evaluated on: the rows of a logit
// matrix, of which all or some count.
type Batch struct {
	Logits  []float32 // (N, Columns), row-major
	Columns int
	Class   []int32   // (N), a class from 0 to Columns-1, anchors.Negative or anchors.Ignored
	Quality []float32 // (N), soft targets, for losses that define them; empty means 1
	Rows    []int32   // rows that count, ascending; nil means all N
	Weight  []float32 // of each row in Rows, or of all N; nil means 1

	// Loss, if not nil, receives the weighted loss of each row that counts,
	// in the order of Weight.
	Loss []float32

	// State is the memory of a [Stateful] loss, which Eval updates.
	State []float64

	// Exact asks for results rounded from float64, the same bits on every
	// machine, at fifteen times the cost. Otherwise losses are evaluated in
	// float32, to 2e-6 of each gradient.
	Exact bool

	// Threads is how many goroutines Eval of a [Pointwise] loss may use; 0 and
	// 1 are the caller's alone. The result is the same to the bit.
	Threads int

	scratch  []float64 // of a loss that looks at the whole batch, grown once
	single   []float32 // of a block of rows
	grad     []float32 // of a block whose gradients only their sizes are asked for
	tiles    []float32 // weights and exponents of a block's columns
	slopes   columnSlopes
	ranking  ranking
	soft     *softRows
	few      *fewRows
	softened *softenedRows
	margins  *marginLists
	own      reuse.Kept
}

// Scratch returns memory of a loss of one's own that looks at a whole batch, a [*Batch]
// or a [*BoxBatch]: a T that is zero at first and is kept from one call of Eval or
// EvalBatch to the next. What has to outlast the process is [Stateful] instead. A T of
// the loss's own package is no other's.
func Scratch[T any](b interface{ kept() *reuse.Kept }) *T { return reuse.Of[T](b.kept()) }

func (b *Batch) kept() *reuse.Kept    { return &b.own }
func (b *BoxBatch) kept() *reuse.Kept { return &b.own }

// Cls is a classification loss. Eval returns the sum of the rows' weighted
// losses and, if grad is not nil, writes its derivative by every logit to
// grad, which has the layout of b.Logits; rows that do not count get zeros. It
// fills b.Loss where that is not nil: the balance of positives and negatives that
// a step reports is of these. Rows of weight 0 and ignored rows are skipped, so
// infinite logits there do no harm.
//
// The batch is the interface because some losses weigh a row by the others
// (GHM, ranking losses). Most do not: see [Pointwise].
type Cls interface {
	Link() Link
	Eval(grad []float32, b *Batch) float64
}

// Pointwise is a loss that looks at one row at a time. Row returns the loss
// of a row and, if grad is not nil, writes its derivative by the row's logits;
// goroutines may call it at the same time.
// Such a loss implements Eval by calling [EvalRows], and can tell samplers the
// hardness of a candidate.
type Pointwise interface {
	Cls
	Row(grad, logits []float32, t Target) float64
}

// kernelled is a loss whose Eval does not go row by row.
type kernelled interface {
	Pointwise
	kernelled()
}

// evaluatesMany reports whether a loss's Eval takes many rows in less time than
// its Row takes them one by one.
func evaluatesMany(l Pointwise) bool {
	switch l.(type) {
	case kernelled, marginal:
		return true
	}
	return false
}

// chunk is the number of rows whose losses are summed before they join the
// total. It is part of the result: another value gives other last bits.
const chunk = 4096

// EvalRows evaluates a pointwise loss on a batch; it is the Eval of every
// such loss. It panics if the batch's lengths disagree, or if a row that counts is of
// a class without a column.
//
// It is generic because a struct that becomes an interface is copied to the
// heap, which would be once a step.
func EvalRows[L Pointwise](l L, grad []float32, b *Batch) float64 {
	if b.Threads <= 1 {
		return evalInOrder(l, grad, b)
	}
	b.check(grad)
	clearAll(grad, b.Threads)
	return b.inParallel(func(start, end int) float64 { return evalRows(l, grad, b, start, end) })
}

// evalInOrder is EvalRows on one goroutine, row after row, for a loss that
// remembers something from row to row.
func evalInOrder[L Pointwise](l L, grad []float32, b *Batch) (total float64) {
	b.check(grad)
	clear(grad)
	for start, n := 0, b.count(); start < n; start += chunk {
		total += evalRows(l, grad, b, start, min(start+chunk, n))
	}
	return total
}

// evalRows evaluates the rows that count from start to end.
func evalRows[L Pointwise](l L, grad []float32, b *Batch, start, end int) (sum float64) {
	for i := start; i < end; i++ {
		sum += evalRow(l, grad, b, i)
	}
	return sum
}

// evalRow evaluates the i-th row that counts.
func evalRow[L Pointwise](l L, grad []float32, b *Batch, i int) float64 {
	r, w := b.at(i)
	value := 0.0
	if class := b.Class[r]; w != 0 && class != anchors.Ignored {
		lo, hi := r*b.Columns, (r+1)*b.Columns
		if grad == nil {
			value = w * l.Row(nil, b.Logits[lo:hi], b.target(r))
		} else {
			g := grad[lo:hi]
			value = w * l.Row(g, b.Logits[lo:hi], b.target(r))
			scale(g, float32(w))
		}
	}
	if b.Loss != nil {
		b.Loss[i] = single(value)
	}
	return value
}

// count returns the number of rows that count.
func (b *Batch) count() int {
	if b.Rows != nil {
		return len(b.Rows)
	}
	return len(b.Class)
}

// at returns the i-th row that counts and its weight.
func (b *Batch) at(i int) (row int, weight float64) {
	row, weight = i, 1
	if b.Rows != nil {
		row = int(b.Rows[i])
	}
	if b.Weight != nil {
		weight = float64(b.Weight[i])
	}
	return row, weight
}

// target returns what row r should say.
func (b *Batch) target(r int) Target {
	t := Hard(b.Class[r])
	if len(b.Quality) > 0 {
		t.Quality = b.Quality[r]
	}
	return t
}

// room returns n zeros of the batch's scratch memory.
func (b *Batch) room(n int) []float64 {
	b.scratch = slices.Grow(b.scratch[:0], n)[:n]
	clear(b.scratch)
	return b.scratch
}

// check panics if the lengths of the batch or of grad disagree.
func (b *Batch) check(grad []float32) {
	switch n := b.count(); {
	case len(b.Logits) != len(b.Class)*b.Columns:
		panic(fmt.Sprintf("losses: Eval: %d logits for %d rows of %d columns", len(b.Logits), len(b.Class), b.Columns))
	case grad != nil && len(grad) != len(b.Logits):
		panic(fmt.Sprintf("losses: Eval: %d gradients for %d logits", len(grad), len(b.Logits)))
	case len(b.Quality) > 0 && len(b.Quality) != len(b.Class):
		panic(fmt.Sprintf("losses: Eval: %d qualities for %d rows", len(b.Quality), len(b.Class)))
	case b.Weight != nil && len(b.Weight) != n:
		panic(fmt.Sprintf("losses: Eval: %d weights for %d rows", len(b.Weight), n))
	case b.Loss != nil && len(b.Loss) != n:
		panic(fmt.Sprintf("losses: Eval: room for %d losses of %d rows", len(b.Loss), n))
	}
	b.checkClasses()
}

// checkClasses panics if a row that counts is of a class without a column: one loss
// would take it for background, another would read another row's logits.
func (b *Batch) checkClasses() {
	known := uint32(int32(b.Columns) - anchors.Ignored) // Ignored and Negative come before 0
	if b.Rows == nil {
		for r, class := range b.Class {
			if uint32(class-anchors.Ignored) >= known {
				b.unknown(r)
			}
		}
		return
	}
	for _, r := range b.Rows {
		if uint32(b.Class[r]-anchors.Ignored) >= known {
			b.unknown(int(r))
		}
	}
}

func (b *Batch) unknown(row int) {
	panic(fmt.Sprintf("losses: Eval: row %d is of class %d, of %d columns: classes count from 0, and the background is anchors.Negative", row, b.Class[row], b.Columns))
}

// Hardness writes the unweighted loss of every row to dst, the hardness by
// which samplers mine; ignored rows get 0. dst has one element a row.
func Hardness(dst []float32, l Pointwise, b *Batch) {
	if len(dst) != len(b.Class) || len(b.Logits) != len(b.Class)*b.Columns {
		panic(fmt.Sprintf("losses: Hardness: room for %d of %d rows, %d logits", len(dst), len(b.Class), len(b.Logits)))
	}
	if evaluatesMany(l) {
		rows, weight, loss := b.Rows, b.Weight, b.Loss
		b.Rows, b.Weight, b.Loss = nil, nil, dst
		l.Eval(nil, b)
		b.Rows, b.Weight, b.Loss = rows, weight, loss
		return
	}
	for r, class := range b.Class {
		dst[r] = 0
		if class != anchors.Ignored {
			dst[r] = single(l.Row(nil, b.Logits[r*b.Columns:(r+1)*b.Columns], b.target(r)))
		}
	}
}

func scale(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}
