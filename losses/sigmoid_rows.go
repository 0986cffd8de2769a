package losses

import (
	"slices"

	"detsample/anchors"
	"detsample/internal/logits"
)

// block is the number of rows that go to a kernel at once.
const block = 64

// together is the number of logits that go to a kernel at once where rows are put
// together.
const together = 256

// maxColumns is how many columns of a gradient that nobody asked for fit on the
// stack.
const maxColumns = 2048

// atLeast returns room, or new memory if that has fewer than n elements.
func atLeast(room []float32, n int) []float32 {
	if n > len(room) {
		return make([]float32, n)
	}
	return room
}

// eval is the Eval of such a loss. It reports false where a weight of 0 has to
// keep infinite logits out, or where the kernels lack the exponent.
func (c columnwise) eval(grad []float32, b *Batch) (total float64, ok bool) {
	b.check(grad)
	if b.Exact {
		return c.evalExact(grad, b)
	}
	f, ok := logits.FocusOf(c.gamma)
	if !ok || c.hit == 0 || c.miss == 0 || slices.Contains(c.classWeight, 0) {
		return 0, false
	}
	b.clearFor(grad)
	if b.Threads > 1 {
		return sigmoidRun{columnwise: c, focus: f, grad: grad, b: b}.inParallel(), true
	}
	var room [maxColumns]float32
	run := sigmoidRun{columnwise: c, focus: f, grad: grad, b: b, room: atLeast(room[:], b.Columns)}
	for start, n := 0, b.count(); start < n; start += chunk {
		end := min(start+chunk, n)
		total += c.within(run.evaluate(start, end), grad, b, start, end)
	}
	return total, true
}

// sigmoidRun is one evaluation.
type sigmoidRun struct {
	columnwise
	focus logits.Focus
	grad  []float32
	room  []float32 // of a row, for what nobody asked for
	b     *Batch
}

// inParallel evaluates all rows on the batch's number of threads.
func (s sigmoidRun) inParallel() float64 {
	return s.b.inParallel(func(start, end int) float64 {
		run := s
		if s.grad == nil {
			run.room = make([]float32, s.b.Columns)
		}
		return s.within(run.evaluate(start, end), s.grad, s.b, start, end)
	})
}

// evaluate evaluates the rows that count from start to end.
func (s *sigmoidRun) evaluate(start, end int) float64 {
	if s.b.Columns < narrow {
		return s.narrowChunk(start, end)
	}
	return s.chunk(start, end)
}

// chunk evaluates the rows that count from start to end.
func (s *sigmoidRun) chunk(start, end int) (total float64) {
	var rows [block]logits.SigmoidRow
	var at [block]int // which of the rows that count
	n := 0
	for i := start; i < end; i++ {
		r, w := s.b.at(i)
		class := s.b.Class[r]
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.grad, i, r)
			continue
		}
		rows[n] = logits.SigmoidRow{
			Row: int32(r), Truth: class,
			Hit: float32(w * s.hit * classWeight(s.classWeight, int(class))), Miss: float32(w * s.miss),
		}
		at[n] = i
		if n++; n == block {
			total += s.rows(rows[:n], at[:n])
			n = 0
		}
	}
	return total + s.rows(rows[:n], at[:n])
}

// skip gives row r, the i-th that counts, neither loss nor gradient.
func (b *Batch) skip(grad []float32, i, r int) {
	if b.Loss != nil {
		b.Loss[i] = 0
	}
	if grad != nil {
		clear(grad[r*b.Columns : (r+1)*b.Columns])
	}
}

// rows evaluates some rows and returns the sum of their losses.
func (s *sigmoidRun) rows(rows []logits.SigmoidRow, at []int) (total float64) {
	if columns := s.b.Columns; s.grad == nil {
		logits.SigmoidRows(s.room, s.b.Logits, columns, 0, rows, s.focus)
	} else {
		logits.SigmoidRows(s.grad, s.b.Logits, columns, columns, rows, s.focus)
	}
	for i := range rows {
		if s.b.Loss != nil {
			s.b.Loss[at[i]] = rows[i].Sum
		}
		total += float64(rows[i].Sum)
	}
	return total
}

func (CE) kernelled()             {}
func (AlphaCE) kernelled()        {}
func (Focal) kernelled()          {}
func (SoftmaxCE) kernelled()      {}
func (SoftmaxAlphaCE) kernelled() {}
func (SoftmaxFocal) kernelled()   {}

func (QualityFocal) kernelled()         {}
func (Varifocal) kernelled()            {}
func (GaussianFocal) kernelled()        {}
func (LinearFocal) kernelled()          {}
func (Asymmetric) kernelled()           {}
func (ClassBalanced) kernelled()        {}
func (SoftmaxClassBalanced) kernelled() {}
func (LabelSmoothing) kernelled()       {}
func (Bootstrapped) kernelled()         {}
