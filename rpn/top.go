package rpn

import (
	"cmp"
	"slices"
)

// top reorders s and returns its k first in falling score, ties to the lower
// entry. Quickselect finds them before they are sorted, since a head scores
// far more candidates than are kept.
func top(s []scored, k int) []scored {
	if k < len(s) {
		quickselect(s, k)
		s = s[:k]
	}
	slices.SortFunc(s, compare)
	return s
}

func compare(a, b scored) int {
	if c := cmp.Compare(b.score, a.score); c != 0 {
		return c
	}
	return cmp.Compare(a.entry, b.entry)
}

// quickselect moves the k first in order, as compare has it, to the front.
func quickselect(s []scored, k int) {
	for len(s) > 1 {
		pivot := median(s[0], s[len(s)/2], s[len(s)-1])
		i, j := 0, len(s)-1
		for i <= j {
			for compare(s[i], pivot) < 0 {
				i++
			}
			for compare(s[j], pivot) > 0 {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			s = s[:j+1]
		case k > i:
			s, k = s[i:], k-i
		default:
			return
		}
	}
}

func median(a, b, c scored) scored {
	if compare(a, b) > 0 {
		a, b = b, a
	}
	if compare(b, c) > 0 {
		b = c
	}
	if compare(a, b) > 0 {
		b = a
	}
	return b
}
