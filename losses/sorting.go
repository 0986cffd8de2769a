package losses

import "detsample/internal/reuse"

// reach is the range, among the positives ascending by logit, of those near
// enough to one of them to be on the ramp, or equal to it: from low to high.
// Those from high on stand above it with H = 1, and it stands so above those
// before low.
type reach struct {
	low, high int32
	equals    bool // all of them are equal to it
}

// reaches measures the positives' distances from each other.
func (r *ranking) reaches() {
	n := len(r.score)
	r.reach = reuse.Grow(r.reach, n)
	low, high := 0, 0
	for i, s := range r.score {
		for low < n && s-r.score[low] >= r.delta && r.score[low] != s {
			low++
		}
		for high < n && (r.score[high] <= s || r.score[high]-s < r.delta) {
			high++
		}
		equals := low < high && r.score[low] == s && r.score[high-1] == s
		r.reach[i] = reach{int32(low), int32(high), equals}
	}
}

// sortByQuality sets the loss of every positive and what it pushes. From the
// worst box to the best, and back, each positive is compared with those that
// were before it, so that what stands above it is known apart for better and
// for worse boxes.
func (r *ranking) sortByQuality() {
	n := len(r.pos)
	r.reaches()
	r.value = r.value[:0]
	for i := range r.pos {
		r.value = append(r.value, r.pos[i].quality)
	}
	r.order = r.sorter.Rising(r.order, r.value)
	r.worse = reuse.Grow(r.worse, n)
	r.tree.clearFor(n)
	for first, end := 0, 0; first < n; first = end {
		end = r.equalFrom(first)
		for _, i := range r.order[first:end] {
			r.worse[i] = r.standing(i)
		}
		for _, i := range r.order[first:end] {
			r.list(i)
		}
	}
	r.tree.clearFor(n)
	r.pushes.clearFor(n)
	for first, end := n, n; end > 0; end = first {
		first = r.equalTo(end)
		for _, i := range r.order[first:end] {
			r.list(i)
		}
		for _, i := range r.order[first:end] {
			r.rankAndSort(int(i))
		}
		for _, i := range r.order[first:end] {
			if w := r.worse[i].mass; w > 0 {
				push := r.worse[i].error / w
				r.pushes.add(int(i), leaf{mass: push, moment: push * r.score[i]})
			}
		}
	}
}

// equalFrom returns the end of the places in the order, from first on, whose
// quality is the same.
func (r *ranking) equalFrom(first int) int {
	quality, end := r.pos[r.order[first]].quality, first+1
	for end < len(r.order) && r.pos[r.order[end]].quality == quality {
		end++
	}
	return end
}

// equalTo returns the start of the run of places of equal quality that ends
// there.
func (r *ranking) equalTo(end int) int {
	quality, first := r.pos[r.order[end-1]].quality, end-1
	for first > 0 && r.pos[r.order[first-1]].quality == quality {
		first--
	}
	return first
}

// list adds positive i to those that others are compared with. The highest
// logit comes first.
func (r *ranking) list(i int32) {
	p := &r.pos[i]
	wrong := p.weight * (1 - float64(p.quality))
	r.tree.add(len(r.pos)-1-int(i), leaf{p.weight, p.weight * p.score, wrong, wrong * p.score})
}

// standing returns the weight of the listed positives that stand above i, each
// times its H, and the same of their errors 1-q.
func (r *ranking) standing(i int32) (above leaf) {
	at, n, s := r.reach[i], len(r.pos), r.score[i]
	full, all := r.tree.first(n-int(at.high)), r.tree.first(n-int(at.low))
	mass, wrong := all.mass-full.mass, all.error-full.error
	rise := all.moment - full.moment + mass*(r.delta-s)
	wrongRise := all.errorMoment - full.errorMoment + wrong*(r.delta-s)
	return leaf{mass: full.mass + r.near(at, mass, rise), error: full.error + r.near(at, wrong, wrongRise)}
}

// near is onRamp of those in reach, and exact where all are equal, whatever
// rounding says of a ramp that is narrower still.
func (r *ranking) near(at reach, mass, rise float64) float64 {
	if at.equals {
		return max(0, mass*r.above(0))
	}
	return r.onRamp(mass, rise)
}

// rankAndSort sets the loss of positive i, and the slope that it gets from its
// own error and from positives of better quality. It, its equals and those of
// better quality are listed. Its sorting part takes the place of the error in
// what it knows of those of worse quality.
func (r *ranking) rankAndSort(i int) {
	p, worse, better := &r.pos[i], &r.worse[i], r.standing(int32(i))
	if own := p.weight * r.above(0); better.mass < own { // by rounding, where the ramp is smaller than that
		better = leaf{mass: own, error: own * (1 - float64(p.quality))}
	}
	rank := better.mass + worse.mass + p.over
	p.push = p.weight / rank
	ranks := p.weight * p.over / rank
	sorts := p.weight * ((better.error+worse.error)/(better.mass+worse.mass) - better.error/better.mass)
	p.loss = ranks + sorts
	p.slope -= p.loss
	worse.error = sorts

	at := r.reach[i]
	low, high := r.pushes.first(int(at.low)), r.pushes.first(int(at.high))
	mass := high.mass - low.mass
	rise := mass*(p.score+r.delta) - (high.moment - low.moment)
	p.slope += p.weight * (low.mass + r.near(at, mass, rise))
}
