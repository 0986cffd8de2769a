package losses

import (
	"math"

	"detsample/anchors"
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// softened is a loss over exclusive classes whose target is no single column,
// so that it has a use for the exponentials themselves.
type softened interface {
	// soften returns the loss of a row and, if grad is not nil, writes its
	// gradient, times w. The row is a copy, since what an interface points to is on
	// the heap.
	soften(grad []float32, row softRow, w float64) float64
}

// softRow is a row of logits x with their exponentials exp(x - top).
type softRow struct {
	x, exp    []float32
	truth     int
	top       float64
	sum, rest float64 // of the exponentials, and without the true column's
	log       float64 // of sum
}

// nll returns -log p of the true column.
func (r *softRow) nll() float64 {
	if r.rest < r.sum/2 { // where the logarithm and the logit would cancel
		return -math.Log1p(-r.rest / r.sum)
	}
	return r.log - (float64(r.x[r.truth]) - r.top)
}

// widest is the number of columns from which the kernel of exponentials pays
// for rows one by one.
const widest = 16

// evalSoftened is the Eval of such a loss in float32.
func evalSoftened[L softened](l L, grad []float32, b *Batch) (total float64) {
	b.check(grad)
	b.clearFor(grad)
	if b.Threads > 1 {
		return softenedInParallel(l, grad, b)
	}
	b.single = reuse.Grow(b.single, b.Columns)
	for start, n := 0, b.count(); start < n; start += chunk {
		total += softenedRows(l, grad, b, b.single, start, min(start+chunk, n))
	}
	return total
}

func softenedInParallel[L softened](l L, grad []float32, b *Batch) float64 {
	return b.inParallel(func(start, end int) float64 {
		return softenedRows(l, grad, b, make([]float32, b.Columns), start, end)
	})
}

// softenedRows evaluates the rows that count from start to end.
func softenedRows[L softened](l L, grad []float32, b *Batch, exp []float32, start, end int) (total float64) {
	columns := b.Columns
	var list [1]logits.SoftmaxRow
	row := softRow{exp: exp}
	for i := start; i < end; i++ {
		r, w := b.at(i)
		if w == 0 || b.Class[r] == anchors.Ignored {
			b.skip(grad, i, r)
			continue
		}
		row.x, row.truth = b.Logits[r*columns:(r+1)*columns], Softmax.column(b.Class[r], columns)
		list[0] = logits.SoftmaxRow{Truth: int32(row.truth)}
		logits.SoftmaxRows(exp, row.x, columns, columns, list[:])
		row.top, row.rest = float64(list[0].Top), float64(list[0].Rest)
		row.sum = row.rest + float64(exp[row.truth])
		row.log = math.Log(row.sum)
		var g []float32
		if grad != nil {
			g = grad[r*columns : (r+1)*columns]
		}
		value := w * l.soften(g, row, w)
		if b.Loss != nil {
			b.Loss[i] = single(value)
		}
		total += value
	}
	return total
}

// below returns the sum of top - x. Four sums go side by side, since each waits
// for its last addition.
func (r *softRow) below() float64 {
	var a, b, c, d float64
	x := r.x
	for len(x) >= 4 {
		a += r.top - float64(x[0])
		b += r.top - float64(x[1])
		c += r.top - float64(x[2])
		d += r.top - float64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		a += r.top - float64(v)
	}
	return a + b + (c + d)
}

// entropy returns that of the probabilities.
func (r *softRow) entropy() float64 {
	var a, b, c, d float64
	x, e := r.x, r.exp
	for len(x) >= 4 && len(e) >= 4 {
		a += float64(e[0]) * (r.top - float64(x[0]))
		b += float64(e[1]) * (r.top - float64(x[1]))
		c += float64(e[2]) * (r.top - float64(x[2]))
		d += float64(e[3]) * (r.top - float64(x[3]))
		x, e = x[4:], e[4:]
	}
	for k, v := range x {
		a += float64(e[k]) * (r.top - float64(v))
	}
	return r.log + (a+b+(c+d))/r.sum
}
