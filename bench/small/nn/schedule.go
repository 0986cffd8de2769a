package nn

import "math"

// Schedule gives the learning rate of a step, counted from 0.
type Schedule interface{ Rate(step int) float64 }

// Constant is a fixed rate after a linear warm-up: Base * min(1, (step+1)/Warmup).
type Constant struct {
	Base   float64
	Warmup int // steps; 0 for none
}

// Rate implements [Schedule].
func (s Constant) Rate(step int) float64 { return s.Base * warmup(step, s.Warmup) }

// Cosine falls from Base to Floor along half a cosine (Loshchilov and Hutter
// 2017) after a linear warm-up: for Warmup <= step < Total
//
//	Floor + (Base-Floor) (1 + cos(pi (step-Warmup)/(Total-Warmup)))/2,
//
// and Floor from Total on.
type Cosine struct {
	Base, Floor   float64
	Warmup, Total int // steps
}

// Rate implements [Schedule].
func (s Cosine) Rate(step int) float64 {
	switch {
	case step >= s.Total:
		return s.Floor
	case step < s.Warmup:
		return s.Base * warmup(step, s.Warmup)
	}
	done := float64(step-s.Warmup) / float64(s.Total-s.Warmup)
	return s.Floor + (s.Base-s.Floor)*(1+math.Cos(math.Pi*done))/2
}

// warmup returns the share of the base rate that step gets.
func warmup(step, steps int) float64 {
	if step >= steps {
		return 1
	}
	return float64(step+1) / float64(steps)
}
