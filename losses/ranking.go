package losses

import (
	"cmp"
	"math"
	"slices"

	"detsample/anchors"
)

// ranking is the memory of the losses that rank: a batch's positive elements,
// ascending by logit, and what stands above each. An element is one logit; it
// is positive if its column is its row's class and the row's quality is not 0.
// A row's weight says how many candidates it stands for.
//
// How far one logit stands above another is H(d), their difference d on a ramp
// from 0 at -delta to 1 at delta. Under an element, the positives are first
// those with H = 1, then those on the ramp, where H is linear, then those with
// H = 0. Sums over each are differences of prefix sums, so that no pair of
// elements is ever visited.
type ranking struct {
	delta  float64
	middle float64 // logit from which others are measured, so that sums cancel little
	pos    []ranked
	score  []float64 // of each positive, from the middle
	nan    bool      // whether a logit was not a number

	// Sums over the positives, one longer than they.
	full, mass, moment []float64
}

// ranked is a positive element.
type ranked struct {
	score, quality, weight float64

	row, at int     // place in Batch.Weight and in Batch.Logits
	over    float64 // weight of the negatives above it, each times its H
	mates   float64 // weight of the positives above it and of itself, likewise
	loss    float64
	slope   float64 // of its own logit
	push    float64 // slope that it gives a negative, for each unit of weight times H
}

// gather collects the positives and measures what stands above each.
func (r *ranking) gather(b *Batch, delta float64) {
	r.delta, r.pos, r.score, r.nan = delta, r.pos[:0], r.score[:0], false
	for i := range b.count() {
		row, w := b.at(i)
		if t := b.target(row); w != 0 && t.Class >= 0 && t.Quality > 0 {
			at := row*b.Columns + int(t.Class)
			score := float64(b.Logits[at])
			r.nan = r.nan || math.IsNaN(score)
			r.pos = append(r.pos, ranked{score: score, quality: float64(t.Quality), weight: w, row: i, at: at})
		}
	}
	if len(r.pos) == 0 {
		return
	}
	slices.SortFunc(r.pos, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.at, b.at))
	})
	r.middle = r.pos[len(r.pos)/2].score
	for i := range r.pos {
		r.pos[i].score -= r.middle
		r.score = append(r.score, r.pos[i].score)
	}
	r.measure(b)
}

// measure adds up what stands above each positive.
func (r *ranking) measure(b *Batch) {
	r.reset()
	r.negatives(b, func(_ int, score, weight float64) { r.stand(score, weight) })
	r.collect(func(p *ranked, above float64) { p.over = above })
	r.reset()
	for i := range r.pos {
		r.stand(r.pos[i].score, r.pos[i].weight)
	}
	r.collect(func(p *ranked, above float64) { p.mates = above })
}

// stand adds an element to the sums of the positives under it.
func (r *ranking) stand(score, weight float64) {
	full, ramp := r.under(score)
	r.full[full] += weight
	r.mass[full] += weight
	r.mass[ramp] -= weight
	r.moment[full] += weight * score
	r.moment[ramp] -= weight * score
}

// collect visits every positive with the weight of what stands above it.
func (r *ranking) collect(visit func(p *ranked, above float64)) {
	for i := len(r.pos) - 1; i >= 0; i-- { // those with H = 1 are counted from above
		r.full[i] += r.full[i+1]
	}
	mass, moment := 0.0, 0.0
	for i := range r.pos {
		mass, moment = mass+r.mass[i], moment+r.moment[i]
		visit(&r.pos[i], r.full[i+1]+r.onRamp(mass, moment+mass*(r.delta-r.score[i])))
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
	r.backward(grad, b)
	if r.nan {
		return math.NaN()
	}
	return total
}

// backward writes the gradients.
func (r *ranking) backward(grad []float32, b *Batch) {
	clear(grad)
	if grad == nil || len(r.pos) == 0 {
		return
	}
	r.reset()
	for i := range r.pos {
		p := &r.pos[i]
		grad[p.at] = float32(p.slope)
		r.mass[i+1] = r.mass[i] + p.push
		r.moment[i+1] = r.moment[i] + p.push*p.score
	}
	r.negatives(b, func(at int, score, weight float64) {
		full, ramp := r.under(score)
		slope := r.mass[full]
		if ramp > full {
			mass, moment := r.mass[ramp]-r.mass[full], r.moment[ramp]-r.moment[full]
			slope += r.onRamp(mass, mass*(score+r.delta)-moment)
		}
		grad[at] = float32(weight * slope)
	})
}

// onRamp returns the weighted sum of H = rise/(2 delta) over elements on the
// ramp, of weight mass in all, within which rounding keeps it.
func (r *ranking) onRamp(mass, rise float64) float64 {
	if r.delta == 0 || mass <= 0 {
		return 0
	}
	return max(0, min(rise/(2*r.delta), mass))
}

// negatives visits every negative element that stands above a positive.
func (r *ranking) negatives(b *Batch, visit func(at int, score, weight float64)) {
	floor := r.score[0] - r.delta
	for i := range b.count() {
		row, w := b.at(i)
		t := b.target(row)
		if w == 0 || t.Class == anchors.Ignored {
			continue
		}
		for k, x := range b.Logits[row*b.Columns : (row+1)*b.Columns] {
			score := float64(x) - r.middle
			if score < floor || k == int(t.Class) && t.Quality > 0 {
				continue
			}
			r.nan = r.nan || math.IsNaN(score)
			visit(row*b.Columns+k, score, w)
		}
	}
}

// under returns how many positives an element stands above with H = 1, and
// with H > 0.
func (r *ranking) under(score float64) (full, ramp int) {
	full = countUpTo(r.score, score-r.delta)
	if r.delta == 0 {
		return full, full
	}
	ramp = full
	if ramp < len(r.score) && r.score[ramp] < score+r.delta {
		ramp = countUpTo(r.score, score+r.delta)
	}
	return full, ramp
}

// countUpTo returns how many elements of an ascending list are at most x.
func countUpTo(ascending []float64, x float64) int {
	lo, hi := 0, len(ascending)
	for lo < hi {
		if mid := (lo + hi) / 2; ascending[mid] <= x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
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

// reset clears the sums.
func (r *ranking) reset() {
	n := len(r.pos) + 1
	for _, s := range []*[]float64{&r.full, &r.mass, &r.moment} {
		*s = slices.Grow((*s)[:0], n)[:n]
		clear(*s)
	}
}
