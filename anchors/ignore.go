package anchors

import "detsample/internal/choice"

// IgnoreOrder says which candidates an ignore region silences.
type IgnoreOrder uint8

// The two orders.
const (
	IgnoreNegatives IgnoreOrder = iota // those that would be negative: a crowd's members may still be learned
	IgnoreFirst                        // all, before anything is matched: mmdetection's ignore_iof_thr
)

var ignoreNames = []string{"negatives", "first"}

// MarshalText writes the value as UnmarshalText reads it.
func (o IgnoreOrder) MarshalText() ([]byte, error) { return choice.Marshal(o, ignoreNames) }

// UnmarshalText accepts negatives or first.
func (o *IgnoreOrder) UnmarshalText(text []byte) error {
	return choice.Unmarshal(o, "order of ignoring", ignoreNames, text)
}

// within reports whether more than a share limit of the box lies in one of
// the regions.
func within(b Box, regions []Box, limit float32) bool {
	for _, region := range regions {
		if IoF(b, region) > limit {
			return true
		}
	}
	return false
}

// ignoreNegatives turns negatives that lie in ignore regions by more than a
// share limit of their area into ignored candidates.
func (a *Assignment) ignoreNegatives(cand, regions []Box, limit float64) {
	if len(regions) == 0 {
		return
	}
	for i, box := range cand {
		if a.GT[i] == Negative && within(box, regions, float32(limit)) {
			a.GT[i] = Ignored
		}
	}
}
