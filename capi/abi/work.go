package abi

import (
	"fmt"
	"math"
	"sync/atomic"
	"unsafe"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// The stages, as in detsample.h.
const (
	stageDense = 1
	stageRPN   = 2
	stageROI   = 3
)

var stageNames = map[int32]string{stageDense: "dense", stageRPN: "rpn", stageROI: "roi"}

// Work is the memory of one stage over one run, behind a handle.
type Work struct {
	busy    atomic.Bool
	stage   sampling.Stage
	classes int

	dense *rpn.Config // of a dense stage
	drawn *rpn.Config // the same without its normaliser
	rpn   rpn.Work
	batch rpn.Batch
	grids []anchors.Grid
	given given
	asked rpn.Config // the stage with a sample that is given
	class []int32    // of an image's candidates

	roi      *roi.Config // of a second stage
	proposed *rpn.Config // its assigner, for proposals that are labelled alone
	second   roi.Work
	truth    truths
	regions  int
	mined    int        // candidates of the last join
	images   int        // of that
	askedROI roi.Config // the stage with a sample that is given

	targets losses.Targets
}

// NewWork returns the memory of a stage of a strategy.
func NewWork(s *strategy.Strategy, o *Options) (*Work, error) {
	if o == nil {
		return nil, misusef("options is NULL")
	}
	if err := sized("detsample_options", o.Size, unsafe.Sizeof(*o)); err != nil {
		return nil, err
	}
	name, known := stageNames[o.Stage]
	switch {
	case !known:
		return nil, misusef("options.stage is %d: expected DETSAMPLE_DENSE, DETSAMPLE_RPN or DETSAMPLE_ROI", o.Stage)
	case o.Classes < 1:
		return nil, misusef("options.classes is %d: expected at least 1", o.Classes)
	case o.PerClass < -1 || o.PerClass > 1:
		return nil, misusef("options.per_class is %d: expected -1, 0 or 1", o.PerClass)
	case o.Threads < 0:
		return nil, misusef("options.threads is %d: expected at least 0", o.Threads)
	}
	w := &Work{classes: int(o.Classes), mined: -1, regions: -1}
	w.rpn.Threads, w.rpn.Exact, w.second.Exact = int(o.Threads), o.Exact != 0, o.Exact != 0
	switch {
	case o.Stage == stageDense && s.Dense != nil:
		w.stage = sampling.StageDense
		c := s.Dense.Config
		w.dense = &c
	case o.Stage == stageRPN && s.RPN != nil:
		w.stage = sampling.StageRPN
		c := s.RPN.Config
		w.dense = &c
	case o.Stage == stageROI && s.ROI != nil:
		w.stage = sampling.StageROI
		c := s.ROI.Config
		if o.PerClass >= 0 {
			c.PerClass = o.PerClass == 1
		}
		w.roi = &c
	default:
		has := "dense"
		if s.TwoStage() {
			has = "rpn and roi"
		}
		return nil, fmt.Errorf("strategy %s has no stage %s: it has %s", s.Name, name, has)
	}
	return w, w.recode(o)
}

// derive makes the configurations that are variations of the stage's.
func (w *Work) derive() {
	if w.dense != nil {
		c := *w.dense
		c.Norm, c.BoxNorm, c.ClsWeight, c.BoxWeight = losses.ByOne{}, nil, 1, 1
		w.drawn = &c
		return
	}
	r := w.roi
	w.proposed = &rpn.Config{
		Assigner: r.Assigner, Sampler: r.Sampler, Cls: r.Cls, Box: r.Box, Norm: r.Norm, BoxNorm: r.BoxNorm,
		ClsWeight: r.ClsWeight, BoxWeight: r.BoxWeight, Coder: r.Coder,
	}
}

// labelling returns the configuration that labels: the stage's, or of a second
// stage the one of its assigner.
func (w *Work) labelling() *rpn.Config {
	if w.dense != nil {
		return w.dense
	}
	return w.proposed
}

// recode puts the head's own coder in place of the strategy's.
func (w *Work) recode(o *Options) error {
	coder := w.coder()
	if o.Coder != [4]float32{} {
		for i, weight := range o.Coder {
			if !(weight > 0 && weight <= math.MaxFloat32) {
				return misusef("options.coder[%d] is %v: expected finite and above 0, or all 0 for the strategy's", i, weight)
			}
		}
		coder.Weights = o.Coder
	}
	if !(o.MaxScale >= 0) {
		return misusef("options.max_scale is %v: expected above 0, or 0 for the strategy's", o.MaxScale)
	}
	if o.MaxScale != 0 {
		coder.MaxScale = o.MaxScale
	}
	w.derive()
	return nil
}

func (w *Work) coder() *anchors.Coder {
	if w.dense != nil {
		return &w.dense.Coder
	}
	return &w.roi.Coder
}

// use marks the work as in use, for one caller at a time.
func (w *Work) use() error {
	if !w.busy.CompareAndSwap(false, true) {
		return misusef("the stage is in use by another call: each thread needs one of its own")
	}
	return nil
}

func (w *Work) done() { w.busy.Store(false) }

// useDense marks the work of a dense stage as in use.
func (w *Work) useDense() error {
	if w.dense == nil {
		return misusef("the work is of stage roi: expected one of dense or rpn")
	}
	return w.use()
}

// useROI marks the work of a second stage as in use.
func (w *Work) useROI() error {
	if w.roi == nil {
		return misusef("the work is of stage dense or rpn: expected one of roi")
	}
	return w.use()
}
