package losses

import (
	"math"

	"detsample/internal/boxloss"
	"detsample/internal/registry"
)

// BalancedL1 lets small errors of the four deltas count more than [SmoothL1]
// does and bounds the slope of large ones by Gamma: with e the error of each
// and b = exp(Gamma/Alpha) - 1, the sum of
//
//	Alpha/b (b e + Beta) log(b e/Beta + 1) - Alpha e    |e| <  Beta
//	Gamma e + Gamma Beta/b - Alpha Beta                 otherwise
//
// whose slope Alpha log(b e/Beta + 1) reaches Gamma at Beta.
//
// Source: Libra R-CNN (Pang et al. 2019, arXiv 1904.02701), Alpha 0.5, Gamma
// 1.5, where Beta is 1. mmdetection's formula is this one at Beta 1; at
// another its slope jumps, which this one's does not.
type BalancedL1 struct {
	Alpha float64 `range:"(0,)" doc:"smaller lets small errors count more"`
	Gamma float64 `range:"(0,)" doc:"slope of large errors"`
	Beta  float64 `range:"(0,)" doc:"error at which the curve becomes a line"`
}

// NewBalancedL1 returns the loss with Beta 1. It panics if the
// configuration is invalid.
func NewBalancedL1(alpha, gamma float64) BalancedL1 {
	return registry.Must("losses: NewBalancedL1", BalancedL1{Alpha: alpha, Gamma: gamma, Beta: 1})
}

var _ vectored = BalancedL1{}

// Space implements [Box].
func (BalancedL1) Space() Space { return Deltas }

func (l BalancedL1) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.BalancedL1, boxloss.Parameters{l.Beta, l.Alpha, l.Gamma, l.bend()}, true
}

// bend is b.
func (l BalancedL1) bend() float64 { return math.Expm1(l.Gamma / l.Alpha) }

// Row implements [Box].
func (l BalancedL1) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	b := l.bend()
	total := 0.0
	for k := range pred {
		e := float64(pred[k]) - float64(truth[k])
		value, slope := l.element(math.Abs(e), b)
		total += value
		if grad != nil {
			grad[k] = float32(math.Copysign(slope, e))
		}
	}
	return total
}

// element returns the loss of an error's size and its slope.
func (l BalancedL1) element(e, b float64) (value, slope float64) {
	if e < l.Beta {
		slope = l.Alpha * boxloss.Log1p(b*e/l.Beta)
		return (e+l.Beta/b)*slope - l.Alpha*e, slope
	}
	return l.Gamma*e + l.Gamma*l.Beta/b - l.Alpha*l.Beta, l.Gamma
}
