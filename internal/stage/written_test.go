package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/losses"
)

// sloppy is a loss of a user's own.
type sloppy struct {
	losses.CE
	eval func(grad []float32, b *losses.Batch)
}

func (s sloppy) Eval(grad []float32, b *losses.Batch) float64 {
	value := s.CE.Eval(grad, b)
	s.eval(grad, b)
	return value
}

func TestALossThatLeavesSomethingUnwrittenIsNamed(t *testing.T) {
	var first Batch
	stale := gathered(&first)
	first.Eval(terms(), stale) // what another loss wrote
	for want, eval := range map[string]func(grad []float32, b *losses.Batch){
		"loss stage.sloppy: Eval leaves the gradient of column 1 of row 2 unwritten, or adds to it: it writes them all, and zeros where rows do not count": func(grad []float32, _ *losses.Batch) {
			grad[5] = unwritten
		},
		"loss stage.sloppy: Eval leaves the gradient of column 0 of row 5 unwritten, or adds to it: it writes them all, and zeros where rows do not count": func(grad []float32, _ *losses.Batch) {
			grad[10] = unwritten
			grad[10] += 0.5
			grad[10] *= 2
		},
		"loss stage.sloppy: Eval leaves the loss of row 5 unwritten: where Batch.Loss is not nil, it receives the weighted loss of each row that counts": func(_ []float32, b *losses.Batch) {
			b.Loss[2] = unwritten
		},
	} {
		config := terms()
		config.Cls = sloppy{eval: eval}
		var b Batch
		out := gathered(&b)
		assert.PanicsWithValue(t, want, func() { b.Eval(config, out) })
	}
}

// writing is a loss of a user's own that writes nothing at all.
type writing struct{ losses.CE }

func (writing) Eval([]float32, *losses.Batch) float64 { return 1 }

func TestALossIsShownWhatIsMarked(t *testing.T) {
	config := terms()
	config.Cls = writing{}
	var b Batch
	out := gathered(&b)
	assert.PanicsWithValue(t, "loss stage.writing: Eval leaves the gradient of column 0 of row 0 unwritten, or adds to it: it writes them all, and zeros where rows do not count", func() { b.Eval(config, out) })
	out.GradLogits = nil
	b = Batch{}
	gathered(&b)
	assert.PanicsWithValue(t, "loss stage.writing: Eval leaves the loss of row 0 unwritten: where Batch.Loss is not nil, it receives the weighted loss of each row that counts", func() { b.Eval(config, out) })
	b = Batch{}
	gathered(&b)
	config.Cls = losses.CE{}
	assert.NotPanics(t, func() { b.Eval(config, gathered(&b)) })
	config.Cls = writing{}
	assert.NotPanics(t, func() { b.Eval(config, gathered(&b)) }, "the first batch alone is looked at")
}

// failing is a loss of a user's own that panics.
type failing struct{ losses.CE }

func (failing) Eval([]float32, *losses.Batch) float64 { panic("no such class") }

func TestAPanicOfALossIsItsOwn(t *testing.T) {
	config := terms()
	config.Cls = failing{}
	var b Batch
	assert.PanicsWithValue(t, "no such class", func() { b.Eval(config, gathered(&b)) })
}
