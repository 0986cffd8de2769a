package strategy

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// MMDetection returns mmdetection's Faster R-CNN with FPN.
//
// Source: mmdetection 3.3, configs/_base_/models/faster-rcnn_r50_fpn.py.
func MMDetection() Strategy {
	return twoStage("mmdetection", RPN{mmdetectionRPN()}, ROI{mmdetectionROI()})
}

func mmdetectionRPN() rpn.Config {
	return rpn.Config{
		Assigner:  takeMatcher(0.7, 0.3, 0.3),
		Sampler:   sampling.NewRandom(256, 0.5),
		Cls:       losses.CE{},
		Box:       losses.L1{},
		Norm:      losses.BySampled{EmptyAsOne: true},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}
}

func mmdetectionROI() roi.Config {
	return roi.Config{
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
	}
}

// takeMatcher is mmdetection's MaxIoUAssigner with low-quality matches.
func takeMatcher(pos, neg, least float64) anchors.MaxIoU {
	return anchors.MaxIoU{PosIoU: pos, NegIoU: neg, MinPosIoU: least, Forced: anchors.ForcedTaken, ForceZero: true, IgnoreIoF: neverIgnore}
}

// MMDetOHEM returns mmdetection's Faster R-CNN with OHEM in the second stage,
// which mines by classification within the ratio of random sampling.
//
// Source: mmdetection 3.3, configs/faster_rcnn/
// faster-rcnn_r50_fpn_ohem_1x_coco.py.
func MMDetOHEM() Strategy {
	second := mmdetectionROI()
	second.Sampler = sampling.BalancedOHEM{Quota: sampling.Quota{Num: 512, PositiveFraction: 0.25}}
	return twoStage("mmdet-ohem", RPN{mmdetectionRPN()}, ROI{second})
}

// LibraAsCoded returns Libra R-CNN as mmdetection runs it, which is not as the
// paper describes it: of the three bins that balance negatives the last is
// empty and the one before nearly so (see [sampling.IoUBalanced]).
//
// Source: mmdetection 3.3, configs/libra_rcnn/
// libra-faster-rcnn_r50_fpn_1x_coco.py.
func LibraAsCoded() Strategy {
	first, second := mmdetectionRPN(), mmdetectionROI()
	anchors := sampling.NewRandom(256, 0.5)
	anchors.NegativesPerPositive = 5
	first.Sampler = anchors
	second.Sampler = sampling.Combined{
		Positive: sampling.InstanceBalanced{Quota: sampling.Quota{Num: 512, PositiveFraction: 0.25}},
		Negative: sampling.IoUBalanced{Quota: sampling.Quota{Num: 512, PositiveFraction: 0.25}, Bins: 3, Semantics: sampling.AsCoded},
	}
	second.Box = losses.NewBalancedL1(0.5, 1.5)
	return twoStage("libra-as-coded", RPN{first}, ROI{second})
}

// PISA returns mmdetection's PISA Faster R-CNN: ISR-N, ISR-P and CARL.
//
// Source: mmdetection 3.3, configs/pisa/faster-rcnn_r50_fpn_pisa_1x_coco.py.
func PISA() Strategy {
	second := mmdetectionROI()
	weighed := sampling.NewISRP(sampling.NewScoreHLR(512, 0.25))
	weighed.PerBatch = true
	second.Sampler = weighed
	second.Box = losses.SmoothL1{Beta: 1}
	carl := losses.NewCARL()
	second.CARL = &carl
	return twoStage("pisa", RPN{mmdetectionRPN()}, ROI{second})
}

// MMDetectionRetinaNet returns mmdetection's RetinaNet.
//
// Source: mmdetection 3.3, configs/_base_/models/retinanet_r50_fpn.py.
func MMDetectionRetinaNet() Strategy {
	return oneStage("mmdetection-retinanet", Dense{rpn.Config{
		Assigner:  takeMatcher(0.5, 0.4, 0),
		Sampler:   sampling.All{},
		Cls:       losses.Focal{Alpha: 0.25, Gamma: 2},
		Box:       losses.L1{},
		Norm:      losses.ByPositives{EmptyAsOne: true},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}})
}
