package losses

import (
	"cmp"
	"math"
	"slices"

	"detsample/anchors"
)

// ranking is the memory of the losses that rank: a batch's positive elements,
// ascending by logit, and how the negatives stand to them. An element is one
// logit; it is positive if its column is its row's class and the row's quality
// is not 0. A row's weight says how many candidates it stands for.
//
// How far one logit stands above another is H(d), their difference d on a ramp
// from 0 at -delta to 1 at delta. Under a negative, the positives are first
// those with H = 1, then those on the ramp, then those with H = 0: sums over
// the first are prefix sums, and only the ramp is visited.
type ranking struct {
	delta float64
	pos   []ranked
	score []float64 // of each positive
	sum   []float64 // one longer, for prefix sums
	nan   bool      // whether a negative's logit was not a number
}

// ranked is a positive element.
type ranked struct {
	score, quality, weight float64

	row, at int     // place in Batch.Weight and in Batch.Logits
	over    float64 // weight of the negatives above it, each times its H
	loss    float64
	slope   float64 // of its own logit
	push    float64 // slope that it gives a negative, for each unit of weight times H
}

// above returns H.
func (r *ranking) above(d float64) float64 {
	switch {
	case r.delta > 0:
		return max(0, min(d/(2*r.delta)+0.5, 1))
	case d >= 0:
		return 1
	}
	return 0
}

// gather collects the positives and measures what stands above each.
func (r *ranking) gather(b *Batch, delta float64) {
	r.delta, r.pos, r.score, r.nan = delta, r.pos[:0], r.score[:0], false
	for i := range b.count() {
		row, w := b.at(i)
		if t := b.target(row); w != 0 && t.Class >= 0 && t.Quality > 0 {
			at := row*b.Columns + int(t.Class)
			r.pos = append(r.pos, ranked{score: float64(b.Logits[at]), quality: float64(t.Quality), weight: w, row: i, at: at})
		}
	}
	slices.SortFunc(r.pos, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.at, b.at))
	})
	for i := range r.pos {
		r.score = append(r.score, r.pos[i].score)
	}
	r.measure(b)
}

// measure adds up the negatives above each positive.
func (r *ranking) measure(b *Batch) {
	r.resetSum()
	r.negatives(b, func(_ int, score, weight float64) {
		full := r.full(score)
		r.sum[full] += weight
		for i := full; i < len(r.score) && r.score[i] < score+r.delta; i++ {
			r.pos[i].over += weight * r.above(score-r.score[i])
		}
		r.nan = r.nan || math.IsNaN(score)
	})
	over := 0.0
	for i := len(r.pos) - 1; i >= 0; i-- {
		over += r.sum[i+1]
		r.pos[i].over += over
	}
}

// write puts the losses of the positives where the batch wants them and, if
// grad is not nil, the gradients of all elements. It returns the total.
func (r *ranking) write(grad []float32, b *Batch) float64 {
	clear(b.Loss)
	total := 0.0
	for i := range r.pos {
		total += r.pos[i].loss
		if b.Loss != nil {
			b.Loss[r.pos[i].row] = float32(r.pos[i].loss)
		}
	}
	if grad != nil {
		r.backward(grad, b)
	}
	if r.nan {
		return math.NaN()
	}
	return total
}

// backward writes the gradients.
func (r *ranking) backward(grad []float32, b *Batch) {
	clear(grad)
	r.resetSum()
	for i := range r.pos {
		grad[r.pos[i].at] = float32(r.pos[i].slope)
		r.sum[i+1] = r.sum[i] + r.pos[i].push
	}
	r.negatives(b, func(at int, score, weight float64) {
		full := r.full(score)
		slope := r.sum[full]
		for i := full; i < len(r.score) && r.score[i] < score+r.delta; i++ {
			slope += r.pos[i].push * r.above(score-r.score[i])
		}
		grad[at] = float32(weight * slope)
	})
}

// negatives visits every negative element that stands above a positive.
func (r *ranking) negatives(b *Batch, visit func(at int, score, weight float64)) {
	if len(r.score) == 0 {
		return
	}
	floor := r.score[0] - r.delta
	for i := range b.count() {
		row, w := b.at(i)
		t := b.target(row)
		if w == 0 || t.Class == anchors.Ignored {
			continue
		}
		for k, x := range b.Logits[row*b.Columns : (row+1)*b.Columns] {
			if score := float64(x); !(score < floor) && (k != int(t.Class) || t.Quality <= 0) {
				visit(row*b.Columns+k, score, w)
			}
		}
	}
}

// full returns how many positives a logit stands above with H = 1.
func (r *ranking) full(score float64) int {
	lo, hi := 0, len(r.score)
	for lo < hi {
		if mid := (lo + hi) / 2; r.score[mid] <= score-r.delta {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (r *ranking) resetSum() {
	r.sum = slices.Grow(r.sum[:0], len(r.pos)+1)[:len(r.pos)+1]
	clear(r.sum)
}
