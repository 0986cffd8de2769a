package gomlx

import (
	"fmt"

	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/train"

	"detsample/losses"
	"detsample/rpn"
)

// Source yields batches for training: the model's inputs, and what the images
// hold. The error io.EOF ends an epoch.
type Source interface {
	Name() string
	Reset()
	Next() (inputs []*tensors.Tensor, images []rpn.Image, err error)
}

// Dataset is a source with labels of a dense stage, as a train.Dataset.
//
// Without Forward the labels are those of [Dense.Targets]. With it they are
// those of [Dense.Gradients]: Forward runs the model, over the variables that
// are being trained, and the dataset must not be read ahead of the training,
// as datasets.Parallel does.
type Dataset struct {
	Source
	Dense   *Dense
	Forward *context.Exec              // inputs to logits and deltas
	OnStep  func(uint64, losses.Value) // is told of each step's loss and balance, if not nil and there is a Forward

	step uint64
}

var _ train.Dataset = (*Dataset)(nil)

// Yield implements train.Dataset.
func (d *Dataset) Yield() (spec any, inputs, labels []*tensors.Tensor, err error) {
	inputs, images, err := d.Next()
	if err != nil {
		return nil, nil, nil, err
	}
	d.step++
	if d.Forward == nil {
		return nil, inputs, d.Dense.Targets(d.step, images), nil
	}
	given := make([]any, len(inputs))
	for i, t := range inputs {
		given[i] = t
	}
	out, err := d.Forward.Exec(given...)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(out) < 2 {
		return nil, nil, nil, fmt.Errorf("the model has %d outputs: expected logits and deltas", len(out))
	}
	defer func() {
		for _, t := range out {
			t.FinalizeAll()
		}
	}()
	labels, v, err := d.Dense.Gradients(d.step, images, out[0], out[1])
	if err != nil {
		return nil, nil, nil, err
	}
	if d.OnStep != nil {
		d.OnStep(d.step, v)
	}
	return nil, inputs, labels, nil
}
