// Package curves draws how strongly losses and boosting's weightings learn
// from a candidate, by its margin: the plot on which focal loss, hard example
// mining and boosting can be compared.
package curves

import (
	"math"

	"detsample/anchors"
	"detsample/losses"
)

// Point is a curve at one margin m, at which p_t = sigmoid(m).
type Point struct {
	Margin   float64
	Loss     float64 // NaN where there is only a weight
	Gradient float64 // size of the loss's derivative by the margin, or the weight
	Weight   float64 // Gradient over that of cross entropy, 1-p_t
}

// Curve is one way to weigh candidates.
type Curve struct {
	Name      string
	Weighting bool // not a loss that is registered: boosting, or a sampler's step
	at        func(positive bool, margin float64) (loss, gradient float64)
}

// At returns the curve's point at a margin for a positive or a negative of a
// single class.
func (c Curve) At(positive bool, margin float64) Point {
	loss, gradient := c.at(positive, margin)
	return Point{Margin: margin, Loss: loss, Gradient: gradient, Weight: gradient / hardness(margin)}
}

// ofLoss returns the curve of a registered loss.
func ofLoss(name string, l losses.Pointwise) Curve {
	return Curve{Name: name, at: func(positive bool, margin float64) (loss, gradient float64) {
		t, sign := losses.Hard(anchors.Negative), float32(-1)
		if positive {
			t, sign = losses.Hard(0), 1
		}
		x := sign * float32(margin)
		logits := []float32{x}
		if l.Link() == losses.Softmax {
			logits = []float32{x / 2, -x / 2}
		}
		grad := make([]float32, len(logits))
		loss = l.Row(grad, logits, t)
		return loss, losses.EffectiveWeight(l, positive, margin) * hardness(margin)
	}}
}

// ofWeighting returns the curve of a weighting.
func ofWeighting(name string, w Weighting) Curve {
	return Curve{Name: name, Weighting: true, at: func(positive bool, margin float64) (loss, gradient float64) {
		return w.Loss(positive, margin), w.Weight(positive, margin)
	}}
}

// hardness is cross entropy's own gradient by the margin, 1-p_t.
func hardness(margin float64) float64 { return 1 / (1 + math.Exp(margin)) }

func crossEntropy(margin float64) float64 { return math.Log1p(math.Exp(-margin)) }
