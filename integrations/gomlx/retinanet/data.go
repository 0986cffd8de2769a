package main

import (
	"io"
	"math/rand/v2"

	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"

	"detsample/anchors"
	"detsample/bench/cocoeval"
	"detsample/bench/dataset"
	"detsample/rpn"
)

// batches is a source of random training images, without end.
type batches struct {
	set  *dataset.Set
	size int
	rng  *rand.Rand
}

func (b *batches) Name() string { return "scenes" }
func (b *batches) Reset()       {}

func (b *batches) Next() ([]*tensors.Tensor, []rpn.Image, error) {
	if len(b.set.Train) == 0 {
		return nil, nil, io.EOF
	}
	drawn, images := make([]dataset.Image, b.size), make([]rpn.Image, b.size)
	for i := range drawn {
		n := b.rng.IntN(len(b.set.Train))
		drawn[i], images[i].ID = b.set.Train[n], uint64(n)
		for _, o := range drawn[i].Objects {
			images[i].Truth.Box = append(images[i].Truth.Box, o.Box)
			images[i].Truth.Class = append(images[i].Truth.Class, o.Class)
		}
	}
	return []*tensors.Tensor{pixels(drawn)}, images, nil
}

// pixels returns (images, height, width, 3).
func pixels(images []dataset.Image) *tensors.Tensor {
	var all []uint8
	for _, m := range images {
		all = append(all, m.Pix...)
	}
	return tensors.FromFlatDataAndDimensions(all, len(images), images[0].Height, images[0].Width, 3)
}

// evaluate returns COCO's AP on the test images.
func evaluate(forward *context.Exec, c rpn.Config, set *dataset.Set) (ap, ap50 float64, err error) {
	cand := pyramid.Append(nil, set.Width, set.Height)
	var truth []cocoeval.GroundTruth
	var found []cocoeval.Detection
	var w rpn.DetectWork
	for i := range set.Test {
		m := &set.Test[i]
		for _, o := range m.Objects {
			truth = append(truth, cocoeval.GroundTruth{Image: int64(i), Class: o.Class, Box: xywh(o.Box), Area: float64(o.Box.Area())})
		}
		out, err := forward.Exec(pixels(set.Test[i : i+1]))
		if err != nil {
			return 0, 0, err
		}
		output := rpn.Output{
			Classes: len(set.Classes), Width: float32(m.Width), Height: float32(m.Height),
			Logits: tensors.MustCopyFlatData[float32](out[0]), Deltas: tensors.MustCopyFlatData[float32](out[1]),
		}
		for _, d := range c.Detect(&w, nil, rpn.Detections(), cand, output) {
			found = append(found, cocoeval.Detection{Image: int64(i), Class: d.Class, Box: xywh(d.Box), Score: float64(d.Score)})
		}
	}
	r, err := cocoeval.Evaluate(cocoeval.DefaultParams(), truth, found)
	if err != nil {
		return 0, 0, err
	}
	s := r.Summary()
	return s.AP, s.AP50, nil
}

func xywh(b anchors.Box) [4]float64 {
	return [4]float64{float64(b[0]), float64(b[1]), float64(b.Width()), float64(b.Height())}
}
