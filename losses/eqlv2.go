package losses

import (
	"math"

	"detsample/internal/logits"
)

// EQLv2 is the equalization loss v2: sigmoid cross entropy in which each
// column's positives and negatives are reweighted by the ratio r of the
// gradients that it got as the true class to those that it got otherwise,
// summed over the run,
//
//	l = -w log p_t,  w = f(r)                     another class
//	                 w = 1 + Alpha (1 - f(r))     the true class
//	f(r) = 1/(1 + exp(-Gamma (r - Mu)))
//
// so that a rare class is not drowned by the negatives of the others. The
// gradients are taken after this reweighting and before the rows' weights; w is
// not differentiated. Before the first step f is f(100), which is 1.
//
// The state holds, for each column, f(r) and the two sums.
//
// Source: Tan et al. 2021 (arXiv 2012.08548), Gamma 12, Mu 0.8, Alpha 4;
// mmdetection's EQLV2Loss without its objectness column, which plain [CE]
// would train.
type EQLv2 struct {
	Gamma float64 `range:"[0,)" doc:"steepness of the weight over the ratio of gradients"`
	Mu    float64 `doc:"ratio of gradients at which a negative weighs half"`
	Alpha float64 `range:"[0,)" doc:"how much a positive gains where its negatives lose"`
}

var (
	_ Cls      = EQLv2{}
	_ Stateful = EQLv2{}
)

// Link implements [Cls].
func (EQLv2) Link() Link { return Sigmoid }

// NewState implements [Stateful].
func (l EQLv2) NewState(columns int) []float64 {
	return newColumnBalance(columns, l.negative(freshRatio))
}

// freshRatio is the ratio of gradients before the first step.
const freshRatio = 100

// Eval implements [Cls].
func (l EQLv2) Eval(grad []float32, b *Batch) float64 {
	rows := eqlv2Rows{l, b.State, l.negative(freshRatio)}
	value := 0.0
	if b.Exact {
		value = evalInOrder(rows, grad, b)
	} else {
		value = evalBackgroundInOrder(rows.background(b), grad, b)
		b.slopes.flush()
	}
	rows.state.update(l.negative)
	return value
}

// negative returns the weight of a negative.
func (l EQLv2) negative(ratio float64) float64 { return sigmoid(l.Gamma * (ratio - l.Mu)) }

// eqlv2Rows is the loss of one step.
type eqlv2Rows struct {
	EQLv2
	state columnBalance
	fresh float64
}

// Row implements [Pointwise].
func (l eqlv2Rows) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, Hard(t.Class))
}

func (l eqlv2Rows) element(k int, x, y float64) (value, slope float64) {
	value, slope = l.weighted(k, x, y)
	l.state.add(k, y == 1, math.Abs(slope))
	return value, slope
}

// weighted is the loss of an element, and its slope.
func (l eqlv2Rows) weighted(k int, x, y float64) (value, slope float64) {
	weight := l.state.factor(k, l.fresh)
	if y == 1 {
		weight = 1 + l.Alpha*(1-weight)
	}
	value, slope = softBCE(x, y)
	return weight * value, weight * slope
}

// eqlv2Background evaluates negatives by a kernel.
type eqlv2Background struct {
	alike
	rows   eqlv2Rows
	slopes *columnSlopes
	weight []float32 // of the columns of a block
}

func (l eqlv2Rows) background(b *Batch) eqlv2Background {
	b.slopes.start(l.state, b.Columns)
	weight, _ := b.blockTiles()
	for i := range weight {
		weight[i] = float32(l.state.factor(i%b.Columns, l.fresh))
	}
	return eqlv2Background{rows: l, slopes: &b.slopes, weight: weight}
}

func (l eqlv2Background) element(k int, x, y float64) (value, slope float64) {
	return l.rows.weighted(k, x, y)
}

func (l eqlv2Background) backgroundEach(slope, loss, x []float32) {
	logits.SigmoidEach(slope, loss, x, l.weight[:len(x)], logits.Focus{})
}

func (l eqlv2Background) remembers() bool { return true }

func (l eqlv2Background) seen(slope []float32, truth int) { l.slopes.seen(slope, truth) }
