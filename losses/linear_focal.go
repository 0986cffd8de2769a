package losses

import "detsample/internal/logits"

// LinearFocal is FL*, cross entropy of a stretched and shifted margin m: in
// each column, m = x for the true class and -x otherwise,
//
//	l = -log p*/Gamma,  dl/dm = p* - 1,  p* = sigmoid(Gamma m + Beta)
//
// so that, as under [Focal], an easy candidate's weight falls faster than
// under cross entropy, which Gamma 1 and Beta 0 give.
//
// Source: RetinaNet (Lin et al. 2017, appendix A), which has Gamma 2 and 4,
// Beta 1 and 0; the type LINEAR that zimenglan's Caffe layer declares.
type LinearFocal struct {
	Gamma float64 `range:"(0,)" doc:"focusing: how much the margin is stretched"`
	Beta  float64 `doc:"how far the stretched margin is shifted"`
}

var _ Pointwise = LinearFocal{}

// Link implements [Cls].
func (LinearFocal) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l LinearFocal) Eval(grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	return evalBackground(linearBackground{LinearFocal: l}, grad, b)
}

// linearBackground evaluates negatives by a kernel.
type linearBackground struct {
	alike
	LinearFocal
}

func (l linearBackground) backgroundEach(slope, loss, x []float32) {
	logits.AffineEach(slope, loss, x, l.Gamma, -l.Beta, 1/l.Gamma)
}

// Row implements [Pointwise].
func (l LinearFocal) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, Hard(t.Class))
}

func (l LinearFocal) element(_ int, x, y float64) (value, slope float64) {
	sign := 2*y - 1
	value, slope = focalMargin(l.Gamma*sign*x+l.Beta, 0)
	return value / l.Gamma, sign * slope
}
