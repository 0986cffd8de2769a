package nn

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"

	"detsample/internal/simd"
)

// affine is the matrix product that convolution and linear layers share:
// Y = A W + 1 b^T, optionally clamped at 0, for any number of rows of A.
type affine struct {
	work          *Work
	weight        *Param // fanIn x fanOut, row-major
	bias          *Param // fanOut elements, or nil
	fanIn, fanOut int    // rows and columns of weight
	relu          bool
}

// newAffine draws the weights: He's deviation under a ReLU, Xavier's without.
func newAffine(w *Work, name string, fanIn, fanOut int, relu, noBias bool, rng *rand.Rand, shape ...int) affine {
	a := affine{work: w, weight: NewParam(name+".weight", true, shape...), fanIn: fanIn, fanOut: fanOut, relu: relu}
	if relu {
		a.weight.Normal(rng, heStd(fanIn))
	} else {
		a.weight.Normal(rng, xavierStd(fanIn, fanOut))
	}
	if !noBias {
		a.bias = NewParam(name+".bias", false, fanOut)
	}
	return a
}

// params lists weight and bias.
func (a *affine) params() []*Param {
	if a.bias == nil {
		return []*Param{a.weight}
	}
	return []*Param{a.weight, a.bias}
}

// apply writes y = x W + b, rows x fanOut, through the ReLU if there is one.
func (a *affine) apply(y, x []float32, rows int) {
	if rows == 0 {
		return
	}
	a.work.engine.Sgemm(blas.NoTrans, blas.NoTrans, rows, a.fanOut, a.fanIn, 1, x, a.fanIn, a.weight.Value, a.fanOut, 0, y, a.fanOut)
	a.activate(y)
}

// activate adds the bias to every row of y and clamps it at 0, as configured.
func (a *affine) activate(y []float32) {
	switch {
	case a.bias != nil && a.relu:
		simd.ReLUBias(y, a.bias.Value)
	case a.bias != nil:
		simd.AddBias(y, a.bias.Value)
	case a.relu:
		relu(y)
	}
}

// through turns dL/dy into the gradient before the ReLU, in place, and adds
// its column sums to dL/db.
func (a *affine) through(grad, y []float32) {
	if a.relu {
		simd.ReLUBackward(grad, y)
	}
	if a.bias != nil {
		simd.AddColSums(a.bias.Grad, grad)
	}
}

// addWeightGrad adds x^T grad to dL/dW.
func (a *affine) addWeightGrad(x, grad []float32, rows int) {
	if rows == 0 {
		return
	}
	a.work.engine.Sgemm(blas.Trans, blas.NoTrans, a.fanIn, a.fanOut, rows, 1, x, a.fanIn, grad, a.fanOut, 1, a.weight.Grad, a.fanOut)
}

// inputGrad writes dx = grad W^T, rows x fanIn.
func (a *affine) inputGrad(dx, grad []float32, rows int) {
	if rows == 0 {
		return
	}
	a.work.engine.Sgemm(blas.NoTrans, blas.Trans, rows, a.fanIn, a.fanOut, 1, grad, a.fanOut, a.weight.Value, a.fanOut, 0, dx, a.fanIn)
}
