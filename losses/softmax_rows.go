package losses

import (
	"detsample/anchors"
	"detsample/internal/logits"
)

// eval is the Eval of a loss over exclusive classes: the kernels take the
// exponentials and scale them, and what a row has once is done in float64.
func (e exclusive) eval(grad []float32, b *Batch) (total float64) {
	b.check(grad)
	b.clearFor(grad)
	if b.Threads > 1 {
		return softmaxRun{exclusive: e, grad: grad, b: b}.inParallel()
	}
	var room [maxColumns]float32
	run := softmaxRun{exclusive: e, grad: grad, b: b, room: atLeast(room[:], b.Columns)}
	for start, n := 0, b.count(); start < n; start += chunk {
		end := min(start+chunk, n)
		total += e.within(run.chunk(start, end), grad, b, start, end)
	}
	return total
}

// softmaxRun is one evaluation.
type softmaxRun struct {
	exclusive
	grad []float32
	room []float32 // of a row, for what nobody asked for
	b    *Batch
}

// inParallel evaluates all rows on the batch's number of threads.
func (s softmaxRun) inParallel() float64 {
	return s.b.inParallel(func(start, end int) float64 {
		run := s
		if s.grad == nil {
			run.room = make([]float32, s.b.Columns)
		}
		return s.within(run.chunk(start, end), s.grad, s.b, start, end)
	})
}

// weighted is one of the rows that count.
type weighted struct {
	i      int     // which of them
	weight float64 // times its class's
}

// chunk evaluates the rows that count from start to end.
func (s *softmaxRun) chunk(start, end int) (total float64) {
	var rows [block]logits.SoftmaxRow
	var at [block]weighted
	n := 0
	for i := start; i < end; i++ {
		r, w := s.b.at(i)
		class := s.b.Class[r]
		truth := Softmax.column(class, s.b.Columns)
		if class != anchors.Ignored {
			w *= s.alpha(class, truth)
		}
		if w == 0 || class == anchors.Ignored {
			s.b.skip(s.grad, i, r)
			continue
		}
		if n == block || n > 0 && int(rows[n-1].Row) == r { // listed twice: the row is scaled before it is written anew
			total += s.rows(rows[:n], at[:n])
			n = 0
		}
		rows[n], at[n] = logits.SoftmaxRow{Row: int32(r), Truth: int32(truth)}, weighted{i, w}
		n++
	}
	return total + s.rows(rows[:n], at[:n])
}

// rows evaluates some rows and returns the sum of their losses.
func (s *softmaxRun) rows(rows []logits.SoftmaxRow, at []weighted) (total float64) {
	columns := s.b.Columns
	if s.grad != nil {
		logits.SoftmaxRows(s.grad, s.b.Logits, columns, columns, rows)
	} else {
		logits.SoftmaxRows(s.room, s.b.Logits, columns, 0, rows)
	}
	var nll, hit, margin, miss, pull [block]float32 // pull is the gradient of the true column
	for i := range rows {
		r := &rows[i]
		margin[i] = s.b.Logits[int(r.Row)*columns+int(r.Truth)] - r.Top
		miss[i] = r.Rest
	}
	logits.SoftmaxValues(nll[:], hit[:], margin[:], miss[:])
	for i := range rows {
		p, rest := float64(hit[i]), float64(miss[i])
		share := 1 / (p + rest)
		p, rest = p*share, rest*share // of the true column, and of the others without cancellation
		focus := at[i].weight * power(rest, s.gamma)
		value := focus * float64(nll[i])
		rows[i].Factor, pull[i] = 0, 0
		if rest > 0 { // the others share the slope
			slope := focus
			if s.gamma > 0 {
				slope += focus * s.gamma * p * float64(nll[i]) / rest
			}
			rows[i].Factor, pull[i] = float32(slope*share), float32(-slope*rest)
		}
		if s.b.Loss != nil {
			s.b.Loss[at[i].i] = single(value)
		}
		total += value
	}
	if s.grad != nil {
		logits.ScaleRows(s.grad, columns, rows)
		for i, r := range rows {
			s.grad[int(r.Row)*columns+int(r.Truth)] = pull[i]
		}
	}
	return total
}
