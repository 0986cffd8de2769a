package losses

import (
	"math"

	"detsample/internal/logits"
)

// EqualizedFocal is the equalized focal loss: focal loss that focuses each
// column by how far the gradients that it got as the true class fall short of
// those that it got otherwise, summed over the run. With r their ratio, at
// most 1,
//
//	l = -a (g/Gamma) (1-p_t)^g log p_t,  g = Gamma + Scale (1 - r)
//
// where a is Alpha in the true class's column and 1-Alpha in the others, and 1
// where Alpha is negative. The factor g/Gamma keeps a rare class's hard
// examples strong. The gradients are those of this loss before the rows'
// weights; g is not differentiated. Before the first step r is 1, which gives
// [Focal].
//
// The state holds, for each column, g and the two sums.
//
// Source: Li et al. 2022 (arXiv 2201.02593), Alpha 0.25, Gamma 2, Scale 8;
// United-Perception's equalized_focal_loss, which sums the gradients after the
// normaliser.
type EqualizedFocal struct {
	Alpha float64 `range:"[-1,1]" doc:"weight of positives, negatives get 1-alpha; below 0 switches the balance off"`
	Gamma float64 `range:"(0,)" doc:"focusing of a balanced class"`
	Scale float64 `range:"[0,)" doc:"focusing added to a class that gets no positive gradient"`
}

var (
	_ Cls      = EqualizedFocal{}
	_ Stateful = EqualizedFocal{}
)

// Validate reports a loss that positives have no part in.
func (l EqualizedFocal) Validate() error { return taught(l.Alpha, "alpha", "positives") }

// Link implements [Cls].
func (EqualizedFocal) Link() Link { return Sigmoid }

// NewState implements [Stateful].
func (l EqualizedFocal) NewState(columns int) []float64 { return newColumnBalance(columns, l.Gamma) }

// Eval implements [Cls].
func (l EqualizedFocal) Eval(grad []float32, b *Batch) float64 {
	rows := equalizedFocalRows{l, b.State}
	value := 0.0
	if b.Exact || l.Gamma+l.Scale > logits.MaxPower {
		value = evalInOrder(rows, grad, b)
	} else {
		value = evalBackgroundInOrder(rows.background(b), grad, b)
		b.slopes.flush()
	}
	rows.state.update(l.focusing)
	return value
}

// focusing returns the exponent of a column.
func (l EqualizedFocal) focusing(ratio float64) float64 {
	return l.Gamma + l.Scale*(1-min(ratio, 1))
}

// equalizedFocalRows is the loss of one step.
type equalizedFocalRows struct {
	EqualizedFocal
	state columnBalance
}

// Row implements [Pointwise].
func (l equalizedFocalRows) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, Hard(t.Class))
}

func (l equalizedFocalRows) element(k int, x, y float64) (value, slope float64) {
	value, slope = l.weighted(k, x, y)
	l.state.add(k, y == 1, math.Abs(slope))
	return value, slope
}

// weighted is the loss of an element, and its slope.
func (l equalizedFocalRows) weighted(k int, x, y float64) (value, slope float64) {
	gamma, weight := l.column(k, y)
	sign := 2*y - 1
	value, slope = focalMargin(sign*x, gamma)
	return weight * value, weight * sign * slope
}

// column returns the exponent and the weight of a column whose target is y.
func (l equalizedFocalRows) column(k int, y float64) (gamma, weight float64) {
	gamma = l.state.factor(k, l.Gamma)
	weight = gamma / l.Gamma
	if l.Alpha >= 0 {
		weight *= y*l.Alpha + (1-y)*(1-l.Alpha)
	}
	return gamma, weight
}

// equalizedBackground evaluates negatives by a kernel.
type equalizedBackground struct {
	alike
	rows   equalizedFocalRows
	slopes *columnSlopes
	weight []float32 // of the columns of a block
	gamma  exponents
}

func (l equalizedFocalRows) background(b *Batch) equalizedBackground {
	b.slopes.start(l.state, b.Columns)
	weight, gamma := b.blockTiles()
	for i := range weight {
		g, w := l.column(i%b.Columns, 0)
		weight[i] = float32(w)
		gamma.set(i, g)
	}
	return equalizedBackground{rows: l, slopes: &b.slopes, weight: weight, gamma: gamma}
}

func (l equalizedBackground) element(k int, x, y float64) (value, slope float64) {
	return l.rows.weighted(k, x, y)
}

func (l equalizedBackground) backgroundEach(slope, loss, x []float32) {
	logits.PowerEach(slope, loss, x, l.weight[:len(x)], l.gamma.high[:len(x)], l.gamma.low[:len(x)])
}

func (l equalizedBackground) remembers() bool { return true }

func (l equalizedBackground) seen(slope []float32, truth int) { l.slopes.seen(slope, truth) }
