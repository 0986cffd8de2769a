package replay

import (
	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// stageOf returns the sampler of the stage of a strategy that a dump can be the
// state of, with what else of the stage decides what it keeps, and the stage's
// assigner. Of a two-stage strategy that is the region proposal network for a
// dump of one class under sigmoid, and else the second stage.
func stageOf(s *strategy.Strategy, classes int, link losses.Link) (dump.Sampler, anchors.Assigner) {
	switch single := classes == 1 && link == losses.Sigmoid; {
	case s.Dense != nil:
		return dense(s.Name, &s.Dense.Config, classes), s.Dense.Assigner
	case single:
		return dense(s.Name+" (rpn)", &s.RPN.Config, classes), s.RPN.Assigner
	}
	c := &s.ROI.Config
	return dump.Sampler{Name: s.Name + " (roi)", Sampler: c.Sampler, Cls: c.Cls, Stage: &dump.Stage{
		Key: sampling.StageROI, ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, Box: c.Box, Coder: c.Coder,
	}}, c.Assigner
}

// dense returns a dense stage's sampler.
func dense(name string, c *rpn.Config, classes int) dump.Sampler {
	key := sampling.StageDense
	if classes == 1 { // as rpn.Config.Step has it
		key = sampling.StageRPN
	}
	return dump.Sampler{Name: name, Sampler: c.Sampler, Cls: c.Cls, Stage: &dump.Stage{
		Key: key, ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, Box: c.Box, Coder: c.Coder,
	}}
}

// labeller returns what labels the candidates of a dump without labels: the
// first strategy's stage that the dump can be of. Nil: there is no strategy.
func labeller(strategies []strategy.Strategy) func(int, losses.Link) (anchors.Assigner, anchors.Coder) {
	if len(strategies) == 0 {
		return nil
	}
	return func(classes int, link losses.Link) (anchors.Assigner, anchors.Coder) {
		sampler, assigner := stageOf(&strategies[0], classes, link)
		return assigner, sampler.Stage.Coder
	}
}
