package strategy

import (
	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// SSD returns the strategy of ssd.pytorch: softmax over the hardest negatives,
// three for each positive, positives ranked among them with loss 0.
//
// Source: ssd.pytorch at 5b0b77f, layers/box_utils.py and
// layers/modules/multibox_loss.py, after Liu et al. 2016.
func SSD() Strategy {
	return ssd("ssd", sampling.HardNegative{Ratio: 3, PositivesCompete: true})
}

func ssd(name string, miner sampling.HardNegative) Strategy {
	return oneStage(name, Dense{rpn.Config{
		Assigner:  anchors.SSDBipartite{IoU: 0.5, IgnoreIoF: neverIgnore, ForceZero: true},
		Sampler:   miner,
		Cls:       losses.SoftmaxCE{},
		Box:       losses.SmoothL1{Beta: 1},
		Norm:      losses.ByPositives{},
		ClsWeight: 1,
		BoxWeight: 1,
		Coder:     anchors.NewCoder(10, 10, 5, 5),
	}})
}
