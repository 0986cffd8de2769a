package losses

import "detsample/internal/boxloss"

// Huber sums over the four deltas, with e the error of each,
//
//	e²/2                    |e| <  Delta
//	Delta (|e| - Delta/2)   otherwise
//
// which is Delta times [SmoothL1] with Beta = Delta: the curvature is 1 and
// the slope at most Delta.
//
// Source: Huber 1964; PyTorch's HuberLoss.
type Huber struct {
	Delta float64 `range:"(0,)" doc:"error at which the parabola becomes a line, and the largest slope"`
}

var _ vectored = Huber{}

// Space implements [Box].
func (Huber) Space() Space { return Deltas }

func (l Huber) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.Huber, boxloss.Parameters{l.Delta}, true
}

// Row implements [Box].
func (l Huber) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	value := l.Delta * SmoothL1{Beta: l.Delta}.Row(grad, pred, truth)
	if grad != nil {
		scale(grad[:], float32(l.Delta))
	}
	return value
}
