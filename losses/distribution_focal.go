package losses

import (
	"fmt"
	"math"
)

// DistributionFocal is a loss of a box's sides as distributions: a head gives
// each side Bins+1 logits x, whose softmax p says how probable the distances
// 0, 1, ..., Bins (in strides) are, and the side lies at their mean. The loss
// concentrates p on the two integers around the true distance y,
//
//	l = -(r - y) log p_left - (y - left) log p_r,  r = left + 1
//	dl/dx_j = p_j - (r - y) [j = left] - (y - left) [j = r]
//
// with y clipped to [0, Bins]. It is neither a [Cls] nor a [Box], since its
// rows are sides: a stage says which candidates learn which boxes, and a head of
// one's own, such as the example's, takes this loss of their sides beside that of
// the box of the mean distances.
//
// Source: Generalized Focal Loss (Li et al. 2020), Bins 16; mmdetection's
// DistributionFocalLoss and Integral.
type DistributionFocal struct {
	Bins int `range:"[1,)" doc:"largest distance, in strides, that a side can have"`
}

// Eval returns the weighted sum of the losses of N sides and, if grad is not
// nil, writes its derivative to grad, which has the layout of logits,
// (N, Bins+1), in float32: to 2e-6 of the probabilities of which a gradient is a
// difference. distance has N elements, and so has weight unless it is nil,
// which means 1. Sides of weight 0 are skipped and get zeros. It panics if the
// lengths disagree.
func (l DistributionFocal) Eval(grad, logits, distance, weight []float32) float64 {
	columns := l.Bins + 1
	if len(logits) != len(distance)*columns || grad != nil && len(grad) != len(logits) || weight != nil && len(weight) != len(distance) {
		panic(fmt.Sprintf("losses: DistributionFocal.Eval: %d logits, %d gradients, %d weights for %d sides of %d columns",
			len(logits), len(grad), len(weight), len(distance), columns))
	}
	clear(grad)
	if columns <= distributionRoom {
		return l.evalTogether(grad, logits, distance, weight)
	}
	total := 0.0
	for i := range distance {
		total += l.side(grad, logits, distance, weight, i)
	}
	return total
}

// side evaluates the i-th side by itself.
func (l DistributionFocal) side(grad, logits, distance, weight []float32, i int) float64 {
	w, columns := float32(1), l.Bins+1
	if weight != nil {
		w = weight[i]
	}
	if w == 0 {
		return 0
	}
	var g []float32
	if grad != nil {
		g = grad[i*columns : (i+1)*columns]
	}
	value := float64(w) * l.Row(g, logits[i*columns:(i+1)*columns], distance[i])
	scale(g, w)
	return value
}

// Row returns the loss of one side and, if grad is not nil, writes its
// derivative by the side's Bins+1 logits.
func (l DistributionFocal) Row(grad, logits []float32, distance float32) float64 {
	left, right := l.between(distance)
	row := likelihoodOf(logits)
	for k := range grad {
		y, others := 0.0, 1.0
		switch k {
		case left:
			y, others = 1-right, right
		case left + 1:
			y, others = right, 1-right
		}
		grad[k] = float32(row.excess(k, row.nll(k, logits[k]), y, others))
	}
	return (1-right)*row.nll(left, logits[left]) + right*row.nll(left+1, logits[left+1])
}

// between returns the integer to the left of a distance, and the share of the one
// to the right.
func (l DistributionFocal) between(distance float32) (left int, right float64) {
	y := max(0, min(float64(distance), float64(l.Bins)))
	left = max(0, min(int(y), l.Bins-1))
	return left, y - float64(left)
}

// Distance returns the mean of a side's distribution.
func (l DistributionFocal) Distance(logits []float32) float64 {
	lse, mean := logSumExp(logits), 0.0
	for k, x := range logits {
		mean += float64(k) * math.Exp(float64(x)-lse)
	}
	return mean
}

// DistanceBackward writes the derivative of slope times [DistributionFocal.Distance]
// by a side's logits to grad: slope p_j (j - mean).
func (l DistributionFocal) DistanceBackward(grad, logits []float32, slope float64) {
	lse, mean := logSumExp(logits), l.Distance(logits)
	for k, x := range logits {
		grad[k] = float32(slope * math.Exp(float64(x)-lse) * (float64(k) - mean))
	}
}
