package losses

import "detsample/internal/reuse"

// fenwick adds elements at their places in any order, and sums over the first
// places at any time, each in log P steps (Fenwick 1994).
type fenwick []leaf

// leaf is a sum over elements: of their weights, of their weights times their
// scores, and of each of these times what is averaged.
type leaf struct{ mass, moment, error, errorMoment float64 }

// clearFor makes room for n places and empties them.
func (t *fenwick) clearFor(n int) {
	*t = reuse.Grow(*t, n+1)
	clear(*t)
}

// add adds an element at a place from 0.
func (t fenwick) add(place int, element leaf) {
	for k := place + 1; k < len(t); k += k & -k {
		t[k].mass += element.mass
		t[k].moment += element.moment
		t[k].error += element.error
		t[k].errorMoment += element.errorMoment
	}
}

// first returns the sum over the first n places.
func (t fenwick) first(n int) (sum leaf) {
	for k := n; k > 0; k &= k - 1 {
		at := &t[k]
		sum.mass += at.mass
		sum.moment += at.moment
		sum.error += at.error
		sum.errorMoment += at.errorMoment
	}
	return sum
}
