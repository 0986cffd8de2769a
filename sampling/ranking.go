package sampling

import (
	"math"
	"slices"
)

// ranking finds the k hardest of a list by a heap of k elements whose root is
// the easiest kept: O(n + m log k) for m replacements, where sorting all of
// 200 000 anchors takes a hundred times as long.
type ranking struct {
	index    []int32
	hardness []float32
}

// hardest returns the k hardest of the candidates, in ascending order of
// index. Harder is before easier, and the lower index before the higher at
// equal hardness; NaN counts as hardest. The result is valid until the next
// call.
func (r *ranking) hardest(candidates []int32, hardness []float32, k int) []int32 {
	r.index, r.hardness = r.index[:0], r.hardness[:0]
	if k <= 0 {
		return r.index
	}
	for _, i := range candidates {
		h := hardness[i]
		if h != h {
			h = float32(math.Inf(1))
		}
		switch {
		case len(r.index) < k:
			r.index, r.hardness = append(r.index, i), append(r.hardness, h)
			r.up(len(r.index) - 1)
		case h > r.hardness[0] || h == r.hardness[0] && i < r.index[0]:
			r.index[0], r.hardness[0] = i, h
			r.down(0)
		}
	}
	slices.Sort(r.index)
	return r.index
}

// easier reports whether element a leaves the heap before element b.
func (r *ranking) easier(a, b int) bool {
	if r.hardness[a] != r.hardness[b] {
		return r.hardness[a] < r.hardness[b]
	}
	return r.index[a] > r.index[b]
}

func (r *ranking) swap(a, b int) {
	r.index[a], r.index[b] = r.index[b], r.index[a]
	r.hardness[a], r.hardness[b] = r.hardness[b], r.hardness[a]
}

func (r *ranking) up(i int) {
	for i > 0 && r.easier(i, (i-1)/2) {
		r.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

func (r *ranking) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(r.index) {
			return
		}
		if child+1 < len(r.index) && r.easier(child+1, child) {
			child++
		}
		if !r.easier(child, i) {
			return
		}
		r.swap(i, child)
		i = child
	}
}
