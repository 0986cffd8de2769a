package strategy

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// Torchvision returns torchvision's Faster R-CNN, SmoothL1 with beta 1/9 in
// both stages.
//
// Source: torchvision 0.14, models/detection/faster_rcnn.py, rpn.py and
// roi_heads.py.
func Torchvision() Strategy {
	return twoStage("torchvision",
		RPN{rpn.Config{
			Assigner:  keepMatcher(0.7, 0.3),
			Sampler:   sampling.NewRandom(256, 0.5),
			Cls:       losses.CE{},
			Box:       losses.SmoothL1{Beta: ninth},
			Norm:      losses.BySampled{},
			ClsWeight: 1,
			BoxWeight: 1,
			Coder:     anchors.NewCoder(1, 1, 1, 1),
		}},
		ROI{roi.Config{
			Assigner:  thresholds(0.5),
			Sampler:   sampling.NewRandom(512, 0.25),
			Cls:       losses.SoftmaxCE{},
			Box:       losses.SmoothL1{Beta: ninth},
			Norm:      losses.BySampled{},
			ClsWeight: 1,
			BoxWeight: 1,
			Coder:     anchors.NewCoder(10, 10, 5, 5),
			JoinTruth: true,
			PerClass:  true,
		}})
}

// ninth is torchvision's beta, and Caffe's at sigma 3.
const ninth = 1.0 / 9

// TorchvisionRetinaNet returns torchvision's RetinaNet, where each image
// counts as much as any other.
//
// Source: torchvision 0.14, models/detection/retinanet.py.
func TorchvisionRetinaNet() Strategy {
	return oneStage("torchvision-retinanet", Dense{rpn.Config{
		Assigner:  keepMatcher(0.5, 0.4),
		Sampler:   sampling.All{},
		Cls:       losses.Focal{Alpha: 0.25, Gamma: 2},
		Box:       losses.L1{},
		Norm:      losses.PerImage{Of: losses.ByPositives{}},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}})
}

// TorchvisionSSD returns torchvision's SSD.
//
// Source: torchvision 0.14, models/detection/ssd.py.
func TorchvisionSSD() Strategy { return ssd("torchvision-ssd", sampling.HardNegative{Ratio: 3}) }

// TorchvisionFCOS returns torchvision's FCOS, but for its box codes and its
// centre-ness, which a strategy does not have.
//
// Source: torchvision 0.14, models/detection/fcos.py.
func TorchvisionFCOS() Strategy {
	return oneStage("torchvision-fcos", Dense{rpn.Config{
		Assigner:  anchors.FCOS{CenterRadius: 1.5, MaxReach: 8, IgnoreIoF: neverIgnore, Torchvision: true},
		Sampler:   sampling.All{},
		Cls:       losses.Focal{Alpha: 0.25, Gamma: 2},
		Box:       losses.GIoU{},
		Norm:      losses.ByPositives{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(1, 1, 1, 1),
	}})
}
