package losses

import (
	"math"

	"detsample/anchors"
	"detsample/internal/logits"
)

// exactRun evaluates rows with every gradient, and the loss of every row,
// rounded from float64: to the bits of [EvalRows], in half of its time.
//
// Exponential and logarithm come from a kernel to twelve digits. Where those do
// not decide how a float32 rounds, once in ten thousand times, the standard
// library's do.
type exactRun struct {
	columnwise
	grad []float32
	b    *Batch

	x      [together]float32 // in the margin's direction: a positive's logit has its sign changed
	q, nll [together]float64 // of x as logits of negatives
	at     [together]int     // of each row that is listed, which of those that count
	n      int
}

// evalExact is eval in that way. It reports false for what it cannot do.
func (c columnwise) evalExact(grad []float32, b *Batch) (total float64, ok bool) {
	if b.Columns > together || c.gamma > 16 { // a power multiplies the deviation
		return 0, false
	}
	b.clearFor(grad)
	if b.Threads > 1 {
		return c.exactInParallel(grad, b), true
	}
	run := exactRun{columnwise: c, grad: grad, b: b}
	for start, n := 0, b.count(); start < n; start += chunk {
		total += run.chunk(start, min(start+chunk, n))
	}
	return total, true
}

func (c columnwise) exactInParallel(grad []float32, b *Batch) float64 {
	return b.inParallel(func(start, end int) float64 {
		run := exactRun{columnwise: c, grad: grad, b: b}
		return run.chunk(start, end)
	})
}

// chunk evaluates the rows that count from start to end.
func (s *exactRun) chunk(start, end int) (total float64) {
	columns := s.b.Columns
	for i := start; i < end; i++ {
		r, w := s.b.at(i)
		class := s.b.Class[r]
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.grad, i, r)
			continue
		}
		if (s.n+1)*columns > together {
			total += s.flush()
		}
		x := s.x[s.n*columns : (s.n+1)*columns]
		copy(x, s.b.Logits[r*columns:])
		if class >= 0 && int(class) < columns {
			x[class] = -x[class]
		}
		s.at[s.n] = i
		s.n++
	}
	return total + s.flush()
}

// flush evaluates and forgets the listed rows.
func (s *exactRun) flush() (total float64) {
	columns := s.b.Columns
	n := (s.n*columns + 15) &^ 15
	logits.Likelihoods(s.q[:n], s.nll[:n], s.x[:n])
	for j, i := range s.at[:s.n] {
		r, w := s.b.at(i)
		value := w * s.row(j, r, w)
		if s.b.Loss != nil {
			v, decided := round(value)
			if !decided || v > math.MaxFloat32 {
				v = single(w * s.columnwise.row(nil, s.b.Logits[r*columns:(r+1)*columns], Hard(s.b.Class[r])))
			}
			s.b.Loss[i] = v
		}
		total += value
	}
	s.n = 0
	return total
}

// row returns the loss of the j-th listed row, which is row r of the matrix,
// without its weight w, and writes its gradient, with the weight.
func (s *exactRun) row(j, r int, w float64) (total float64) {
	columns, truth := s.b.Columns, int(s.b.Class[r])
	hit := s.hit * classWeight(s.classWeight, truth)
	for k := range columns {
		weight, sign := s.miss, -1.0
		if k == truth {
			weight, sign = hit, 1
		}
		at, value, slope := j*columns+k, 0.0, 0.0
		if weight != 0 {
			value, slope = s.focal(at)
		}
		total += weight * value
		if s.grad == nil {
			continue
		}
		g, decided := round(weight * sign * slope)
		if !decided {
			_, slope = focalMargin(-float64(s.x[at]), s.gamma)
			g = float32(weight * sign * slope)
		}
		s.grad[r*columns+k] = g * float32(w)
	}
	return total
}

// focal returns what [focalMargin] does of a listed logit, to a relative error
// of 5e-13, and exactly where the kernel does not reach.
func (s *exactRun) focal(at int) (value, slope float64) {
	if x := s.x[at]; !(x < 700 && x > -700) {
		return focalMargin(-float64(x), s.gamma)
	}
	q, nll := s.q[at], s.nll[at]
	focus := power(q, s.gamma)
	return focus * nll, -focus * (s.gamma*(1-q)*nll + q)
}

// nearly bounds the relative error of focal.
const nearly = 1. / (1 << 40)

// round rounds to float32 a number known to that relative error, and reports
// whether the exact number rounds to the same.
func round(v float64) (rounded float32, decided bool) {
	low, high := float32(v*(1-nearly)), float32(v*(1+nearly))
	return low, low == high
}
