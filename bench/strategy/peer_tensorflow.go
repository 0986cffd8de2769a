package strategy

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// TFMiner returns TensorFlow object_detection's Faster R-CNN with its hard
// example miner: 64 proposals of each image by both losses as the loss weighs
// them, after suppression, divided by the number of all proposals.
//
// Source: tensorflow/models, faster_rcnn_resnet101_coco.config with an empty
// hard_example_miner; faster_rcnn_meta_arch.py, core/losses.py.
func TFMiner() Strategy {
	return twoStage("tf-miner",
		RPN{rpn.Config{
			Assigner: anchors.MaxIoU{
				PosIoU: 0.7, NegIoU: 0.3, Forced: anchors.ForcedLowest, Ties: anchors.TiesFirst, ForceZero: true,
				Straddle: anchors.StraddleDropped, IgnoreIoF: neverIgnore,
			},
			Sampler:   sampling.NewRandom(256, 0.5),
			Cls:       losses.SoftmaxCE{},
			Box:       losses.SmoothL1{Beta: 1},
			Norm:      losses.PerImage{Of: losses.BySampled{}},
			ClsWeight: 1,
			BoxWeight: 2,
			Coder:     anchors.NewCoder(10, 10, 5, 5),
		}},
		ROI{roi.Config{
			Assigner:  thresholds(0.5),
			Sampler:   sampling.OHEM{Num: 64, BoxHardness: 1, NMSIoU: 0.7},
			Cls:       losses.SoftmaxCE{},
			Box:       losses.SmoothL1{Beta: 1},
			Norm:      losses.PerImage{Of: losses.ByCandidates{}},
			ClsWeight: 1,
			BoxWeight: 2,
			Coder:     anchors.NewCoder(10, 10, 5, 5),
			PerClass:  true,
		}})
}
