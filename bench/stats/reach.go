package stats

import "math"

// Reached is how much training a strategy needs to reach a figure: where its
// mean along training first crosses it, interpolated between the moments that
// were measured, and where the bounds of the mean's interval do. Each is
// infinite where the figure was not reached: more than the whole training.
type Reached struct{ At, Low, High float64 }

// Reach returns when each strategy's figure first reaches a level, of its means
// at some moments of training: moments[k] are the amounts of training, such as
// images seen, ascending; along[k][i] is the mean of strategy i there. An
// undefined mean reaches nothing.
func Reach(level float64, moments []float64, along [][]Estimate) []Reached {
	if len(along) == 0 {
		return nil
	}
	list := make([]Reached, len(along[0]))
	for i := range list {
		crossing := func(figure func(Estimate) float64) float64 {
			last := -1 // moment at which it was measured
			for k := range along {
				if along[k][i].Seeds == 0 {
					continue
				}
				now := figure(along[k][i])
				if now < level {
					last = k
					continue
				}
				if last < 0 {
					return moments[k]
				}
				before := figure(along[last][i])
				return moments[last] + (level-before)/(now-before)*(moments[k]-moments[last])
			}
			return math.Inf(1)
		}
		list[i] = Reached{
			At:   crossing(func(e Estimate) float64 { return e.Mean }),
			Low:  crossing(func(e Estimate) float64 { return e.High }),
			High: crossing(func(e Estimate) float64 { return e.Low }),
		}
	}
	return list
}
