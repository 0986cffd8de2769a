package nn

import (
	"detsample/internal/reuse"
	"detsample/internal/sgemm"
)

// live returns the rows of grad, fanOut elements each, that are not all 0, and
// whether they are so few that leaving out the others is worth copying them.
// Valid until the next call on the same [Work].
func (a *affine) live(grad []float32) (rows []int32, few bool) {
	total := len(grad) / a.fanOut
	rows = a.work.live[:0]
	for i := 0; len(grad) > 0; i++ {
		if !zero(grad[:a.fanOut]) {
			rows = append(rows, int32(i))
		}
		grad = grad[a.fanOut:]
	}
	a.work.live = rows
	return rows, 4*len(rows) <= 3*total && !a.work.whole
}

// zero reports whether all of x is 0.
func zero(x []float32) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

// pack returns the given rows of grad, one after the other.
func (a *affine) pack(grad []float32, rows []int32) []float32 {
	a.work.packed = reuse.Grow(a.work.packed, len(rows)*a.fanOut)
	for i, r := range rows {
		copy(a.work.packed[i*a.fanOut:(i+1)*a.fanOut], grad[int(r)*a.fanOut:])
	}
	return a.work.packed
}

// backwardLive is the part of Backward for a chunk of output rows, from row
// from on, whose gradient g is 0 but at the places in live. Where a loss counts
// few candidates that is most of a head: all but the positives' places in the
// box branch, all but the sampled ones in the other. The rest would add
// nothing, so the results are the same to the bit (but 0 times an infinite
// weight or activation is 0 then, not NaN), provided that the engine adds up
// the places in the parts in which it would have added up all of them.
func (c *Conv) backwardLive(g []float32, live []int32, from int) {
	p := &c.patches
	depth := int32(sgemm.Depth(len(g) / c.cfg.Out))
	for len(live) > 0 {
		end, n := (live[0]/depth+1)*depth, 1
		for n < len(live) && live[n] < end {
			n++
		}
		part := live[:n]
		live = live[n:]
		packed, columns := c.pack(g, part), c.scratch(n)
		p.gatherPlaces(columns, from, part)
		c.addWeightGrad(columns, packed, n)
		if !c.cfg.NoInputGrad {
			c.inputGrad(columns, packed, n)
			p.scatterPlaces(c.grad.Data, columns, from, part)
		}
	}
}
