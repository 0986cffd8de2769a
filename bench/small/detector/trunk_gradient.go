package detector

import (
	"math"

	"detsample/bench/small/nn"
)

// TrunkGradient is how much a stage moves the trunk that the stages share: the
// Euclidean norms of dL/dfeatures, over all maps of the pyramid and all images
// of the batch, of its classification loss, of its box loss and of their sum.
// Samplers, normalisers and loss weights that make a loss larger show here,
// whatever the loss's own value.
type TrunkGradient struct {
	Cls, Box, Both float64
}

// squares are the same figures before the root, which levels add to.
type squares TrunkGradient

func (s squares) root() TrunkGradient {
	return TrunkGradient{Cls: math.Sqrt(s.Cls), Box: math.Sqrt(s.Box), Both: math.Sqrt(s.Both)}
}

func squared(x nn.Tensor) float64 {
	n := nn.Norm(x)
	return n * n
}

// probe returns where a step over b notes the stage's gradient, nil if it does
// not.
func (s *Stage) probe(b Batch) *TrunkGradient {
	if b.Probe {
		return &s.Trunk
	}
	return nil
}
