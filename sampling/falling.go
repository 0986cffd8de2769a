package sampling

import (
	"math"

	"detsample/internal/sift"
)

// falling takes candidates in falling order of a value, of which only the first
// few are needed as a rule: the first of them are selected and sorted, and if
// they are used up, twice as many. Equal values come in ascending order of
// index, and NaN counts as infinite.
type falling struct {
	largest *sift.Selector
	list    []int32   // the candidates, ascending; if nil, those that are not ignored
	label   []int32   // of every candidate of the image, if there is no list
	value   []float32 // of every candidate of the image
	first   int       // how many are likely to be needed

	order []int32 // what is sorted
	taken int     // how many of these were taken
}

// next returns the next candidate, if there is one.
func (f *falling) next() (int32, bool) {
	if f.taken == len(f.order) {
		k := max(f.first, 2*f.taken)
		if f.list != nil {
			f.order = f.largest.FallingOf(f.list, f.value, k)
		} else {
			f.order = f.largest.Falling(f.value, f.label, notIgnored, k)
		}
		if f.taken == len(f.order) {
			return 0, false
		}
	}
	f.taken++
	return f.order[f.taken-1], true
}

// certain returns v, and infinity for NaN, so that values are ordered.
func certain(v float32) float32 {
	if v != v {
		return float32(math.Inf(1))
	}
	return v
}
