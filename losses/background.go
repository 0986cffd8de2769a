package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// background is a loss over independent sigmoids as most of it is evaluated:
// nearly every column of a dense head has the target 0, so that all are taken
// for such, list by list, and the few others put right afterwards, in float64.
type background interface {
	element

	// backgroundEach writes the loss and the slope of each column with target 0,
	// for the columns of some whole rows, one after the other, and what is left
	// over to a multiple of 16.
	backgroundEach(slope, loss, x []float32)

	// objectRow evaluates the row of an object, if the loss does not go by its
	// elements.
	objectRow(slope, logits []float32, t Target) (value float64, ok bool)

	// target is what the column of a row's class should say.
	target(t Target) float64

	// factor is a weight of the rows of a class.
	factor(class int32) float64

	// remembers reports whether the loss wants to see all rows.
	remembers() bool

	// seen is told the slopes of a row that counts, before its weights, and the
	// column that is not background, or -1.
	seen(slope []float32, truth int)
}

// alike is a loss that treats all rows alike, remembers nothing of them and has
// hard targets.
type alike struct{}

func (alike) objectRow([]float32, []float32, Target) (float64, bool) { return 0, false }

func (alike) target(Target) float64 { return 1 }

func (alike) factor(int32) float64 { return 1 }

func (alike) remembers() bool { return false }

func (alike) seen([]float32, int) {}

// blockOf is the number of logits that go to a kernel at once, if rows are not
// longer: with their slopes and losses they stay in the nearest cache.
const blockOf = 1280

// blockRows returns how many rows go to a kernel at once, whose logits are a
// multiple of 16.
func blockRows(columns int) int {
	least := 1 // 16 over the greatest common divisor with columns
	for least*columns%16 != 0 {
		least *= 2
	}
	return max(1, blockOf/max(1, least*columns)) * least
}

// blockSize is the room that a block of rows takes.
func blockSize(columns int) int { return blockRows(columns) * columns }

// evalBackground is the Eval of such a loss in float32.
func evalBackground[L background](l L, grad []float32, b *Batch) float64 {
	if b.Threads <= 1 {
		return evalBackgroundInOrder(l, grad, b)
	}
	b.check(grad)
	b.clearFor(grad)
	return backgroundInParallel(l, grad, b, b.everyRow())
}

// evalBackgroundInOrder is that on one goroutine, row after row, for a loss that
// remembers something from row to row.
func evalBackgroundInOrder[L background](l L, grad []float32, b *Batch) (total float64) {
	b.check(grad)
	b.clearFor(grad)
	b.single = reuse.Grow(b.single, 3*blockSize(b.Columns))
	run, n := newBackgroundRun(l, grad, b, b.everyRow(), b.single), b.count()
	for start := 0; start < n; start += chunk {
		total += run.chunk(start, min(start+chunk, n))
	}
	return total
}

func backgroundInParallel[L background](l L, grad []float32, b *Batch, whole bool) float64 {
	return b.inParallel(func(start, end int) float64 {
		run := newBackgroundRun(l, grad, b, whole, make([]float32, 3*blockSize(b.Columns)))
		return run.chunk(start, end)
	})
}

// backgroundRun is one evaluation.
type backgroundRun[L background] struct {
	l     L
	grad  []float32
	b     *Batch
	whole bool // all rows count, in their order

	x, slope, loss []float32 // of a block
}

// newBackgroundRun begins an evaluation with room for three blocks.
func newBackgroundRun[L background](l L, grad []float32, b *Batch, whole bool, room []float32) backgroundRun[L] {
	size := len(room) / 3
	return backgroundRun[L]{l, grad, b, whole, room[:size], room[size : 2*size], room[2*size:]}
}

// chunk evaluates the rows that count from start to end, once more in float64
// where float32 does not hold their losses. For NaN that is in vain.
func (s *backgroundRun[L]) chunk(start, end int) (total float64) {
	for first, n := start, blockRows(s.b.Columns); first < end; first += n {
		total += s.block(first, min(first+n, end))
	}
	if total-total != 0 {
		return evalRows(wideBackground[L]{s.l}, s.grad, s.b, start, end)
	}
	return total
}

// block evaluates so many rows that there is room for.
func (s *backgroundRun[L]) block(start, end int) (total float64) {
	columns := s.b.Columns
	x, direct := s.gather(start, end)
	slope := s.slope
	if direct && s.grad != nil {
		slope = s.grad[start*columns : end*columns]
	}
	s.l.backgroundEach(slope[:len(x)], s.loss[:len(x)], x)
	if columns < narrow && !s.l.remembers() {
		total = s.narrow(slope, start, end)
	} else {
		for i := start; i < end; i++ {
			at := (i - start) * columns
			total += s.row(slope[at:at+columns], s.loss[at:at+columns], i)
		}
	}
	if !direct && s.grad != nil {
		s.scatter(slope, start, end)
	}
	return total
}

// row puts the i-th row that counts right and returns its loss.
func (s *backgroundRun[L]) row(slope, loss []float32, i int) float64 {
	r, w := s.b.at(i)
	class, value := s.b.Class[r], 0.0
	if w == 0 || class == anchors.Ignored {
		clear(slope)
	} else {
		truth := -1
		if class >= 0 && int(class) < len(slope) {
			if v, ok := s.l.objectRow(slope, s.b.Logits[r*s.b.Columns:(r+1)*s.b.Columns], s.b.target(r)); ok {
				value = v
				clear(loss)
			} else if y := s.l.target(s.b.target(r)); y > 0 {
				truth = int(class)
				v, g := s.l.element(truth, float64(s.b.Logits[r*s.b.Columns+truth]), y)
				loss[truth], slope[truth], value = 0, float32(g), v
			}
		}
		s.l.seen(slope, truth)
		w *= s.l.factor(class)
		value = w * (value + rowSum(loss))
		if w != 1 {
			scale(slope, float32(w))
		}
	}
	if s.b.Loss != nil {
		s.b.Loss[i] = single(value)
	}
	return value
}

// rowSum adds up a row.
func rowSum(loss []float32) float64 {
	if len(loss) >= 16 {
		return float64(logits.Sum(loss))
	}
	sum := float32(0)
	for _, v := range loss {
		sum += v
	}
	return float64(sum)
}

// gather returns the logits of the rows, and what is left over to a multiple of
// 16: where they lie, which spares two copies, if nothing is left over.
func (s *backgroundRun[L]) gather(start, end int) (x []float32, direct bool) {
	columns := s.b.Columns
	n := (end - start) * columns
	if s.whole && n%16 == 0 {
		return s.b.Logits[start*columns : end*columns], true
	}
	if s.whole {
		copy(s.x, s.b.Logits[start*columns:end*columns])
	} else {
		for j := start; j < end; j++ {
			copy(s.x[(j-start)*columns:], s.b.Logits[int(s.b.Rows[j])*columns:][:columns])
		}
	}
	return s.x[:(n+15)&^15], false
}

// scatter hands the gradients out.
func (s *backgroundRun[L]) scatter(slope []float32, start, end int) {
	columns := s.b.Columns
	if s.whole {
		copy(s.grad[start*columns:end*columns], slope)
		return
	}
	for j := start; j < end; j++ {
		copy(s.grad[int(s.b.Rows[j])*columns:][:columns], slope[(j-start)*columns:])
	}
}
