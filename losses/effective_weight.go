package losses

import (
	"math"

	"detsample/anchors"
)

// EffectiveWeight returns how strongly a loss learns from a candidate beside
// plain cross entropy: the size of its gradient over that of cross entropy at
// the same margin m, at which p_t = sigmoid(m). It is the one axis on which
// choosing and weighing candidates meet: a candidate that a sampler drops has
// 0, and cross entropy gives every candidate 1.
//
// The candidate is a positive of the only class if positive is set, and the
// background otherwise. Under [Sigmoid] its logit is m or -m; under [Softmax]
// the logits of object and background differ by m. Quality is 1. The margin
// must be within 80 of 0, since gradients are float32.
func EffectiveWeight(l Pointwise, positive bool, margin float64) float64 {
	t, sign := Hard(anchors.Negative), -1.0
	if positive {
		t, sign = Hard(0), 1
	}
	x := sign * margin
	if l.Link() == Sigmoid {
		var grad, plain [1]float32
		logits := [1]float32{float32(x)}
		l.Row(grad[:], logits[:], t)
		CE{}.Row(plain[:], logits[:], t)
		return math.Abs(float64(grad[0]) / float64(plain[0]))
	}
	var grad, plain [2]float32
	logits := [2]float32{float32(x / 2), float32(-x / 2)}
	l.Row(grad[:], logits[:], t)
	SoftmaxCE{}.Row(plain[:], logits[:], t)
	return math.Abs(float64(grad[0]) / float64(plain[0]))
}

// AdaBoostWeight returns exp(-m), the weight that AdaBoost gives an example of
// margin m, the exponential loss's gradient (Freund and Schapire 1997;
// Friedman et al. 2000). Cross entropy's own is 1 - p_t, to which
// [EffectiveWeight] is relative.
func AdaBoostWeight(margin float64) float64 { return math.Exp(-margin) }

// LogitBoostWeight returns p (1-p) at p = sigmoid(m), the weight that
// LogitBoost gives an example of margin m, the logistic loss's curvature
// (Friedman et al. 2000).
func LogitBoostWeight(margin float64) float64 { return sigmoid(margin) * sigmoid(-margin) }
