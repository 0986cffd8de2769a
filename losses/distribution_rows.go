package losses

import "detsample/internal/logits"

// distributionRoom is how many exponentials of sides are taken together, on the
// stack.
const distributionRoom = 2048

// sides are some that are evaluated together.
type sides struct {
	softList                          // true is the more probable of the two integers
	weight, likely [softBlock]float64 // of the side, and of that integer
	other          [softBlock]int     // the other integer
}

// evalTogether is Eval for sides of few columns.
func (l DistributionFocal) evalTogether(grad, x, distance, weight []float32) (total float64) {
	var exps [distributionRoom]float32
	var s sides
	full := min(softBlock, distributionRoom/logits.Stride(l.Bins+1))
	for i, y := range distance {
		w := 1.0
		if weight != nil {
			w = float64(weight[i])
		}
		if w == 0 {
			continue
		}
		left, right := l.between(y)
		likely, share, other := left, 1-right, left+1
		if right > share {
			likely, share, other = other, right, left
		}
		s.rows[s.n] = logits.SoftmaxRow{Row: int32(i), Truth: int32(likely)}
		s.weight[s.n], s.likely[s.n], s.other[s.n] = w, share, other
		if s.n++; s.n == full {
			total += l.flush(&s, exps[:], grad, x, distance, weight)
		}
	}
	return total + l.flush(&s, exps[:], grad, x, distance, weight)
}

// flush evaluates the listed sides, by themselves those that float32 does not
// hold.
func (l DistributionFocal) flush(s *sides, exps, grad, x, distance, weight []float32) (total float64) {
	columns, rows := l.Bins+1, s.rows[:s.n]
	s.evaluate(exps, x, columns, logits.NoSpread, grad)
	for i := range rows {
		rows[i].Factor = float32(s.weight[i] / s.sum(i))
	}
	if grad != nil {
		logits.ScaleRows(grad, exps, columns, rows)
	}
	for i := range rows {
		r := &rows[i]
		at, w, sum := int(r.Row)*columns, s.weight[i], s.sum(i)
		below := float64(r.Top) - float64(x[at+s.other[i]])
		loss := w * (s.likely[i]*float64(s.nll[i]) + (1-s.likely[i])*(float64(s.log[i])+below))
		if loss-loss != 0 {
			loss = l.side(grad, x, distance, weight, int(r.Row))
		} else if grad != nil {
			unlikely := 1 - s.likely[i]
			grad[at+int(r.Truth)] = float32(w * (unlikely - float64(s.rest[i])/sum)) // p - likely
			grad[at+s.other[i]] -= float32(w * unlikely)
		}
		total += loss
	}
	s.n = 0
	return total
}
