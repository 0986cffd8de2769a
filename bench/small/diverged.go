package small

import (
	"fmt"
	"math"

	"detsample/bench/small/detector"
	"detsample/bench/small/nn"
)

// diverged is the end of a run that is no longer made of finite numbers.
type diverged struct {
	step  int
	cause string
}

// Error implements error.
func (d *diverged) Error() string {
	remedy := "lower the learning rate or add a prior bias"
	if d.step == 0 {
		remedy = "no weight has moved yet, so that it is not the rate's: look at that loss, its weight and its normaliser"
	}
	return fmt.Sprintf("diverged at step %d: %s; %s", d.step, d.cause, remedy)
}

// divergence names the first loss, and else the first weight's gradient, that
// is not finite in a step whose gradients have this norm; it is empty if all
// are.
func divergence(stages []detector.Stage, norm float64, params []*nn.Param) string {
	for _, s := range stages {
		switch {
		case !finite(s.Cls):
			return fmt.Sprintf("the classification loss of stage %s is %v", s.Name, s.Cls)
		case !finite(s.Box):
			return fmt.Sprintf("the box loss of stage %s is %v", s.Name, s.Box)
		}
	}
	if finite(norm) {
		return ""
	}
	for _, p := range params {
		if v, ok := strange(p.Grad); ok {
			return fmt.Sprintf("a gradient of %s is %v", p.Name, v)
		}
	}
	return fmt.Sprintf("the gradient's norm is %v", norm)
}

// weighed names the first weight that is not finite, empty if all are.
func weighed(params []*nn.Param) string {
	for _, p := range params {
		if v, ok := strange(p.Value); ok {
			return fmt.Sprintf("a weight of %s is %v", p.Name, v)
		}
	}
	return ""
}

// strange returns the first value that is not finite.
func strange(values []float32) (v float32, found bool) {
	for _, v := range values {
		if !finite(float64(v)) {
			return v, true
		}
	}
	return 0, false
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
