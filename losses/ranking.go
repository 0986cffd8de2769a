package losses

import (
	"math"
	"slices"

	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/internal/sift"
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
	sums   []rampSums
	nan    bool // whether a logit was not a number
	places places

	sorter   *sift.Sorter // by reference, since it is large and a batch may be copied
	order    []int32
	value    []float32 // what is sorted by
	unsorted []ranked
	reach    []reach
	worse    []leaf
	tree     fenwick
	pushes   fenwick
}

// ranked is a positive element.
type ranked struct {
	score, weight float64
	quality       float32

	row, at int     // place in Batch.Weight and in Batch.Logits
	over    float64 // weight of the negatives above it, each times its H
	mates   float64 // weight of the positives above it and of itself, likewise
	loss    float64
	slope   float64 // of its own logit
	push    float64 // slope that it gives a negative, for each unit of weight times H
}

// rampSums are sums over elements: of the weights of those with H = 1, and of
// those on the ramp the weights, and the weights times the scores.
type rampSums struct{ full, mass, moment float64 }

// gather collects the positives.
func (r *ranking) gather(b *Batch, delta float64) {
	r.delta, r.unsorted, r.value, r.score, r.nan = delta, r.unsorted[:0], r.value[:0], r.score[:0], false
	for i := range b.count() {
		row, w := b.at(i)
		if t := b.target(row); w != 0 && t.Class >= 0 && t.Quality > 0 {
			at := row*b.Columns + int(t.Class)
			logit := b.Logits[at]
			r.nan = r.nan || logit != logit
			r.value = append(r.value, logit)
			r.unsorted = append(r.unsorted, ranked{score: float64(logit), quality: t.Quality, weight: w, row: i, at: at})
		}
	}
	r.pos = reuse.Grow(r.pos, len(r.unsorted))
	if len(r.pos) == 0 {
		return
	}
	if r.sorter == nil {
		r.sorter = new(sift.Sorter)
	}
	r.order = r.sorter.Rising(r.order, r.value)
	r.middle = r.unsorted[r.order[len(r.order)/2]].score
	for i, at := range r.order {
		r.pos[i] = r.unsorted[at]
		r.pos[i].score -= r.middle
		r.score = append(r.score, r.pos[i].score)
	}
	r.places.of(r.score)
}

// underNegatives adds up what negatives stand above each positive.
func (r *ranking) underNegatives(b *Batch) {
	if len(r.pos) == 0 {
		return
	}
	r.reset()
	floor := r.floor()
	r.rows(b, func(first, truth int, logits []float32, weight float64) {
		for k, x := range logits {
			if score := float64(x) - r.middle; !(score < floor) && k != truth {
				r.nan = r.nan || x != x
				full, ramp := r.under(score)
				r.stand(score, weight, full, ramp)
			}
		}
	})
	r.collect(func(p *ranked, above float64) { p.over = above })
}

// underMates adds up what positives stand above each positive.
func (r *ranking) underMates() {
	r.reset()
	full, ramp := 0, 0
	for i, score := range r.score { // which ascend, and with them what is under them
		for full < len(r.score) && r.score[full] <= score-r.delta {
			full++
		}
		ramp = max(ramp, full)
		for r.delta > 0 && ramp < len(r.score) && r.score[ramp] < score+r.delta {
			ramp++
		}
		r.stand(score, r.pos[i].weight, full, ramp)
	}
	r.collect(func(p *ranked, above float64) { p.mates = above })
}

// stand adds an element to the sums of the positives under it.
func (r *ranking) stand(score, weight float64, full, ramp int) {
	r.sums[full].full += weight
	r.sums[full].mass += weight
	r.sums[full].moment += weight * score
	r.sums[ramp].mass -= weight
	r.sums[ramp].moment -= weight * score
}

// collect visits every positive with the weight of what stands above it.
func (r *ranking) collect(visit func(p *ranked, above float64)) {
	for i := len(r.pos) - 1; i >= 0; i-- { // those with H = 1 are counted from above
		r.sums[i].full += r.sums[i+1].full
	}
	mass, moment := 0.0, 0.0
	for i := range r.pos {
		mass, moment = mass+r.sums[i].mass, moment+r.sums[i].moment
		visit(&r.pos[i], r.sums[i+1].full+r.onRamp(mass, moment+mass*(r.delta-r.score[i])))
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
		p, before, after := &r.pos[i], &r.sums[i], &r.sums[i+1]
		grad[p.at] = float32(p.slope)
		after.mass = before.mass + p.push
		after.moment = before.moment + p.push*p.score
	}
	floor := r.floor()
	r.rows(b, func(first, truth int, logits []float32, weight float64) {
		for k, x := range logits {
			if score := float64(x) - r.middle; !(score < floor) && k != truth {
				grad[first+k] = float32(weight * r.pushed(score))
			}
		}
	})
}

// pushed is the slope that the positives give a negative of weight 1.
func (r *ranking) pushed(score float64) float64 {
	full, ramp := r.under(score)
	low, high := &r.sums[full], &r.sums[ramp]
	slope := low.mass
	if ramp > full {
		mass, moment := high.mass-low.mass, high.moment-low.moment
		slope += r.onRamp(mass, mass*(score+r.delta)-moment)
	}
	return slope
}

// onRamp returns the weighted sum of H = rise/(2 delta) over elements on the
// ramp, of weight mass in all, within which rounding keeps it.
func (r *ranking) onRamp(mass, rise float64) float64 {
	if r.delta == 0 || mass <= 0 {
		return 0
	}
	return max(0, min(rise/(2*r.delta), mass))
}

// floor is the score from which an element stands above a positive.
func (r *ranking) floor() float64 { return r.score[0] - r.delta }

// rows visits every row that counts: the place of its first logit, the column
// that is positive, or -1, its logits and its weight.
func (r *ranking) rows(b *Batch, visit func(first, truth int, logits []float32, weight float64)) {
	for i := range b.count() {
		row, w := b.at(i)
		t := b.target(row)
		if w == 0 || t.Class == anchors.Ignored {
			continue
		}
		truth := -1
		if t.Quality > 0 {
			truth = int(t.Class)
		}
		first := row * b.Columns
		visit(first, truth, b.Logits[first:first+b.Columns], w)
	}
}

// under returns how many positives an element stands above with H = 1, and
// with H > 0.
func (r *ranking) under(score float64) (full, ramp int) {
	full = r.places.upTo(score - r.delta)
	if r.delta == 0 {
		return full, full
	}
	return full, max(full, r.places.upTo(score+r.delta))
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
	r.sums = slices.Grow(r.sums[:0], n)[:n]
	clear(r.sums)
}
