package roi

import (
	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// Config is the strategy of the second stage. It is immutable while in use
// and may be shared; what changes lives in a [Work].
type Config struct {
	Assigner  anchors.Assigner `doc:"who is positive"`
	Sampler   sampling.Sampler `doc:"which candidates count"`
	Cls       losses.Cls       `doc:"classification loss"`
	Box       losses.Box       `doc:"box loss, over the sampled positives"`
	Norm      losses.Norm      `doc:"what the losses are divided by"`
	BoxNorm   losses.Norm      `doc:"what the box loss is divided by instead, if given"`
	ClsWeight float64          `range:"[0,)" doc:"weight of the classification loss"`
	BoxWeight float64          `range:"[0,)" doc:"weight of the box loss beside the classification loss"`
	CARL      *losses.CARL     `doc:"classification-aware regression loss beside the two, if given"`
	Coder     anchors.Coder    `doc:"between proposals, deltas and boxes"`
	JoinTruth bool             `doc:"ground truth joins the proposals"`
	PerClass  bool             `doc:"a box is regressed for each class, not one for all"`
}

// SecondStage returns the second stage of Faster R-CNN with FPN: positive
// from IoU 0.5 and negative below, 512 ROIs at 1:3, ground truth joining the
// proposals, softmax cross entropy and SmoothL1 (beta 1), both divided by the
// number sampled, deltas weighted (10, 10, 5, 5).
//
// Source: Girshick 2015, Lin et al. 2017 (FPN); mmdetection's defaults.
func SecondStage() Config {
	assigner := anchors.NewMaxIoU(0.5, 0.5)
	assigner.Forced = anchors.ForcedNone
	return Config{
		Assigner:  assigner,
		Sampler:   sampling.NewRandom(512, 0.25),
		Cls:       losses.SoftmaxCE{},
		Box:       losses.SmoothL1{Beta: 1},
		Norm:      losses.BySampled{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(10, 10, 5, 5),
		JoinTruth: true,
	}
}

// Validate reports a missing part, a parameter out of its range, and a sampler
// that mines by hardness beside a loss that has none.
func (c Config) Validate() error { return c.terms().Check(c.Assigner, 0, c.Sampler) }

// Mines reports whether the sampler needs the head's output for every
// candidate.
func (c *Config) Mines() bool { return c.Sampler.Needs()&sampling.NeedHead != 0 }

// BoxColumns returns the width of the head's box output.
func (c *Config) BoxColumns(classes int) int {
	if c.PerClass {
		return 4 * classes
	}
	return 4
}

func (c Config) terms() stage.Terms {
	return stage.Terms{
		Cls: c.Cls, Box: c.Box, Norm: c.Norm, BoxNorm: c.BoxNorm,
		ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, CARL: c.CARL, Coder: c.Coder,
	}
}
