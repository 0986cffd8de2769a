package losses

import (
	"fmt"
	"math"
)

// Link is how a loss reads logits as probabilities.
type Link uint8

// The two links.
const (
	// Sigmoid has K columns for K classes, each its own yes or no.
	Sigmoid Link = iota
	// Softmax has K+1 columns, of which the last is the background
	// (mmdetection, detectron2; index 0 in Caffe, SSD and torchvision).
	Softmax
)

// String returns "sigmoid" or "softmax".
func (l Link) String() string {
	if l == Softmax {
		return "softmax"
	}
	return "sigmoid"
}

// Columns returns the number of logits that a row for the given number of
// classes holds.
func (l Link) Columns(classes int) int {
	if l == Softmax {
		return classes + 1
	}
	return classes
}

// Scores writes the probabilities of the classes, without the background, to
// dst, which has one element for each class. It panics if logits does not
// have Columns(len(dst)) elements.
func (l Link) Scores(dst, logits []float32) {
	if len(logits) != l.Columns(len(dst)) {
		panic(fmt.Sprintf("losses: Link.Scores: %d logits for %d classes under %v", len(logits), len(dst), l))
	}
	if l == Sigmoid {
		for k, x := range logits {
			dst[k] = float32(sigmoid(float64(x)))
		}
		return
	}
	lse := logSumExp(logits)
	for k := range dst {
		dst[k] = float32(math.Exp(float64(logits[k]) - lse))
	}
}

// Bias writes to dst the biases with which an untrained head gives every
// class the probability pi: log(pi/(1-pi)) under Sigmoid; under Softmax each
// class pi/K of a total of pi, as logits log(pi/(K(1-pi))) against a
// background of 0. It keeps the flood of negatives from dominating the first
// steps.
//
// Source: RetinaNet (Lin et al. 2017, section 4.1), pi = 0.01.
func (l Link) Bias(dst []float32, pi float64) {
	if l == Sigmoid {
		for k := range dst {
			dst[k] = float32(math.Log(pi / (1 - pi)))
		}
		return
	}
	classes := len(dst) - 1
	for k := range classes {
		dst[k] = float32(math.Log(pi / (float64(classes) * (1 - pi))))
	}
	dst[classes] = 0
}

// column returns the column that the target is true in: its class, or under
// Softmax the last for the background, or -1 where no column is.
func (l Link) column(class int32, columns int) int {
	switch {
	case class >= 0:
		return int(class)
	case l == Softmax:
		return columns - 1
	}
	return -1
}

// sigmoid returns 1/(1+exp(-x)) without overflow.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// logSumExp returns log(sum of exp(x)), shifted by the largest element.
func logSumExp(x []float32) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, float64(v))
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	return top + math.Log(sum)
}
