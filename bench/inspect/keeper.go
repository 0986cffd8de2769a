package inspect

import (
	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/sampling"
)

// keeper runs samplers on the candidates of images, one after another.
type keeper struct {
	draws  []stage.Draws // of each sampler
	sample [1]sampling.Sample
	gt     []int32
	iou    []float32
	boxes  []anchors.Box
}

// keep counts what the samplers that look at an image's candidates keep of it,
// of those that the k-th assigner labels.
func (w *worker) keep(k, image int) {
	filled := false
	for s, which := range w.which {
		if which != k || w.keptOf[s] == nil {
			continue
		}
		if !filled {
			w.fill(image)
			filled = true
		}
		sampler := w.Samplers[s].Sampler
		need, c := sampler.Needs(), [1]sampling.Candidates{{GT: w.keeper.gt}}
		if need&sampling.NeedIoU != 0 {
			c[0].IoU = w.keeper.iou
		}
		if need&sampling.NeedBox != 0 {
			w.keeper.boxes = w.Pyramid.Append(w.keeper.boxes[:0], int(w.width), int(w.height))
			c[0].Box = w.keeper.boxes
		}
		if need&sampling.NeedTruthClass != 0 {
			c[0].TruthClass = w.truth.Class
		}
		if need&sampling.NeedTruth != 0 {
			c[0].Truth = &w.truth
		}
		if w.keeper.draws == nil {
			w.keeper.draws = make([]stage.Draws, len(w.Samplers))
		}
		w.keptOf[s][image] = keptBy(&w.keeper.draws[s], sampler, &w.keeper.sample, &c, image)
	}
}

// fill writes out the assignment that lists the candidates of consequence.
func (w *worker) fill(image int) {
	m := &w.keeper
	m.gt, m.iou = m.gt[:0], m.iou[:0]
	for range w.images[image].anchors {
		m.gt, m.iou = append(m.gt, anchors.Negative), append(m.iou, 0)
	}
	for i, at := range w.sparse.Index {
		m.gt[at], m.iou[at] = w.sparse.GT[i], w.sparse.IoU[i]
	}
}
