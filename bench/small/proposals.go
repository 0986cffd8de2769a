package small

import (
	"context"

	"detsample/anchors"
	"detsample/bench/cocoeval"
	"detsample/bench/small/detector"
	"detsample/bench/trainer"
	"detsample/rpn"
)

// proposer is a detector whose first stage proposes regions to a second.
type proposer interface {
	// Propose appends the best proposals of each image to its element of dst, in
	// falling score: as many as reach the second stage in training or in
	// detection, whichever is more.
	Propose(dst [][]anchors.Detection, b detector.Batch)
	// ProposalLimit returns that number.
	ProposalLimit() int
}

// proposalImages is the number of test images that recall of proposals is
// measured on, which bounds the memory that it takes.
const proposalImages = 1000

// proposals returns the average recall of a trained detector's proposals, nothing
// of one without. It returns an error if ctx ends.
func (t *training) proposals(ctx context.Context) ([]trainer.ProposalRecall, error) {
	p, ok := t.detector.(proposer)
	if !ok {
		return nil, nil
	}
	e := *t.eval
	set := *e.set
	set.Test = set.Test[:min(proposalImages, len(set.Test))]
	e.set, e.found = &set, make([][]anchors.Detection, len(set.Test))
	e.suppress = suppression{float32(rpn.Proposals(1).NMSIoU), p.ProposalLimit()}
	if err := e.over(ctx, p.Propose); err != nil {
		return nil, err
	}
	return e.recall(limits(p.ProposalLimit()))
}

// limits returns the numbers of proposals at which recall is customarily given, as
// far as a detector makes so many; of one that makes fewer, all.
func limits(made int) []int {
	if made < 100 {
		return []int{made}
	}
	var list []int
	for _, n := range [...]int{100, 300, 1000} {
		if n <= made {
			list = append(list, n)
		}
	}
	return list
}

// recall returns the average recall of what was found, whatever its class, within
// limits on the number for each image.
func (e *evaluator) recall(limits []int) ([]trainer.ProposalRecall, error) {
	p := e.params
	p.ClassAgnostic, p.Classes, p.MaxDets = true, nil, limits
	p.Images = p.Images[:len(e.found)]
	result, err := cocoeval.Evaluate(p, e.truth, e.detections())
	if err != nil {
		return nil, err
	}
	list := make([]trainer.ProposalRecall, len(limits))
	for m, limit := range limits {
		at := func(area int) float64 { return averageRecall(result, area, m) }
		list[m] = trainer.ProposalRecall{Limit: limit, AR: at(0), ARS: at(1), ARM: at(2), ARL: at(3)}
	}
	return list, nil
}

// averageRecall returns the mean recall over the thresholds of IoU, -1 where there
// are no objects.
func averageRecall(r *cocoeval.Result, area, limit int) float64 {
	sum := 0.0
	for t := range r.Params.IoU {
		v := r.Recall(t, 0, area, limit)
		if v < 0 {
			return -1
		}
		sum += v
	}
	return sum / float64(len(r.Params.IoU))
}
