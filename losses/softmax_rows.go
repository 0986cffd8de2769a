package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// softmaxLoss is a loss over exclusive classes as the kernels evaluate it: they
// take the exponentials and scale them, and what a row has once is done in
// float64.
type softmaxLoss interface {
	Pointwise

	// weights are those of rows by their class.
	weights() rowWeights

	// spread is what the kernels add up beside the exponentials.
	spread() logits.Spread

	// leans reports whether the gradient goes by the logits too.
	leans() bool

	// settle finds the losses of rows and how their gradients are made of their
	// exponentials.
	settle(s *softRows)
}

// rowWeights are the weights of rows over exclusive classes.
type rowWeights struct {
	object, background float64
	weight             []float64       // by true column, in place of the two; those hold where the list ends
	balance            scaledEffective // in place of all weights, if it has counts
}

// unweighted weighs all rows by 1.
var unweighted = rowWeights{object: 1, background: 1}

// of is the weight of a row with the given class and true column.
func (w *rowWeights) of(class int32, truth int) float64 {
	switch {
	case len(w.balance.Count) > 0:
		return w.balance.of(class)
	case truth < len(w.weight):
		return w.weight[truth]
	case class < 0:
		return w.background
	}
	return w.object
}

// softened is the number of columns from which a loss whose gradient is a
// difference, of which float32 holds the terms, goes to the kernels in float32.
// Below, [evalSoftened] takes little longer in float64.
const softened = 16

const (
	// softRoom is the most exponentials that rows go together for: with their
	// logits and gradients they stay in the nearest cache.
	softRoom = 2048
	// softLeast is how many go together however long they are.
	softLeast = 4
)

// softBlockRows returns how many rows go to a kernel at once.
func softBlockRows(columns int) int {
	return max(softLeast, min(softBlock, softRoom/max(1, logits.Stride(columns))))
}

// softRows are rows that are evaluated together.
type softRows struct {
	softList
	at   [softBlock]int // which of the rows that count
	exps []float32

	weight      [softBlock]float64
	loss, truth [softBlock]float64 // what settle finds: the loss, and the gradient of the true column
	other       [softBlock]int32   // another column with a gradient of its own, or -1
	otherSlope  [softBlock]float32
	logits      []float32
	columns     int
}

// row is the logits of the i-th row.
func (s *softRows) row(i int) []float32 {
	return s.logits[int(s.rows[i].Row)*s.columns:][:s.columns]
}

// list adds row r.
func (s *softRows) list(r, truth int, weight float64) {
	row := &s.rows[s.n]
	row.Row, row.Truth, row.Shift = int32(r), int32(truth), 0
	s.weight[s.n] = weight
	s.n++
}

// reset begins with a batch.
func (s *softRows) reset(b *Batch) *softRows {
	s.n, s.logits, s.columns = 0, b.Logits, b.Columns
	s.exps = reuse.Grow(s.exps, softBlockRows(b.Columns)*logits.Stride(b.Columns))
	for i := range s.other {
		s.other[i] = -1
	}
	return s
}

// evalSoftmax is the Eval of such a loss in float32.
func evalSoftmax[L softmaxLoss](l L, grad []float32, b *Batch) (total float64) {
	b.check(grad)
	unwritten := b.clearFor(grad)
	if b.Threads > 1 {
		return softmaxInParallel(l, grad, unwritten, b)
	}
	if b.soft == nil {
		b.soft = new(softRows)
	}
	run := softmaxRun[L]{l, l.weights(), grad, unwritten, b, b.soft.reset(b)}
	for start, n := 0, b.count(); start < n; start += chunk {
		total += run.chunk(start, min(start+chunk, n))
	}
	b.soft.logits = nil
	return total
}

func softmaxInParallel[L softmaxLoss](l L, grad, unwritten []float32, b *Batch) float64 {
	return b.inParallel(func(start, end int) float64 {
		run := softmaxRun[L]{l, l.weights(), grad, unwritten, b, new(softRows).reset(b)}
		return run.chunk(start, end)
	})
}

// softmaxRun is one evaluation.
type softmaxRun[L softmaxLoss] struct {
	l         L
	alpha     rowWeights
	grad      []float32
	unwritten []float32 // grad where rows that are skipped are to be cleared yet
	b         *Batch
	*softRows
}

// chunk evaluates the rows that count from start to end.
func (s *softmaxRun[L]) chunk(start, end int) (total float64) {
	full := softBlockRows(s.b.Columns)
	for i := start; i < end; i++ {
		r, w := s.b.at(i)
		class := s.b.Class[r]
		truth := Softmax.column(class, s.b.Columns)
		if class != anchors.Ignored {
			w *= s.alpha.of(class, truth)
		}
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.unwritten, i, r)
			continue
		}
		s.list(r, truth, w)
		s.at[s.n-1] = i
		if s.n == full {
			total += s.flush()
		}
	}
	return total + s.flush()
}

// flush evaluates the listed rows and returns the sum of their losses, once more
// in float64 where float32 does not hold one. For NaN that is in vain.
func (s *softmaxRun[L]) flush() (total float64) {
	s.evaluate(s.exps, s.logits, s.columns, s.l.spread(), s.grad)
	s.l.settle(s.softRows)
	if s.grad != nil {
		s.write(s.rows[:s.n])
	}
	for i, loss := range s.loss[:s.n] {
		if loss-loss != 0 {
			loss = evalRow(s.l, s.grad, s.b, s.at[i])
		} else if s.b.Loss != nil {
			s.b.Loss[s.at[i]] = single(loss)
		}
		total += loss
	}
	s.n = 0
	return total
}

// write writes the gradients.
func (s *softmaxRun[L]) write(rows []logits.SoftmaxRow) {
	if s.l.leans() {
		logits.LeanRows(s.grad, s.exps, s.logits, s.columns, rows)
	} else {
		logits.ScaleRows(s.grad, s.exps, s.columns, rows)
	}
	for i := range rows {
		row := s.grad[int(rows[i].Row)*s.columns:][:s.columns]
		row[rows[i].Truth] = float32(s.truth[i])
		if s.other[i] >= 0 {
			row[s.other[i]], s.other[i] = s.otherSlope[i], -1
		}
	}
}
