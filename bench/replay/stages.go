package replay

import (
	"detsample/bench/dump"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// stageOf returns the sampler of the stage of a strategy that a dump can be the
// state of, with what else of the stage decides what it keeps. Of a two-stage
// strategy that is the region proposal network for a dump of one class under
// sigmoid, and else the second stage.
func stageOf(s *strategy.Strategy, classes int, link losses.Link) dump.Sampler {
	switch single := classes == 1 && link == losses.Sigmoid; {
	case s.Dense != nil:
		return dense(s.Name, &s.Dense.Config, classes)
	case single:
		return dense(s.Name+" (rpn)", &s.RPN.Config, classes)
	}
	c := &s.ROI.Config
	return dump.Sampler{Name: s.Name + " (roi)", Sampler: c.Sampler, Cls: c.Cls, Stage: &dump.Stage{
		Assigner: c.Assigner, Key: sampling.StageROI, ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, Box: c.Box, Coder: c.Coder,
	}}
}

// dense returns a dense stage's sampler.
func dense(name string, c *rpn.Config, classes int) dump.Sampler {
	key := sampling.StageDense
	if classes == 1 { // as rpn.Config.Step has it
		key = sampling.StageRPN
	}
	return dump.Sampler{Name: name, Sampler: c.Sampler, Cls: c.Cls, Stage: &dump.Stage{
		Assigner: c.Assigner, Key: key, ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, Box: c.Box, Coder: c.Coder,
	}}
}
