package anchors

import "math"

// ranked is a candidate with the value by which it competes.
type ranked struct {
	value float64
	index int32
}

// keepSmallest inserts r into kept, the at most k smallest so far, ascending
// by value. Of equal values the one that came first stays first, so that
// candidates offered in their order tie towards the lower index.
func keepSmallest(kept []ranked, k int, r ranked) []ranked {
	if len(kept) < k {
		kept = append(kept, r)
	} else if r.value < kept[k-1].value {
		kept[k-1] = r
	} else {
		return kept
	}
	for i := len(kept) - 1; i > 0 && kept[i].value < kept[i-1].value; i-- {
		kept[i], kept[i-1] = kept[i-1], kept[i]
	}
	return kept
}

// appendPlaces appends k places for candidates that are known to exist and to cost
// at most a limit: one that costs more gets none.
func appendPlaces(kept []ranked, k int, limit float64) []ranked {
	for range k {
		kept = append(kept, ranked{math.Nextafter(limit, math.Inf(1)), -1})
	}
	return kept
}

// isPlace reports whether it is a place that no candidate has got.
func (r ranked) isPlace() bool { return r.index < 0 }

// dynamicK returns the number of candidates that a ground truth may have: the
// sum of its best IoUs, rounded down, and at least 1. The values of overlaps
// are negated IoUs.
func dynamicK(overlaps []ranked) int {
	sum := 0.0
	for _, o := range overlaps {
		sum -= o.value
	}
	return max(1, int(sum))
}
