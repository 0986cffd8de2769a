package conform

import (
	"fmt"
	"math"
)

// step is the larger of the two steps, which float32 holds beside any number that is
// looked at.
const step = 1. / 64

// difference returns the derivative of f at x by central differences, without the
// error of second order, and how far those of two steps are apart. A kink at x itself
// is seen as well: the change of slope across it does not go with the step.
func difference(f func(x float32) float64, x float32) (slope, apart float64) {
	at := f(x)
	central := func(h float32) (slope, bend float64) {
		high, low := f(x+h), f(x-h)
		return (high - low) / (float64(x+h) - float64(x-h)), (high - 2*at + low) / float64(h)
	}
	wide, bend := central(step)
	narrow, less := central(step / 2)
	return (4*narrow - wide) / 3, max(math.Abs(wide-narrow), math.Abs(less-bend/2))
}

// comparison compares derivatives with differences.
type comparison struct {
	compared, unsure int
	worst            float64
	problem          string // of the worst
}

// add compares one, of a function of the given size there; where says which it is.
func (c *comparison) add(analytic float32, f func(x float32) float64, x float32, size float64, where func() string) {
	a := float64(analytic)
	numeric, apart := difference(f, x)
	larger := max(math.Abs(a), math.Abs(numeric))
	rounding := 3e-5*math.Abs(size) + 1e-6 // of values in float32, over the step
	if c.compared++; !(apart <= 0.02*larger+rounding) {
		if a-a == 0 { // a gradient that is no number is one anywhere
			c.unsure++
			return
		}
	}
	if off := math.Abs(a - numeric); !(off <= 2e-3*larger+rounding+apart) && !(off <= c.worst) {
		c.worst = off
		c.problem = fmt.Sprintf("%s: the gradient is %.6g, and %.6g by finite differences of the value", where(), a, numeric)
	}
}

// result is the problem that was found, "" without one.
func (c *comparison) result() string {
	if 2*c.unsure > c.compared {
		return fmt.Sprintf("%d of %d derivatives cannot be told by finite differences: the value jumps or has a kink at most points", c.unsure, c.compared)
	}
	return c.problem
}

const held = "; what it holds as a weight on purpose, a method Held says (package conform)"
