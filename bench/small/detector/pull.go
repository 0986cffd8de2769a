package detector

import (
	"math"

	"detsample/bench/small/nn"
)

// Pull is how strongly a stage pulls at the trunk that the stages share: the
// Euclidean norms of dL/dfeatures over all maps of the pyramid and images of
// the batch, of the classification loss, of the box loss and of their sum. A
// normaliser, a loss weight or a sampler that makes a loss louder shows here,
// whatever the loss's own value.
type Pull struct {
	Cls, Box, Both float64
}

// pull adds up squares level by level.
type pull struct{ cls, box, both float64 }

func (p *pull) add(cls, box nn.Tensor) {
	p.cls += squared(cls)
	p.box += squared(box)
}

func (p *pull) norms() Pull {
	return Pull{Cls: math.Sqrt(p.cls), Box: math.Sqrt(p.box), Both: math.Sqrt(p.both)}
}

func squared(x nn.Tensor) float64 {
	n := nn.Norm(x)
	return n * n
}

// probe returns where a step over b notes the stage's pull, nil if it does not.
func (s *Stage) probe(b Batch) *Pull {
	if b.Probe {
		return &s.Pull
	}
	return nil
}
