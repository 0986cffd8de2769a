package inspect

import (
	"slices"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// head is a dense stage of a strategy that is inspected.
type head struct {
	name  string
	stage *rpn.Config
	kept  *Kept // what its sampler would keep
}

// heads returns the one-stage detectors' dense stages of the strategies that are
// inspected, and the region proposal networks.
func (a *analysis) heads(r *Report) (dense, proposals []head) {
	for i := range a.Strategies {
		s := &a.Strategies[i]
		k := slices.IndexFunc(r.Samplers, func(k Kept) bool { return k.Name == s.Name })
		if k < 0 { // it was left out
			continue
		}
		h := head{s.Name, s.Candidates(), &r.Samplers[k]}
		if s.Dense != nil {
			dense = append(dense, h)
		} else {
			proposals = append(proposals, h)
		}
	}
	return dense, proposals
}

// answer says how a head meets the flood of easy negatives, "" if it does not: it
// counts all of them alike, or leaves them out at random.
func (h *head) answer() string {
	switch thinning := sampling.ThinningOf(h.stage.Sampler); {
	case thinning == sampling.Mines:
		return "the hardest negatives (" + registry.Name(h.stage.Sampler) + ")"
	case thinning == sampling.Unsaid:
		return "negatives as " + registry.Name(stage.UnsaidBy(h.stage.Sampler)) + " chooses them"
	case thinning == sampling.KeepsAll && !flat(h.stage.Cls):
		return "all anchors under " + registry.Name(h.stage.Cls)
	}
	return ""
}

// flat reports whether a loss weighs candidates of a class alike, however easy they
// are.
func flat(l losses.Cls) bool {
	if f, ok := l.(losses.Focused); ok {
		return f.Focusing() == 0
	}
	switch l.(type) {
	case losses.CE, losses.AlphaCE, losses.ClassBalanced, losses.SoftmaxCE, losses.SoftmaxAlphaCE, losses.SoftmaxClassBalanced:
		return true
	}
	return false
}

// answered returns the first head that meets the flood of easy negatives, nil if
// none does.
func answered(heads []head) *head {
	for i := range heads {
		if heads[i].answer() != "" {
			return &heads[i]
		}
	}
	return nil
}

// thresholds returns the labels that a positive threshold decides, and whether the
// assigner has one.
func thresholds(a anchors.Assigner) (anchors.MaxIoU, bool) {
	m, ok := a.(anchors.MaxIoU)
	return m, ok && m.Measure == anchors.MeasureIoU && m.PosIoU > 0
}
