package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// softenedRoom is the most exponentials in float64 that rows go together for: with
// their logits they stay in the nearest cache.
const softenedRoom = 2048

// softenedLoss is a loss over exclusive columns whose gradient is a difference.
type softenedLoss interface {
	Pointwise

	// settleSoftened finds the losses of n rows and how their gradients are made
	// of their exponentials.
	settleSoftened(s *softenedRows, n int)
}

// softenedRows are rows of few columns that are evaluated together in float64.
type softenedRows struct {
	listedRows

	columns int
	weight  [fewBlock]float64

	top               [fewBlock]float32 // the largest logit
	rest, spread, far [fewBlock]float64 // as [logits.ExponentialLanes] has them
	hit, share        [fewBlock]float64 // the true column's exponential, and 1 over the sum of all
	log, nll          [fewBlock]float64 // the logarithm of that sum, and -log p

	loss, factor, slope, shift [fewBlock]float64 // what settleSoftened finds: the loss, the numbers that [logits.LeanLanes] takes
	own                        [fewBlock]float32 // the gradient of the true column
	other                      [fewBlock]int32   // another column with a gradient of its own, or -1
	otherSlope                 [fewBlock]float32

	x    []float32 // sixteen rows a column after the other: logits, which become gradients
	exps []float64
}

// reset begins with a batch.
func (s *softenedRows) reset(columns int) *softenedRows {
	s.begin(columns, softenedRoom)
	s.columns = columns
	s.x, s.exps = reuse.Grow(s.x, s.full*columns), reuse.Grow(s.exps, s.full*columns)
	return s
}

// negatives lists the rows of the background that some classes begin with, which
// are those of row r on and all count with weight 1. It returns how many.
func (s *softenedRows) negatives(classes []int32, r int) int {
	return addNegatives(&s.listedRows, s.weight[:], classes, r, s.columns, 1)
}

// column is where column k of row i lies.
func (s *softenedRows) column(i, k int) int { return (i/16*s.columns+k)*16 + i%16 }

// findTops leaves in other the first column of the largest logit of n rows, or -1
// of a row that has none.
func (s *softenedRows) findTops(n int) {
	for i := 0; i < n; i += 16 {
		top, found := (*[16]float32)(s.top[i:]), (*[16]int32)(s.other[i:])
		for k := s.columns - 1; k >= 0; k-- {
			x := (*[16]float32)(s.x[s.column(i, k):])
			for j, v := range x { // which is no branch
				at := found[j]
				if v == top[j] {
					at = int32(k)
				}
				found[j] = at
			}
		}
	}
}

// evaluate finds the exponentials of the listed rows and what they have once, of n
// rows, as [pad] has them.
func (s *softenedRows) evaluate(x, next []float32) (n int) {
	n = pad(&s.listedRows, s.weight[:])
	logits.GatherLanes(s.top[:n], s.x, x, s.columns, s.row[:n], next)
	logits.ExponentialLanes(s.exps, s.rest[:n], s.spread[:n], s.far[:n], s.x, s.top[:n], s.columns, s.truth[:n])
	for i, rest := range s.rest[:n] {
		at := s.column(i, int(s.truth[i]))
		margin, hit := float64(s.x[at])-float64(s.top[i]), s.exps[at]
		s.share[i], s.nll[i], s.hit[i], s.other[i] = 1/(rest+hit), -margin, hit, -1
		s.log[i] = rest + (hit - 1) // where the true column is not the largest, rest holds that one's 1
	}
	logits.LogsOnePlus(s.log[:n], s.log[:n])
	for i, log := range s.log[:n] {
		s.nll[i] += log
	}
	return n
}

// evalSoftened is the Eval of rows of few columns.
func evalSoftened[L softenedLoss](l L, grad []float32, b *Batch) (total float64) {
	b.check(grad)
	b.clearFor(grad)
	if b.Threads > 1 {
		return softenedInParallel(l, grad, b)
	}
	if b.softened == nil {
		b.softened = new(softenedRows)
	}
	run := softenedRun[L]{l, grad, b, b.softened.reset(b.Columns)}
	for start, n := 0, b.count(); start < n; start += chunk {
		total += run.chunk(start, min(start+chunk, n))
	}
	return total
}

func softenedInParallel[L softenedLoss](l L, grad []float32, b *Batch) float64 {
	return b.inParallel(func(start, end int) float64 {
		run := softenedRun[L]{l, grad, b, new(softenedRows).reset(b.Columns)}
		return run.chunk(start, end)
	})
}

// softenedRun is one evaluation.
type softenedRun[L softenedLoss] struct {
	l    L
	grad []float32
	b    *Batch
	*softenedRows
}

// chunk evaluates the rows that count from start to end.
func (s *softenedRun[L]) chunk(start, end int) (total float64) {
	plain := s.b.Rows == nil && s.b.Weight == nil
	for i := start; i < end; i++ {
		if plain {
			if n := s.negatives(s.b.Class[i:min(i+s.full-s.n, end)], i); n > 0 {
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
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.grad, i, r)
			continue
		}
		s.weight[s.n] = w
		s.add(i, r, Softmax.column(class, s.columns))
		if s.n == s.full {
			total += s.flush()
		}
	}
	return total + s.flush()
}

// flush evaluates the listed rows and returns the sum of their losses. Rows whose
// logits are not all finite are evaluated one by one.
func (s *softenedRun[L]) flush() (total float64) {
	if s.n == 0 {
		return 0
	}
	n := s.evaluate(s.b.Logits, s.grad)
	s.l.settleSoftened(s.softenedRows, n)
	if s.grad != nil {
		s.write(n)
	}
	for i, loss := range s.loss[:s.n] {
		if far := s.far[i]; far-far != 0 {
			loss = evalRow(s.l, s.grad, s.b, int(s.at[i]))
		} else if s.b.Loss != nil {
			s.b.Loss[s.at[i]] = single(loss)
		}
		total += loss
	}
	s.n = 0
	return total
}

// ones are factors that leave what [logits.ScaleLanes] writes as it is.
var ones = [fewBlock]float32{}

func init() {
	for i := range ones {
		ones[i] = 1
	}
}

// write writes the gradients of n rows.
func (s *softenedRun[L]) write(n int) {
	logits.LeanLanes(s.x, s.exps, s.top[:n], s.columns, s.factor[:n], s.slope[:n], s.shift[:n])
	logits.ScaleLanes(s.grad, s.x, s.columns, s.row[:n], s.truth[:n], ones[:n], s.own[:n])
	for i, k := range s.other[:s.n] {
		if k >= 0 {
			s.grad[int(s.row[i])*s.columns+int(k)] = s.otherSlope[i]
		}
	}
}
