package sift

import (
	"math"

	"detsample/internal/reuse"
)

// Selector is the memory of repeated selections, which allocate nothing once
// warm.
type Selector struct {
	found, ties, both []int32
	keys              []uint32
	counts            histogram
	sorter            Sorter
	order             []int32
}

// Largest returns the indices of the k largest values whose label is inside the
// interval, or of all such if there are fewer, in ascending order. Of equal
// values the lower index comes first, and NaN counts as infinity. Without labels
// (nil) all count. The result is valid until the next call. It panics if there
// are labels but not as many as values.
//
// One pass filters by a threshold that somewhat more than k values pass,
// guessed from a sample of them, and the k largest of what is left are selected
// exactly. A guess too high, which happens once in thousands of times, is
// lowered and the pass repeated; one too low only leaves more to select from.
func (s *Selector) Largest(value []float32, label []int32, in Labels, k int) []int32 {
	if k <= 0 {
		return s.found[:0]
	}
	for g := s.guess(value, label, in, k); ; g.lower() {
		if g.tied {
			if s.largestAround(value, label, in, g.least, k) {
				return s.found
			}
			continue
		}
		s.found = Above(s.found, value, label, in, g.least)
		if len(s.found) >= k || g.rank == 0 {
			return s.cut(value, k)
		}
	}
}

// LargestOf is [Selector.Largest] among listed candidates, in ascending order,
// which may be the last result.
func (s *Selector) LargestOf(list []int32, value []float32, k int) []int32 {
	if k <= 0 {
		return s.found[:0]
	}
	s.found = append(s.found[:0], list...)
	return s.cut(value, k)
}

// cut drops from the found, which are in ascending order, all but the k
// largest.
func (s *Selector) cut(value []float32, k int) []int32 {
	if len(s.found) <= k {
		return s.found
	}
	s.keys = reuse.Grow(s.keys, len(s.found))
	for j, i := range s.found {
		s.keys[j] = key(value[i])
	}
	least, larger, _ := s.counts.kth(s.keys, k)
	ties, n := k-larger, 0
	for _, i := range s.found {
		s.found[n] = i
		switch v := key(value[i]); {
		case v > least:
			n++
		case v == least && ties > 0:
			ties--
			n++
		}
	}
	s.found = s.found[:n]
	return s.found
}

// largestAround finds the k largest where many values tie with a threshold, as
// losses of exactly 0 do: those beyond it, and of the ties the first. It
// reports whether there are as many.
func (s *Selector) largestAround(value []float32, label []int32, in Labels, tie float32, k int) bool {
	s.found = s.found[:0]
	if tie < float32(math.Inf(1)) {
		s.found = Above(s.found, value, label, in, math.Nextafter32(tie, float32(math.Inf(1))))
	}
	if len(s.found) >= k {
		s.cut(value, k)
		return true
	}
	s.ties = s.ties[:0]
	want, span, missing := key(tie), uint32(in.span()), k-len(s.found)
	for i, v := range value {
		if key(v) == want && (label == nil || uint32(label[i]-in.Low) <= span) {
			s.ties = append(s.ties, int32(i))
			if len(s.ties) == missing {
				s.both = Merge(s.both, s.found, s.ties)
				s.found, s.both = s.both, s.found
				return true
			}
		}
	}
	return false
}
