package roi

import (
	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// ROI is a region of one image of the batch.
type ROI struct {
	Box   anchors.Box
	Image int32 // place in the batch
}

// Work is the memory of the second stage over one batch: it belongs to one
// goroutine and grows to the largest batch it has seen, after which a step
// allocates nothing.
type Work struct {
	// Exact asks for losses as [losses.Batch.Exact] has them.
	Exact bool

	classes int
	images  []joined
	used    int

	candidates []ROI
	rois       []ROI
	class      []int32 // of each ROI
	match      []int32 // of each ROI, the label code
	allClass   []int32 // of each candidate
	keys       []sampling.Key
	sampled    []sampling.Candidates // of each image, as the sampler sees them
	samples    []sampling.Sample
	draws      stage.Draws
	checked    *Config // found valid
	checkedFor int     // so many classes
	foreign    bool    // its assigner
	looked     bool    // at a head's output, for NaN
	ready      bool    // Sample was called since Reset and Join
	batch      stage.Batch
	rows       losses.Batch
}

// joined is one image's candidates: the proposals, then the ground truth.
type joined struct {
	id         uint64
	truth      anchors.Truth
	boxes      anchors.Candidates
	assignment anchors.Assignment
	evidence   stage.Evidence
	start      int // first of its candidates in Work.candidates
}

// Candidates returns all candidates of the batch, image by image: what the
// head must score if the strategy mines. Valid until the next Reset.
func (w *Work) Candidates() []ROI { return w.candidates }

// ROIs returns the sampled regions of the batch, image by image: what the
// head runs on. Valid until the next Reset.
func (w *Work) ROIs() []ROI { return w.rois }

// Labels returns what the sampled regions stand for: the class of each, or
// [anchors.Negative], and its ground truth's place in its image, or the label
// code. Valid until the next Reset.
func (w *Work) Labels() (class, gt []int32) { return w.class, w.match }

// Assigned returns how the candidates of the batch's image i are labelled: the
// class of each, or the label code, and the assignment that it comes from. Valid
// until the next Reset.
func (w *Work) Assigned(i int) (class []int32, a *anchors.Assignment) {
	j := &w.images[:w.used][i]
	return w.allClass[j.start : j.start+len(j.boxes.Box)], &j.assignment
}

// Losses visits every region that counted in the last Loss: its class, or
// [anchors.Negative], and its weighted loss.
func (w *Work) Losses(visit func(class int32, loss float32)) { w.batch.Losses(visit) }

// Memory returns what the strategy's losses and normalisers remember between
// steps, nil where they remember nothing: a program that saves a run saves it
// too. A Work serves one run of one strategy.
func (w *Work) Memory() *losses.Memory { return w.batch.Memory() }
