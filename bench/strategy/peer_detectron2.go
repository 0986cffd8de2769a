package strategy

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// keepMatcher is the assignment of detectron2's and torchvision's Matcher
// with low-quality matches.
func keepMatcher(pos, neg float64) anchors.MaxIoU {
	return anchors.MaxIoU{PosIoU: pos, NegIoU: neg, Forced: anchors.ForcedKeep, ForceZero: true, IgnoreIoF: neverIgnore}
}

// Detectron2 returns detectron2's Faster R-CNN with FPN: its RPN divides by
// 256 for each image whatever was sampled, and its box losses are L1.
//
// Source: detectron2 at 02b5c4e, config/defaults.py and Base-RCNN-FPN.yaml.
func Detectron2() Strategy {
	return twoStage("detectron2",
		RPN{rpn.Config{
			Assigner:  keepMatcher(0.7, 0.3),
			Sampler:   sampling.NewRandom(256, 0.5),
			Cls:       losses.CE{},
			Box:       losses.L1{},
			Norm:      losses.ByFixed{PerImage: 256},
			ClsWeight: 1,
			BoxWeight: 1,
			Coder:     anchors.NewCoder(1, 1, 1, 1),
		}},
		ROI{roi.Config{
			Assigner:  thresholds(0.5),
			Sampler:   sampling.NewRandom(512, 0.25),
			Cls:       losses.SoftmaxCE{},
			Box:       losses.L1{},
			Norm:      losses.BySampled{},
			ClsWeight: 1,
			BoxWeight: 1,
			Coder:     anchors.NewCoder(10, 10, 5, 5),
			JoinTruth: true,
			PerClass:  true,
		}})
}

// Detectron2RetinaNet returns detectron2's RetinaNet, which divides by a
// running mean of the number of positives.
//
// Source: detectron2 at 02b5c4e, config/defaults.py and Base-RetinaNet.yaml.
func Detectron2RetinaNet() Strategy {
	return oneStage("detectron2-retinanet", Dense{rpn.Config{
		Assigner:  keepMatcher(0.5, 0.4),
		Sampler:   sampling.All{},
		Cls:       losses.Focal{Alpha: 0.25, Gamma: 2},
		Box:       losses.L1{},
		Norm:      losses.MovingAverage{Momentum: 0.9, Initial: 100},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}})
}
