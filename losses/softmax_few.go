package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// fewColumns bounds the exclusive columns of rows that go to the kernels sixteen
// at a time, one a lane.
const fewColumns = 48

// fewRoom is the most exponentials that they go together for.
const fewRoom = 4096

// fewGamma is the greatest exponent of a focal loss that is settled in float32,
// of whose rounding a power is so many times.
const fewGamma = 5

// fewRows are rows of few columns that are evaluated together.
type fewRows struct {
	listedRows

	weight            [fewBlock]float32
	margin, rest      [fewBlock]float32 // as [logits.SoftmaxLanes] has them
	hit, nll, log     [fewBlock]float32 // as [logits.SoftmaxValues] has them
	factor, own, loss [fewBlock]float32 // as [logits.ExclusiveEach] has them
	exps              []float32
}

// reset begins with a batch.
func (s *fewRows) reset(columns int) *fewRows {
	s.begin(columns, fewRoom)
	s.exps = reuse.Grow(s.exps, s.full*columns)
	return s
}

// slight is the least weight that float32 holds well, whatever it is multiplied
// by.
const slight = 1e-30

// list adds row r, the i-th that counts. It reports false if float32 does not hold
// the weight.
func (s *fewRows) list(i, r, truth int, weight float64) bool {
	w := float32(weight)
	if w < slight && w > -slight {
		return false
	}
	s.weight[s.n] = w
	s.add(i, r, truth)
	return true
}

// negatives lists the rows of the background that some classes begin with, which
// are those of row r on and all count, if float32 holds its weight. It returns how
// many.
func (s *fewRows) negatives(classes []int32, r, columns int, background float64) int {
	weight := float32(background)
	if weight < slight {
		return 0
	}
	return addNegatives(&s.listedRows, s.weight[:], classes, r, columns, weight)
}

// evaluate finds the losses of the listed rows, and how their gradients are made of
// their exponentials, of n rows, as [pad] has them.
func (s *fewRows) evaluate(e exclusive, x []float32, columns int, next []float32) (n int) {
	n = pad(&s.listedRows, s.weight[:])
	logits.SoftmaxLanes(s.margin[:n], s.rest[:n], s.exps, x, columns, s.row[:n], s.truth[:n], next)
	logits.SoftmaxValues(s.nll[:n], s.log[:n], s.hit[:n], s.margin[:n], s.rest[:n])
	if focus, ok := logits.FocusOf(e.gamma); ok && e.gamma <= fewGamma {
		logits.ExclusiveEach(s.factor[:n], s.own[:n], s.loss[:n], s.hit[:n], s.rest[:n], s.nll[:n], s.weight[:n], focus)
	} else {
		for i := range n {
			row := e.settled(float64(s.hit[i]), float64(s.rest[i]), float64(s.nll[i]), float64(s.weight[i]))
			s.factor[i], s.own[i], s.loss[i] = float32(row.factor), float32(row.own), float32(row.loss)
		}
	}
	return n
}

// evalFew is the Eval of rows of few columns.
func (e exclusive) evalFew(grad []float32, b *Batch) (total float64) {
	b.check(grad)
	unwritten := b.clearFor(grad)
	if b.Threads > 1 {
		return e.fewInParallel(grad, unwritten, b)
	}
	if b.few == nil {
		b.few = new(fewRows)
	}
	run := fewRun{e, e.of(anchors.Negative, b.Columns-1), grad, unwritten, b, b.few.reset(b.Columns)}
	for start, n := 0, b.count(); start < n; start += chunk {
		total += run.chunk(start, min(start+chunk, n))
	}
	return total
}

func (e exclusive) fewInParallel(grad, unwritten []float32, b *Batch) float64 {
	return b.inParallel(func(start, end int) float64 {
		run := fewRun{e, e.of(anchors.Negative, b.Columns-1), grad, unwritten, b, new(fewRows).reset(b.Columns)}
		return run.chunk(start, end)
	})
}

// fewRun is one evaluation.
type fewRun struct {
	exclusive
	background float64 // its weight
	grad       []float32
	unwritten  []float32 // grad where rows that are skipped are to be cleared yet
	b          *Batch
	*fewRows
}

// chunk evaluates the rows that count from start to end.
func (s *fewRun) chunk(start, end int) (total float64) {
	plain := s.b.Rows == nil && s.b.Weight == nil
	for i := start; i < end; i++ {
		if plain {
			if n := s.negatives(s.b.Class[i:min(i+s.full-s.n, end)], i, s.b.Columns, s.background); n > 0 {
				if i += n - 1; s.n == s.full {
					total += s.flush()
				}
				continue
			}
		}
		r, w := s.b.at(i)
		if s.has(r) {
			total += s.flush()
		}
		class := s.b.Class[r]
		truth := Softmax.column(class, s.b.Columns)
		if class != anchors.Ignored {
			w *= s.of(class, truth)
		}
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.unwritten, i, r)
		} else if !s.list(i, r, truth, w) {
			total += evalRow(s.exclusive, s.grad, s.b, i)
		} else if s.n == s.full {
			total += s.flush()
		}
	}
	return total + s.flush()
}

// flush evaluates the listed rows and returns the sum of their losses, once more
// in float64 where float32 does not hold one. For NaN that is in vain.
func (s *fewRun) flush() (total float64) {
	if s.n == 0 {
		return 0
	}
	n := s.evaluate(s.exclusive, s.b.Logits, s.b.Columns, s.grad)
	if s.grad != nil {
		logits.ScaleLanes(s.grad, s.exps, s.b.Columns, s.row[:n], s.truth[:n], s.factor[:n], s.own[:n])
	}
	clear(s.loss[s.n:n])
	total = float64(logits.Sum(s.loss[:n]))
	if total-total != 0 {
		total = s.oneByOne()
	} else if s.b.Loss != nil {
		for i, loss := range s.loss[:s.n] {
			s.b.Loss[s.at[i]] = loss
		}
	}
	s.n = 0
	return total
}

// oneByOne adds up losses of which float32 does not hold one, or the sum.
func (s *fewRun) oneByOne() (total float64) {
	for i, v := range s.loss[:s.n] {
		loss := float64(v)
		if loss-loss != 0 {
			loss = evalRow(s.exclusive, s.grad, s.b, int(s.at[i]))
		} else if s.b.Loss != nil {
			s.b.Loss[s.at[i]] = v
		}
		total += loss
	}
	return total
}
