package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Param is one learnable array. Layers read Value and add to Grad; an
// optimiser's step changes Value and zeroes Grad.
type Param struct {
	Name  string    // unique in a network, such as "head.cls.weight"
	Shape []int     // row-major; the product is len(Value)
	Value []float32 // the weights
	Grad  []float32 // dL/dValue, summed over every use since the last step
	Decay bool      // whether weight decay applies: true for weights, false for biases and norms
}

// NewParam allocates a zeroed parameter. It panics if a dimension is not
// positive.
func NewParam(name string, decay bool, shape ...int) *Param {
	size := 1
	for _, d := range shape {
		if d <= 0 {
			panic(fmt.Sprintf("nn: NewParam: %s has shape %v, every dimension must be positive", name, shape))
		}
		size *= d
	}
	return &Param{Name: name, Shape: shape, Value: make([]float32, size), Grad: make([]float32, size), Decay: decay}
}

// Normal draws every weight from a normal distribution of mean 0.
func (p *Param) Normal(rng *rand.Rand, std float64) {
	for i := range p.Value {
		p.Value[i] = float32(std * rng.NormFloat64())
	}
}

// Fill sets every weight to v.
func (p *Param) Fill(v float32) {
	for i := range p.Value {
		p.Value[i] = v
	}
}

// heStd returns sqrt(2/fanIn), the standard deviation that keeps the variance
// of activations through layers with a ReLU (He et al. 2015).
func heStd(fanIn int) float64 { return math.Sqrt(2 / float64(fanIn)) }

// xavierStd returns sqrt(2/(fanIn+fanOut)), the standard deviation for layers
// without a ReLU (Glorot and Bengio 2010).
func xavierStd(fanIn, fanOut int) float64 { return math.Sqrt(2 / float64(fanIn+fanOut)) }

// gradNorm returns the Euclidean norm of all the gradients as one vector.
func gradNorm(params []*Param) float64 {
	var sum float64
	for _, p := range params {
		sum += sumSquares(p.Grad)
	}
	return math.Sqrt(sum)
}

// ClipGradNorm scales the gradients by min(1, limit/norm), norm being
// [gradNorm], and returns the norm as it was (Pascanu et al. 2013). If that is
// not finite the gradients are left alone, for the caller to report.
func ClipGradNorm(params []*Param, limit float64) float64 {
	norm := gradNorm(params)
	if norm <= limit || math.IsNaN(norm) || math.IsInf(norm, 0) {
		return norm
	}
	for _, p := range params {
		scale(p.Grad, float32(limit/norm))
	}
	return norm
}
