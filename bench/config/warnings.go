package config

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// Warning says that a strategy of a comparison is in a trap.
type Warning struct {
	Strategy string `json:"strategy"`
	anchors.Warning
}

// String returns the warning as one line.
func (w Warning) String() string { return w.Strategy + ": " + w.Warning.String() }

// Warnings returns the traps that the strategies are in, as far as the
// configuration shows: those of their stages, and a dense head without prior
// bias. What training shows is in the summary of a comparison.
func (c *Config) Warnings() []Warning {
	list := []Warning{}
	for i := range c.Strategies {
		s := &c.Strategies[i]
		for _, w := range append(s.Warnings(), c.withoutPrior(s)...) {
			list = append(list, Warning{s.Name, w})
		}
	}
	return list
}

// noPriorBias: an untrained dense head gives every candidate an even
// chance. In the first steps the loss of all negatives drowns the
// positives; plain cross entropy then diverges (Lin et al. 2017, section
// 4.1). mmdetection, detectron2 and torchvision start at 0.01.
const noPriorBias anchors.Trap = "no_prior_bias"

// withoutPrior warns of a dense stage whose untrained head finds an object as
// likely as none, where the negatives of all anchors add up in the loss: neither
// the sampler nor the loss itself balances them. A sampler that does not say is
// taken for one that keeps them all.
func (c *Config) withoutPrior(s *strategy.Strategy) []anchors.Warning {
	dense, name := (*rpn.Config)(nil), ""
	switch {
	case s.Dense != nil:
		dense, name = &s.Dense.Config, "dense.cls"
	case s.RPN != nil:
		dense, name = &s.RPN.Config, "rpn.cls"
	}
	if c.Detector.Prior < evenPrior || dense == nil {
		return nil
	}
	if own, ok := dense.Cls.(losses.Balancing); ok && own.Balances() {
		return nil
	}
	detail := fmt.Sprintf("detector.prior %g is no prior bias: at first the negatives drown the positives", c.Detector.Prior)
	switch sampling.ThinningOf(dense.Sampler) {
	case sampling.KeepsAll:
	case sampling.Unsaid:
		detail += fmt.Sprintf(" if sampler %s keeps them all, which it does not say (sampling.Thinner)", registry.Name(stage.UnsaidBy(dense.Sampler)))
	default:
		return nil
	}
	return []anchors.Warning{{Trap: noPriorBias, Where: name, Detail: detail, Remedy: "detector.prior 0.01"}}
}

// evenPrior is the prior from which an untrained head no longer leans towards
// the background.
const evenPrior = 0.5
