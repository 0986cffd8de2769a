package anchors

import "fmt"

// Trap names a way in which a strategy learns something else than it seems
// to. None is an error: some are what a study wants to show. A configuration
// or a training that is in one says so by a [Warning].
type Trap string

// The traps.
const (
	// ZeroIoU: candidates that overlap no object become positive. A ground
	// truth that no candidate touches has a best IoU of 0, and all candidates
	// of IoU 0 are tied for it: detectron2, torchvision, py-faster-rcnn and
	// mmdetection with min_pos_iou 0 then force them all.
	ZeroIoU Trap = "zero_iou"

	// FocalAfterSampling: a focusing loss sees what a balancing sampler left.
	// It is made to fade the flood of easy negatives (Lin et al. 2017), which
	// the sampler has already removed. In mmdetection 2, renaming a loss class
	// in the configuration silently switched sampling on beside focal loss.
	FocalAfterSampling Trap = "focal_after_sampling"

	// FocalAfterMining: a sampler that keeps the hardest candidates and a loss
	// that favours the hard ones. Outliers and wrong labels gain twice.
	FocalAfterMining Trap = "focal_after_mining"

	// FocalOverAll: a focusing loss over every candidate of a dense stage is
	// divided by the number of all of them. Nearly all are easy and have next
	// to no loss, so that the positives are divided by a thousand as well; Lin
	// et al. 2017 divide by the number of positives for this reason.
	FocalOverAll Trap = "focal_over_all"

	// SingleAlpha: softmax focal loss with one alpha for objects and
	// background, as in zimenglan's Caffe layer. It balances nothing and
	// scales the loss, which is the learning rate's part.
	SingleAlpha Trap = "single_alpha"

	// NoWeight: one of the two losses has weight 0, as in a literal that leaves
	// it out.
	NoWeight Trap = "no_weight"

	// NoPriorBias: an untrained dense head gives every candidate an even
	// chance. In the first steps the loss of all negatives drowns the
	// positives; plain cross entropy then diverges (Lin et al. 2017, section
	// 4.1). mmdetection, detectron2 and torchvision start at 0.01.
	NoPriorBias Trap = "no_prior_bias"

	// Unmatched: ground truths that no candidate stands for, which the stage
	// therefore never learns. All peers pass over them in silence.
	Unmatched Trap = "unmatched_truth"

	// FewPositives: images with objects of which a sampler keeps no positive,
	// or so few that its ratio is one in name only. All peers fill up with
	// negatives, so that "1:1" trains at 1:50.
	FewPositives Trap = "few_positives"

	// NoNegatives: images of which a sampler keeps no negative, as hard
	// negative mining at a ratio does where it has no positive (SSD and its
	// peers), so that nothing is learned from background.
	NoNegatives Trap = "no_negatives"

	// RepeatedKey: a random sampler is given the same key at every step (a Step
	// left at 0) or for all images (an ID left at 0), and so draws the same
	// candidates each time: a training on 256 of 200 000 anchors.
	RepeatedKey Trap = "repeated_key"
)

// Warning says that a strategy is in a trap.
type Warning struct {
	Trap   Trap   `json:"trap"`
	Where  string `json:"where"`  // the part, such as "assigner" of a stage or "rpn.cls" of a detector
	Detail string `json:"detail"` // what it means here, with its numbers
	Remedy string `json:"remedy"` // what to change if it is not meant
}

// String returns the warning as one line.
func (w Warning) String() string {
	return fmt.Sprintf("%s: %s; remedy: %s", w.Where, w.Detail, w.Remedy)
}

// Within returns the warning with its place inside a larger part.
func (w Warning) Within(part string) Warning {
	w.Where = part + "." + w.Where
	return w
}

// Wary is a part of a strategy (an assigner, a sampler, a loss) that knows
// traps of its own configuration. Where is left to the stage.
type Wary interface {
	Warnings() []Warning
}

// Warnings implements [Wary]: matches forced at no overlap.
func (m MaxIoU) Warnings() []Warning {
	switch {
	case m.Order == NegativeLast && m.NegIoU > 0: // which leaves none of them forced
	case m.Forced != ForcedNone && m.ForceZero && float32(m.MinPosIoU) <= m.nothing():
		return []Warning{zeroForced()}
	}
	return nil
}

// Warnings implements [Wary], as [MaxIoU.Warnings].
func (s SSDBipartite) Warnings() []Warning {
	if s.ForceZero {
		return []Warning{zeroForced()}
	}
	return nil
}

var (
	_ Wary = MaxIoU{}
	_ Wary = SSDBipartite{}
)

func zeroForced() Warning {
	return Warning{
		Trap:   ZeroIoU,
		Detail: "force_zero: an object that no candidate touches makes candidates positive that touch nothing",
		Remedy: "leave force_zero out, except to reproduce a peer",
	}
}
