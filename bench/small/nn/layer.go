package nn

import "slices"

// Layer is a differentiable map with parameters. See the package comment for
// who owns the tensors.
type Layer interface {
	// Forward returns the layer's output for x.
	Forward(x Tensor) Tensor
	// Backward takes dL/doutput of the last Forward, adds dL/dweights to the
	// parameters' Grad and returns dL/dx, an empty tensor if the layer was
	// built without input gradient. It may overwrite grad.
	Backward(grad Tensor) Tensor
	// Params lists the parameters, in a fixed order.
	Params() []*Param
	// Share returns a further use of the same parameters with buffers of its own.
	Share() Layer
}

// Stack is the composition of layers, the first applied first.
type Stack []Layer

var _ Layer = Stack{}

// Forward applies the layers in order.
func (s Stack) Forward(x Tensor) Tensor {
	for _, l := range s {
		x = l.Forward(x)
	}
	return x
}

// Backward applies the layers' gradients in reverse order.
func (s Stack) Backward(grad Tensor) Tensor {
	for _, l := range slices.Backward(s) {
		grad = l.Backward(grad)
	}
	return grad
}

// Params returns [Params] of the layers.
func (s Stack) Params() []*Param { return Params(s...) }

// Share shares every layer.
func (s Stack) Share() Layer {
	shared := make(Stack, len(s))
	for i, l := range s {
		shared[i] = l.Share()
	}
	return shared
}

// Params lists the parameters of the layers in order, each once however many
// layers share it.
func Params(layers ...Layer) []*Param {
	var all []*Param
	for _, l := range layers {
		for _, p := range l.Params() {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}
