package simd

import (
	"fmt"
	"math"
)

// AdamStep holds the coefficients of one step of Adam.
type AdamStep struct {
	rate                       float32 // learning rate over 1 - beta1^t
	beta1, rest1, beta2, rest2 float32 // rest is 1 - beta
	correction2, epsilon       float32 // 1 / (1 - beta2^t)
}

// NewAdamStep returns the coefficients of step t, counted from 1.
func NewAdamStep(t int, learningRate, beta1, beta2, epsilon float64) AdamStep {
	return AdamStep{
		rate:        float32(learningRate / (1 - math.Pow(beta1, float64(t)))),
		beta1:       float32(beta1),
		rest1:       float32(1 - beta1),
		beta2:       float32(beta2),
		rest2:       float32(1 - beta2),
		correction2: float32(1 / (1 - math.Pow(beta2, float64(t)))),
		epsilon:     float32(epsilon),
	}
}

// Adam updates value by its gradient and the running moments m and v, which begin at 0:
//
//	m = beta1 m + (1 - beta1) grad
//	v = beta2 v + (1 - beta2) grad^2
//	value -= rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
//
// (Kingma and Ba, Adam: a method for stochastic optimization, 2015.) It panics if the lengths differ.
func Adam(value, m, v, grad []float32, step AdamStep) {
	if len(m) != len(value) || len(v) != len(value) || len(grad) != len(value) {
		panic(fmt.Sprintf("simd: Adam: %d values, moments of %d and %d, %d gradients", len(value), len(m), len(v), len(grad)))
	}
	n := adamVectors(value, m, v, grad, step)
	adam(value[n:], m[n:], v[n:], grad[n:], step)
}

// adam is the portable twin. The conversions keep compilers from fusing a multiplication with the addition after it.
func adam(value, m, v, grad []float32, s AdamStep) {
	for i, g := range grad {
		m[i] = float32(s.beta1*m[i]) + float32(s.rest1*g)
		v[i] = float32(s.beta2*v[i]) + float32(float32(s.rest2*g)*g)
		root := float32(math.Sqrt(float64(float32(v[i] * s.correction2))))
		value[i] -= float32(s.rate*m[i]) / (root + s.epsilon)
	}
}
