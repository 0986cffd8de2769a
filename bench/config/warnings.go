package config

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/strategy"
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

// withoutPrior warns of a dense stage over all anchors whose untrained head
// finds an object as likely as none.
func (c *Config) withoutPrior(s *strategy.Strategy) []anchors.Warning {
	stage, name := (*rpn.Config)(nil), ""
	switch {
	case s.Dense != nil:
		stage, name = &s.Dense.Config, "dense.cls"
	case s.RPN != nil:
		stage, name = &s.RPN.Config, "rpn.cls"
	}
	if c.Detector.Prior < evenPrior || stage == nil || !floods(stage) {
		return nil
	}
	return []anchors.Warning{{
		Trap: noPriorBias, Where: name,
		Detail: fmt.Sprintf("detector.prior %g is no prior bias: at first the negatives drown the positives", c.Detector.Prior),
		Remedy: "detector.prior 0.01",
	}}
}

// evenPrior is the prior from which an untrained head no longer leans towards
// the background.
const evenPrior = 0.5

// floods reports whether the negatives of all anchors add up in a stage's
// loss. A ranking loss divides by ranks, so that they do not.
func floods(stage *rpn.Config) bool {
	switch stage.Cls.(type) {
	case losses.AveragePrecision, losses.RankSort:
		return false
	}
	return sampling.ThinningOf(stage.Sampler) == sampling.KeepsAll
}
