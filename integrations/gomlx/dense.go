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
	work = lent(tensors.MutableFlatData[float32], gradLogits, &b.GradLogits, work)
	work = lent(tensors.MutableFlatData[float32], gradDeltas, &b.GradDeltas, work)
	work = lent(tensors.ConstFlatData[float32], logits, &b.Logits, work)
	work = lent(tensors.ConstFlatData[float32], deltas, &b.Deltas, work)
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

// lent returns work with *to being the memory of a tensor, where it lies: data is
// tensors.ConstFlatData to read it, or tensors.MutableFlatData to fill it.
func lent(data func(*tensors.Tensor, func([]float32)) error, t *tensors.Tensor, to *[]float32, work func() error) func() error {
	return func() (err error) {
		failed := data(t, func(flat []float32) {
			*to = flat
			err = work()
		})
		return errors.Join(failed, err)
	}
}
