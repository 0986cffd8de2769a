package rpn

import (
	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// Config is the strategy of a dense stage. It is immutable while in use and
// may be shared; what changes lives in a [Work].
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
	Coder     anchors.Coder    `doc:"between anchors, deltas and boxes"`
}

// Objectness returns the region proposal network of Faster R-CNN (Ren et al.
// 2015): positive from IoU 0.7, negative below 0.3, 256 anchors at 1:1, cross
// entropy and SmoothL1 (beta 1/9), both divided by the number sampled, as in
// torchvision; low-quality matches from IoU 0.3, as in mmdetection.
func Objectness() Config {
	assigner := anchors.NewMaxIoU(0.7, 0.3)
	assigner.MinPosIoU = 0.3
	return Config{
		Assigner:  assigner,
		Sampler:   sampling.NewRandom(256, 0.5),
		Cls:       losses.CE{},
		Box:       losses.SmoothL1{Beta: 1.0 / 9},
		Norm:      losses.BySampled{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}
}

// OneStage returns the dense detector of RetinaNet (Lin et al. 2017):
// positive from IoU 0.5, negative below 0.4, low-quality matches, every
// anchor, focal loss (0.25, 2) and SmoothL1 (beta 1/9), both divided by the
// number of positives.
func OneStage() Config {
	return Config{
		Assigner:  anchors.NewMaxIoU(0.5, 0.4),
		Sampler:   sampling.All{},
		Cls:       losses.Focal{Alpha: 0.25, Gamma: 2},
		Box:       losses.SmoothL1{Beta: 1.0 / 9},
		Norm:      losses.ByPositives{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}
}

// Validate reports a missing part, a parameter out of its range, and a sampler
// that mines by hardness beside a loss that has none.
func (c Config) Validate() error {
	return c.terms().Check(c.Assigner, anchors.NeedGrid|anchors.NeedPredictions|anchors.NeedSize, c.Sampler)
}

func (c Config) terms() stage.Terms {
	return stage.Terms{
		Cls: c.Cls, Box: c.Box, Norm: c.Norm, BoxNorm: c.BoxNorm,
		ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, CARL: c.CARL, Coder: c.Coder,
	}
}
