package nn

import (
	"fmt"
	"math/rand/v2"

	"detsample/internal/simd"
)

// LinearConfig describes a fully connected layer.
type LinearConfig struct {
	Name        string // prefix of the parameters' names
	In, Out     int    // features
	ReLU        bool   // clamp the output at 0
	NoBias      bool   // leave the bias out
	NoInputGrad bool   // the first layer: Backward returns an empty tensor
}

// Linear is Y = X W + b, with W of shape In x Out. Each map of the input, H*W*C
// = In elements in memory order, is one row of X; the output is N x 1 x 1 x Out.
type Linear struct {
	affine
	cfg          LinearConfig
	x, out, grad Tensor
}

var _ Layer = (*Linear)(nil)

// NewLinear returns a layer with weights drawn from rng (standard deviation
// [heStd] with a ReLU, [xavierStd] without) and a zero bias. It panics if a
// size is not positive.
func NewLinear(w *Work, cfg LinearConfig, rng *rand.Rand) *Linear {
	return &Linear{
		affine: newAffine(w, cfg.Name, cfg.In, cfg.Out, cfg.ReLU, cfg.NoBias, rng, cfg.In, cfg.Out),
		cfg:    cfg,
	}
}

// Forward implements [Layer]. No rows (N = 0) are a normal case. It panics if
// a map does not have In elements.
func (l *Linear) Forward(x Tensor) Tensor {
	x.check("Linear.Forward")
	if x.H*x.W*x.C != l.cfg.In {
		panic(fmt.Sprintf("nn: Linear.Forward: %s takes %d features, got maps of shape %s", l.weight.Name, l.cfg.In, x.shape()))
	}
	l.x = x
	l.out = l.out.reshape(x.N, 1, 1, l.cfg.Out)
	l.apply(l.out.Data, x.Data, x.N)
	return l.out
}

// Backward implements [Layer]: dW += X^T G, db += 1^T G, dX = G W^T, where G is
// grad, zero where the ReLU was.
func (l *Linear) Backward(grad Tensor) Tensor {
	checkGrad("Linear.Backward", grad, l.out)
	l.through(grad.Data, l.out.Data)
	l.addWeightGrad(l.x.Data, grad.Data, grad.N)
	if l.cfg.NoInputGrad {
		return Tensor{}
	}
	l.grad = l.grad.reshape(l.x.N, l.x.H, l.x.W, l.x.C)
	l.inputGrad(l.grad.Data, grad.Data, grad.N)
	return l.grad
}

// InputGrad returns Backward's dX and leaves dW and db alone. It may overwrite
// grad, by zeros where Backward does.
func (l *Linear) InputGrad(grad Tensor) Tensor {
	checkGrad("Linear.InputGrad", grad, l.out)
	if l.relu {
		simd.ReLUBackward(grad.Data, l.out.Data)
	}
	l.grad = l.grad.reshape(l.x.N, l.x.H, l.x.W, l.x.C)
	l.inputGrad(l.grad.Data, grad.Data, grad.N)
	return l.grad
}

// Params implements [Layer]: the weight, then the bias.
func (l *Linear) Params() []*Param { return l.params() }

// Weight returns the In x Out weight.
func (l *Linear) Weight() *Param { return l.weight }

// Bias returns the bias of Out elements, nil if there is none.
func (l *Linear) Bias() *Param { return l.bias }

// Share implements [Layer].
func (l *Linear) Share() Layer { return &Linear{affine: l.affine, cfg: l.cfg} }
