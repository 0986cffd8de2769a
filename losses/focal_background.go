package losses

import (
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// focalBackground is a loss whose negatives have the focal loss, of an exponent
// and a weight for each column.
type focalBackground[L element] struct {
	alike
	of     L
	soft   bool
	focus  logits.Focus
	power  bool      // the exponents are those of gamma instead
	weight []float32 // of the columns of a block
	gamma  exponents
}

// focalBackgroundOf returns that of one weight and one exponent, and false if
// the kernels lack the exponent.
func focalBackgroundOf[L element](of L, b *Batch, weight, gamma float64) (f focalBackground[L], ok bool) {
	f.of = of
	f.focus, ok = logits.FocusOf(gamma)
	if f.power = !ok; f.power && !(gamma >= 0 && gamma <= logits.MaxPower) {
		return f, false
	}
	f.weight, f.gamma = b.blockTiles()
	for i := range f.weight {
		f.weight[i] = float32(weight)
		f.gamma.set(i, gamma)
	}
	return f, true
}

// evalSoftFocal is the Eval of a loss with soft targets whose negatives have the
// focal loss.
func evalSoftFocal[L interface {
	Pointwise
	element
}](l L, grad []float32, b *Batch, weight, gamma float64) float64 {
	if !b.Exact {
		if f, ok := focalBackgroundOf(l, b, weight, gamma); ok {
			f.soft = true
			return evalBackground(f, grad, b)
		}
	}
	return EvalRows(l, grad, b)
}

// exponents are those of the columns of a block, each the sum of two.
type exponents struct{ high, low []float32 }

func (e exponents) set(i int, gamma float64) {
	e.high[i] = float32(gamma)
	e.low[i] = float32(gamma - float64(e.high[i]))
}

// blockTiles returns room for a weight and an exponent of each logit of a block.
func (b *Batch) blockTiles() (weight []float32, gamma exponents) {
	n := blockSize(b.Columns)
	b.tiles = reuse.Grow(b.tiles, 3*n)
	return b.tiles[:n], exponents{b.tiles[n : 2*n], b.tiles[2*n:]}
}

func (f focalBackground[L]) element(k int, x, y float64) (value, slope float64) {
	return f.of.element(k, x, y)
}

func (f focalBackground[L]) target(t Target) float64 {
	if f.soft {
		return float64(t.Quality)
	}
	return 1
}

func (f focalBackground[L]) backgroundEach(slope, loss, x []float32) {
	if f.power {
		logits.PowerEach(slope, loss, x, f.weight[:len(x)], f.gamma.high[:len(x)], f.gamma.low[:len(x)])
	} else {
		logits.SigmoidEach(slope, loss, x, f.weight[:len(x)], f.focus)
	}
}
