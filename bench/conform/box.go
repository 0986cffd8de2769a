package conform

import (
	"fmt"
	"math"
	"math/rand/v2"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
)

// Box returns an error if Row of a box loss does not write every gradient, gives
// another value without, or has a gradient that is not that of its value. Of a
// [losses.BoxEvaluator] without a method Held the batch's gradient is looked at
// as well. With [ErrAllocates] it says that [losses.EvalBox] allocates.
func Box(l losses.Box) error {
	name := registry.Name(l)
	fail := func(problem string) error { return fmt.Errorf("box loss %s: %s", name, problem) }
	if problem := heldProblem(l); problem != "" {
		return fail(problem)
	}
	var differences comparison
	rng := rand.New(rand.NewPCG(7, 11))
	for _, apart := range []float64{0.1, 0.5, 2} {
		for range 20 {
			pred, truth := operands(rng, l.Space(), apart)
			if problem := boxRow(l, pred, truth, &differences); problem != "" {
				return fail(problem)
			}
		}
	}
	b := newBoxBatch(rng)
	grad := make([]float32, len(b.Deltas))
	_, own := l.(heldBox)
	if _, ok := l.(losses.BoxEvaluator); ok && !own {
		boxBatch(l, grad, b, &differences)
	}
	if problem := differences.result(); problem != "" {
		return fail(problem + held)
	}
	b.State = losses.NewState(l, b.Columns)
	return warm("box loss", name, "losses.Scratch keeps memory in the BoxBatch", func() { losses.EvalBox(l, grad, b) })
}

// operands are a prediction and a truth that are about so far apart, in deltas or in
// eighths of a box's side.
func operands(rng *rand.Rand, space losses.Space, apart float64) (pred, truth [4]float32) {
	truth = [4]float32{10 + 20*rng.Float32(), 10 + 20*rng.Float32()}
	truth[2], truth[3] = truth[0]+8+20*rng.Float32(), truth[1]+8+20*rng.Float32()
	by := 2 * apart
	if space == losses.Deltas {
		truth, by = [4]float32{}, apart
		for k := range truth {
			truth[k] = float32(rng.NormFloat64())
		}
	}
	for k := range pred {
		pred[k] = truth[k] + float32(by*rng.NormFloat64())
	}
	if space == losses.Decoded { // never turned inside out
		pred[2], pred[3] = max(pred[2], pred[0]+2), max(pred[3], pred[1]+2)
	}
	return pred, truth
}

// boxRow looks at one row.
func boxRow(l losses.Box, pred, truth [4]float32, d *comparison) string {
	grad := [4]float32{unwritten, unwritten, unwritten, unwritten}
	where := func(k int) string {
		return fmt.Sprintf("prediction %.5g, truth %.5g, number %d of the four", pred, truth, k)
	}
	own := l.Row(&grad, pred, truth)
	if without := l.Row(nil, pred, truth); !(math.Abs(own-without) <= 1e-6*math.Abs(own)) {
		return fmt.Sprintf("prediction %.5g, truth %.5g: Row returns %.6g with a gradient, and %.6g without", pred, truth, own, without)
	}
	for k, g := range grad {
		if g-g != 0 {
			return fmt.Sprintf("%s: Row leaves the gradient at %v", where(k), g)
		}
	}
	value := func(p [4]float32) float64 { return l.Row(nil, p, truth) }
	if h, ok := l.(heldBox); ok {
		if value = h.Held(pred, truth); value == nil {
			return ""
		}
		if at := value(pred); !(math.Abs(at-own) <= 1e-4*math.Abs(own)+1e-6) {
			return fmt.Sprintf("prediction %.5g, truth %.5g: Held gives %.6g at the point that it is of, and the loss is %.6g: what is held is as it is there", pred, truth, at, own)
		}
	}
	for k, g := range grad {
		d.add(g, func(x float32) float64 {
			moved := pred
			moved[k] = x
			return value(moved)
		}, pred[k], own, func() string { return where(k) })
	}
	return ""
}

func newBoxBatch(rng *rand.Rand) *losses.BoxBatch {
	b := &losses.BoxBatch{Columns: 4, Coder: anchors.NewCoder(1, 1, 1, 1)}
	for r := range 12 {
		anchor, truth := operands(rng, losses.Decoded, 1)
		b.Rows, b.Weight = append(b.Rows, int32(r)), append(b.Weight, 0.5+rng.Float32())
		b.Anchor, b.Truth = append(b.Anchor, anchor), append(b.Truth, truth)
		for range 4 {
			b.Deltas = append(b.Deltas, float32(0.3*rng.NormFloat64()))
		}
	}
	return b
}

// boxBatch compares the gradient of a whole batch.
func boxBatch(l losses.Box, grad []float32, b *losses.BoxBatch, d *comparison) {
	evaluate := func(grad []float32) float64 {
		b.State = losses.NewState(l, b.Columns)
		return losses.EvalBox(l, grad, b)
	}
	size := evaluate(grad)
	for i, x := range b.Deltas {
		d.add(grad[i], func(x float32) float64 {
			before := b.Deltas[i]
			b.Deltas[i] = x
			defer func() { b.Deltas[i] = before }()
			return evaluate(nil)
		}, x, size, func() string { return fmt.Sprintf("row %d of a batch, delta %d", i/4, i%4) })
	}
}
