package strategy

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// CaffeFasterRCNN returns py-faster-rcnn's end-to-end Faster R-CNN.
//
// Source: py-faster-rcnn at 781a917, experiments/cfgs/faster_rcnn_end2end.yml
// and the layers it configures.
func CaffeFasterRCNN() Strategy {
	second := caffeROI()
	quota := sampling.Quota{Num: 128, PositiveFraction: 0.25}
	quota.RoundPositives = true
	second.Sampler = sampling.Random{Quota: quota}
	return twoStage("caffe-faster-rcnn", RPN{caffeRPN()}, ROI{second})
}

// CaffeOHEM returns the second stage of Fast R-CNN with OHEM by its authors'
// code: the 64 ROIs of highest loss in each image, after suppression within
// each class. The code takes its proposals from selective search; here they
// come from py-faster-rcnn's first stage.
//
// Source: abhi2610/ohem at 1f07dd0, experiments/cfgs/fast_rcnn_ohem.yml and
// lib/roi_data_layer, after Shrivastava et al. 2016.
func CaffeOHEM() Strategy {
	second := caffeROI()
	second.Sampler = sampling.OHEM{Num: 64, BoxHardness: 1, NMSIoU: 0.7, NMSPerClass: true}
	return twoStage("caffe-ohem", RPN{caffeRPN()}, ROI{second})
}

func caffeRPN() rpn.Config {
	return rpn.Config{
		Assigner: anchors.MaxIoU{
			PosIoU: 0.7, NegIoU: 0.3, Forced: anchors.ForcedKeep, ForceZero: true,
			Order: anchors.PositiveLast, Straddle: anchors.StraddleDropped, IgnoreIoF: neverIgnore,
		},
		Sampler:   sampling.NewRandom(256, 0.5),
		Cls:       losses.SoftmaxCE{},
		Box:       losses.SmoothL1{Beta: ninth},
		Norm:      losses.BySampled{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}
}

// caffeROI leaves the sampler open.
func caffeROI() roi.Config {
	return roi.Config{
		Assigner:  thresholds(0.5),
		Cls:       losses.SoftmaxCE{},
		Box:       losses.SmoothL1{Beta: 1},
		Norm:      losses.BySampled{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(10, 10, 5, 5),
		JoinTruth: true,
		PerClass:  true,
	}
}
