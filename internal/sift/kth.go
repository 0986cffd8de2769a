package sift

import "math/bits"

// histogram is the memory of kth.
type histogram [2048]int32

// kth returns the k-th largest of the keys, 1 <= k <= len(keys), how many are
// larger and how many are equal. It reorders keys.
//
// It is a radix selection whose digits follow the range of what is left: each
// round counts the keys in buckets of equal width between the smallest and the
// largest, and goes on with the bucket that holds the k-th. The range shrinks
// by the number of buckets from round to round whatever the keys, and ties and
// narrow ranges, where fixed digits would count in vain, end it at once.
func (h *histogram) kth(keys []uint32, k int) (kth uint32, larger, equal int) {
	for {
		low, high := extent(keys)
		shift := max(0, bits.Len32(high-low)-bucketBits(len(keys)))
		last := (high - low) >> shift
		count := h[:last+1]
		clear(count)
		for _, key := range keys {
			count[(key-low)>>shift]++
		}
		bucket := last
		for k > int(count[bucket]) {
			k -= int(count[bucket])
			larger += int(count[bucket])
			bucket--
		}
		if shift == 0 {
			return low + bucket, larger, int(count[bucket])
		}
		n := 0
		for _, key := range keys {
			keys[n] = key
			if (key-low)>>shift == bucket {
				n++
			}
		}
		keys = keys[:n]
	}
}

// bucketBits returns the logarithm of the number of buckets for n keys: no more
// than are worth clearing.
func bucketBits(n int) int { return min(max(bits.Len(uint(n)), 4), 11) }

func extent(keys []uint32) (low, high uint32) {
	low, high = keys[0], keys[0]
	for _, key := range keys {
		low, high = min(low, key), max(high, key)
	}
	return low, high
}
