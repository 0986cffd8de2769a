package sift

import (
	"slices"

	"detsample/internal/reuse"
)

// Sorter is the memory of repeated sorts, which allocate nothing once warm.
type Sorter struct {
	pairs, spare []uint64
	keys         []uint32
	counts       [3][1 << digit]int32
}

const digit = 11 // bits

// Order returns, in dst's memory, the order of the keys: their indices such
// that the keys ascend, and equal ones in ascending order of index. It is a
// radix sort from the lowest digit up, which leaves out the digits that all
// keys share.
func (s *Sorter) Order(dst []int32, keys []uint32) []int32 {
	s.pairs = reuse.Grow(s.pairs, len(keys))
	for i, k := range keys {
		s.pairs[i] = uint64(k)<<32 | uint64(uint32(i))
	}
	s.sort()
	dst = reuse.Grow(dst, len(keys))
	for i, p := range s.pairs {
		dst[i] = int32(uint32(p))
	}
	return dst
}

// Rising is [Sorter.Order] of values, of which -0 is 0 and NaN infinity.
func (s *Sorter) Rising(dst []int32, value []float32) []int32 {
	s.keys = reuse.Grow(s.keys, len(value))
	for i, v := range value {
		s.keys[i] = key(v)
	}
	return s.Order(dst, s.keys)
}

// sort orders the pairs of key and index, which are in ascending order of
// index.
func (s *Sorter) sort() {
	if len(s.pairs) < 400 { // where clearing the counts would take longer
		slices.Sort(s.pairs)
		return
	}
	clear(s.counts[:])
	for _, p := range s.pairs {
		for d := range s.counts {
			s.counts[d][digitOf(p, d)]++
		}
	}
	s.spare = reuse.Grow(s.spare, len(s.pairs))
	for d := range s.counts {
		count := &s.counts[d]
		if int(count[digitOf(s.pairs[0], d)]) == len(s.pairs) {
			continue
		}
		start := int32(0)
		for i, n := range count {
			count[i] = start
			start += n
		}
		for _, p := range s.pairs {
			at := &count[digitOf(p, d)]
			s.spare[*at] = p
			*at++
		}
		s.pairs, s.spare = s.spare, s.pairs
	}
}

func digitOf(pair uint64, d int) uint64 { return pair >> (32 + digit*d) & (1<<digit - 1) }

// Falling returns the k largest values of [Selector.Largest] in falling order,
// ties in ascending order of index. The result is valid until the next call.
func (s *Selector) Falling(value []float32, label []int32, in Labels, k int) []int32 {
	return s.fall(s.Largest(value, label, in, k), value)
}

// FallingOf is [Selector.LargestOf] in falling order.
func (s *Selector) FallingOf(list []int32, value []float32, k int) []int32 {
	return s.fall(s.LargestOf(list, value, k), value)
}

// fall orders an ascending list by falling value.
func (s *Selector) fall(list []int32, value []float32) []int32 {
	s.keys = reuse.Grow(s.keys, len(list))
	for j, i := range list {
		s.keys[j] = ^key(value[i])
	}
	s.order = s.sorter.Order(s.order, s.keys)
	for j, at := range s.order {
		s.order[j] = list[at]
	}
	return s.order
}
