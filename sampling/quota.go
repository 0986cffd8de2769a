package sampling

import "math"

// Quota is a budget of candidates and its division: at most the rounded
// Num*PositiveFraction positives, and negatives to fill up, at most
// NegativesPerPositive for each positive kept. The limits left at zero are
// off.
//
// Source: mmdetection's BaseSampler, whose pos_fraction rounds down and whose
// neg_pos_ub counts an image without positives as one with a single positive;
// py-faster-rcnn's second stage, which rounds to the nearest even.
type Quota struct {
	Num                  int     `range:"[1,)" doc:"candidates kept per image"`
	PositiveFraction     float64 `range:"(0,1]" doc:"largest share of positives among them"`
	RoundPositives       bool    `doc:"round the number of positives to the nearest, ties to even, in place of down"`
	NegativesPerPositive float64 `range:"[0,)" doc:"most negatives for each positive kept; an image without positives counts as one with a single positive; 0 is no limit"`
}

// positives returns the most positives that the budget allows.
func (q Quota) positives() int {
	n := float64(q.Num) * q.PositiveFraction
	if q.RoundPositives {
		n = math.RoundToEven(n)
	}
	return int(n)
}

// negatives returns the most negatives beside so many positives.
func (q Quota) negatives(positives int) int {
	return min(q.Num-positives, perPositive(q.NegativesPerPositive, max(1, positives), q.Num))
}

// perPositive returns the whole part of limit*positives, or none where limit
// is off.
func perPositive(limit float64, positives, none int) int {
	if limit == 0 {
		return none
	}
	return int(min(limit*float64(positives), float64(none)))
}
