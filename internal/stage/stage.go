// Package stage is what the dense stage and the second stage have in common:
// how the sampled candidates of a batch of images become a loss and its
// gradients.
package stage

import (
	"errors"
	"fmt"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// Terms are the parts of a stage's configuration that make its loss.
type Terms struct {
	Cls           losses.Cls
	Box           losses.Box
	Norm, BoxNorm losses.Norm
	BoxWeight     float64
	Coder         anchors.Coder
}

// Check reports a missing part, a value out of its range, and a sampler that
// mines by hardness beside a loss that has none.
func (t Terms) Check(assigner anchors.Assigner, sampler sampling.Sampler) error {
	switch {
	case assigner == nil:
		return errors.New("no assigner: choose one, for instance max_iou")
	case sampler == nil:
		return errors.New("no sampler: choose one, for instance random")
	case t.Cls == nil || t.Box == nil:
		return errors.New("a classification loss (cls) and a box loss (box) are needed")
	case t.Norm == nil || t.BoxNorm == nil:
		return errors.New("a normaliser is needed for the classification loss (norm) and for the box loss (box_norm)")
	}
	for _, part := range []any{assigner, sampler, t.Cls, t.Box, t.Norm, t.BoxNorm, t.Coder} {
		if err := registry.Check(part); err != nil {
			return err
		}
	}
	_, pointwise := t.Cls.(losses.Pointwise)
	if sampler.Needs()&sampling.NeedHardness != 0 && !pointwise {
		return fmt.Errorf("sampler %s mines by hardness, which loss %s does not have, since there a row's loss depends on the batch: choose a pointwise loss such as ce, or a sampler such as all",
			name(sampling.Samplers, sampler), name(losses.ClsLosses, t.Cls))
	}
	return nil
}

func name[T any](r *registry.Registry[T], v T) string {
	if name, ok := r.NameOf(v); ok {
		return name
	}
	return fmt.Sprintf("%T", v)
}

// Batch gathers the sampled candidates of several images. It owns the memory
// of its evaluation and allocates nothing once warm.
type Batch struct {
	rows   []int32
	weight []float32
	loss   []float32

	boxes losses.BoxBatch
	count losses.Count
	seen  losses.Balance
}

// Reset forgets all images.
func (b *Batch) Reset() {
	b.rows, b.weight = b.rows[:0], b.weight[:0]
	b.boxes.Slot, b.boxes.Rows = b.boxes.Slot[:0], b.boxes.Rows[:0]
	b.boxes.Anchor, b.boxes.Truth = b.boxes.Anchor[:0], b.boxes.Truth[:0]
	b.count, b.seen = losses.Count{}, losses.Balance{}
}

// Image is one image's part of a batch.
type Image struct {
	Candidates []anchors.Box
	GT         []int32 // of each candidate, the label code
	Truth      *anchors.Truth
	Sample     *sampling.Sample
	PerClass   bool // boxes are regressed per class
}

// Add adds an image. row returns the row of the head's output that belongs to
// the i-th sampled candidate.
func (b *Batch) Add(m Image, row func(i int) int32) {
	b.seen.Seen(m.GT)
	b.count.Images++
	b.count.Sampled += len(m.Sample.Index)
	b.count.Positives += m.Sample.Positives
	for i, c := range m.Sample.Index {
		r := row(i)
		b.rows = append(b.rows, r)
		b.weight = append(b.weight, m.Sample.Weight[i])
		g := m.GT[c]
		if g < 0 {
			continue
		}
		slot := int32(0)
		if m.PerClass {
			slot = m.Truth.Class[g]
		}
		b.boxes.Rows = append(b.boxes.Rows, r)
		b.boxes.Slot = append(b.boxes.Slot, slot)
		b.boxes.Anchor = append(b.boxes.Anchor, m.Candidates[c])
		b.boxes.Truth = append(b.boxes.Truth, m.Truth.Box[g])
	}
}

// Output is a head's output over a batch and the buffers for its gradients.
type Output struct {
	Class              []int32 // of each row, the target's label code
	Logits, GradLogits []float32
	Columns            int
	Deltas, GradDeltas []float32
	BoxColumns         int
}

// Eval returns the loss of the gathered candidates and fills the gradients.
// This is the one place where normalisers meet weights.
func (b *Batch) Eval(t Terms, out Output) losses.Value {
	b.count.Valid = b.seen.Positives + b.seen.Negatives
	b.boxes.Weight = b.boxes.Weight[:0]
	cls := 1 / t.Norm.Divisor(b.count)
	box := t.BoxWeight / t.BoxNorm.Divisor(b.count)
	for i, w := range b.weight {
		if out.Class[b.rows[i]] >= 0 {
			b.boxes.Weight = append(b.boxes.Weight, float32(float64(w)*box))
		}
		b.weight[i] = float32(float64(w) * cls)
	}
	if cap(b.loss) < len(b.rows) {
		b.loss = make([]float32, len(b.rows), 2*len(b.rows))
	}
	batch := losses.Batch{
		Logits: out.Logits, Columns: out.Columns, Class: out.Class,
		Rows: b.rows, Weight: b.weight, Loss: b.loss[:len(b.rows)],
	}
	b.boxes.Deltas, b.boxes.Columns, b.boxes.Coder = out.Deltas, out.BoxColumns, t.Coder
	v := losses.Value{
		Cls:     t.Cls.Eval(out.GradLogits, &batch),
		Box:     losses.EvalBox(t.Box, out.GradDeltas, &b.boxes),
		Balance: b.seen,
	}
	v.Balance.Used(out.GradLogits, &batch)
	return v
}
