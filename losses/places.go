package losses

import "detsample/internal/reuse"

// places finds where a number stands in an ascending list: equal steps over its
// range, several for each of its numbers, say between which places to look, so
// that most searches take no comparison at all, however long the list is, and
// the logarithm of it where the numbers stand in few of the steps.
type places struct {
	list      []float64
	low, high float64
	by        float64 // steps in a unit
	start     []int32 // of each step, how many numbers stand before it
}

// leastSteps is how many steps fit into a processor's nearest cache.
const leastSteps = 4096

// of prepares for another list, which is not empty. If its range is not a
// number, it is one step.
func (p *places) of(list []float64) {
	p.list, p.low, p.high = list, list[0], list[len(list)-1]
	steps := max(4*len(list), leastSteps)
	p.by = float64(steps) / (p.high - p.low)
	if !(p.by > 0 && p.by*0 == 0) {
		steps, p.by = 1, 0
	}
	p.start = reuse.Grow(p.start, steps+1)
	clear(p.start)
	for _, v := range list {
		p.start[p.step(v)+1]++
	}
	for i := range steps {
		p.start[i+1] += p.start[i]
	}
}

// step returns the step in which a number within the range stands.
func (p *places) step(v float64) int {
	return max(0, min(int((v-p.low)*p.by), len(p.start)-2))
}

// upTo returns how many numbers are at most v.
func (p *places) upTo(v float64) int {
	if !(v >= p.low) {
		return 0
	}
	if v >= p.high {
		return len(p.list)
	}
	step := p.step(v) // it never falls as v rises, so that others are on their sides
	lo, hi := int(p.start[step]), int(p.start[step+1])
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); p.list[mid] <= v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
