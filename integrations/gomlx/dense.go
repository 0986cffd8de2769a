package gomlx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/tensors"

	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// Dense is a dense stage in training: a strategy, the anchors of its head, and
// the memory of its steps. It belongs to one goroutine and one run. The model's
// predictions are logits, (images, anchors, columns), and deltas, (images,
// anchors, 4), both float32, with the anchors in the order of Anchors.
type Dense struct {
	Config  rpn.Config
	Classes int // as in [rpn.Batch]
	Anchors anchors.Candidates
	Seed    uint64 // of the samples
	Work    rpn.Work
}

// Gradients returns the labels that [HostLoss] takes: the loss of a step, a
// scalar, and its gradients by the logits and the deltas that the head has put
// out. The value's Balance says what the step was like. The error is about
// tensors that do not fit the anchors; beyond that, Gradients panics as
// [rpn.Config.Step] does.
func (d *Dense) Gradients(step uint64, images []rpn.Image, logits, deltas *tensors.Tensor) (labels []*tensors.Tensor, v losses.Value, err error) {
	err = errors.Join(
		fits("logits", logits, len(images), len(d.Anchors.Box), d.Config.Cls.Link().Columns(d.Classes)),
		fits("deltas", deltas, len(images), len(d.Anchors.Box), 4))
	if err != nil {
		return nil, v, err
	}
	b := d.batch(step, images)
	gradLogits, gradDeltas := tensors.FromShape(logits.Shape()), tensors.FromShape(deltas.Shape())
	work := func() error { v = d.Config.Step(&d.Work, b); return nil }
	work = writing(gradDeltas, &b.GradDeltas, writing(gradLogits, &b.GradLogits, work))
	work = reading(deltas, &b.Deltas, reading(logits, &b.Logits, work))
	if err := work(); err != nil {
		return nil, v, err
	}
	return []*tensors.Tensor{tensors.FromScalar(float32(v.Cls + v.Box)), gradLogits, gradDeltas}, v, nil
}

func (d *Dense) batch(step uint64, images []rpn.Image) *rpn.Batch {
	return &rpn.Batch{Classes: d.Classes, Anchors: d.Anchors, Images: images, Key: sampling.Key{Seed: d.Seed, Step: step}}
}

// fits returns an error unless a tensor has the dimensions, in float32.
func fits(name string, t *tensors.Tensor, dimensions ...int) error {
	if s := t.Shape(); s.DType != dtypes.Float32 || !slices.Equal(s.Dimensions, dimensions) {
		return fmt.Errorf("the model's %s are %v: expected float32 of (images, anchors, columns), %v", name, s, dimensions)
	}
	return nil
}

// reading returns work with *to being the memory of a tensor, which it reads
// where it lies.
func reading(t *tensors.Tensor, to *[]float32, work func() error) func() error {
	return func() error {
		var err error
		return errors.Join(tensors.ConstFlatData(t, func(flat []float32) {
			*to = flat
			err = work()
		}), err)
	}
}

// writing is reading of a tensor that work fills.
func writing(t *tensors.Tensor, to *[]float32, work func() error) func() error {
	return func() error {
		var err error
		return errors.Join(tensors.MutableFlatData(t, func(flat []float32) {
			*to = flat
			err = work()
		}), err)
	}
}
