package losses

import (
	"math"
	"slices"

	"detsample/anchors"
)

// Seesaw is the seesaw loss: softmax cross entropy in which the true class t
// pushes another class j down with a factor S_j,
//
//	l = -log(exp(x_t) / (exp(x_t) + sum_j S_j exp(x_j)))
//	S_j = min(1, N_j/N_t)^P  max(1, s_j/max(s_t, Epsilon))^Q
//
// where N are the numbers of each class's rows so far in the run, this batch's
// included and each at least 1, and s is the softmax over the object classes.
// The first factor spares rarer classes, the second restores the push against
// a class that is mistaken for the true one. S is not differentiated. Between
// an object and the background S is 1.
//
// The state holds N for each column. The weight of a row depends on the batch,
// so a row has no hardness of its own.
//
// Source: Wang et al. 2021 (arXiv 2008.10032), P 0.8, Q 2, Epsilon 0.01;
// mmdetection's SeesawLoss, which decides between objects and background in
// two columns of their own instead of a common softmax.
type Seesaw struct {
	P       float64 `range:"[0,)" doc:"mitigation: how far a rarer class is spared"`
	Q       float64 `range:"[0,)" doc:"compensation: how hard a class that is mistaken for the true one is pushed"`
	Epsilon float64 `range:"(0,1]" doc:"least probability of the true class in the compensation"`
}

var (
	_ Cls      = Seesaw{}
	_ Stateful = Seesaw{}
)

// Link implements [Cls].
func (Seesaw) Link() Link { return Softmax }

// NewState implements [Stateful].
func (Seesaw) NewState(columns int) []float64 { return make([]float64, columns) }

// Held returns the loss of b as a function of its logits, with S as it is at those of
// b: the gradient is its derivative there.
func (l Seesaw) Held(b *Batch) func(logits []float32) float64 {
	rows := seesawRows{l, slices.Clone(b.State), make([]float64, b.Columns)}
	if rows.count == nil {
		rows.count = make([]float64, b.Columns)
	}
	l.countRows(b, rows.count)
	logS := make([]float64, len(b.Logits))
	for i := range b.count() {
		r, w := b.at(i)
		if class := b.Class[r]; w != 0 && class != anchors.Ignored {
			logits := b.Logits[r*b.Columns : (r+1)*b.Columns]
			rows.adjust(logits, Softmax.column(class, b.Columns))
			for k, x := range logits {
				logS[r*b.Columns+k] = rows.adjusted[k] - float64(x)
			}
		}
	}
	return func(logits []float32) (total float64) {
		for i := range b.count() {
			r, w := b.at(i)
			class := b.Class[r]
			if w == 0 || class == anchors.Ignored {
				continue
			}
			sum, truth := 0.0, 0.0
			for k, x := range logits[r*b.Columns : (r+1)*b.Columns] {
				e := math.Exp(float64(x) + logS[r*b.Columns+k])
				if sum += e; k == Softmax.column(class, b.Columns) {
					truth = e
				}
			}
			total += w * math.Log(sum/truth)
		}
		return total
	}
}

// countRows adds the rows that count to the number of each column's.
func (Seesaw) countRows(b *Batch, count []float64) {
	for i := range b.count() {
		r, w := b.at(i)
		if class := b.Class[r]; w != 0 && class != anchors.Ignored {
			count[Softmax.column(class, b.Columns)]++
		}
	}
}

// Eval implements [Cls].
func (l Seesaw) Eval(grad []float32, b *Batch) float64 {
	b.check(grad)
	scratch := b.room(2 * b.Columns)
	rows := seesawRows{l, b.State, scratch[b.Columns:]}
	if rows.count == nil {
		rows.count = scratch[:b.Columns]
	}
	l.countRows(b, rows.count)
	if b.Exact {
		return evalInOrder(rows, grad, b)
	}
	total := exclusive{rowWeights: rowWeights{background: 1}}.evalTogether(grad, b) // where S is 1
	for i := range b.count() {
		if r, _ := b.at(i); b.Class[r] >= 0 {
			total += evalRow(rows, grad, b, i)
		}
	}
	return total
}

// seesawRows is the loss of one step.
type seesawRows struct {
	Seesaw
	count    []float64
	adjusted []float64 // logits of a row with log S added
}

// Row implements [Pointwise].
func (l seesawRows) Row(grad, logits []float32, t Target) float64 {
	truth := Softmax.column(t.Class, len(logits))
	l.adjust(logits, truth)
	top := math.Inf(-1)
	for _, x := range l.adjusted {
		top = max(top, x)
	}
	total, rest := 0.0, 0.0
	for k, x := range l.adjusted {
		e := math.Exp(x - top)
		total += e
		if k != truth {
			rest += e
		}
	}
	for k := range grad {
		grad[k] = float32(math.Exp(l.adjusted[k]-top) / total)
	}
	if grad != nil {
		grad[truth] = float32(-rest / total)
	}
	if rest < total/2 { // where the logarithm and the logit would cancel
		return -math.Log1p(-rest / total)
	}
	return math.Log(total) + top - l.adjusted[truth]
}

// adjust adds log S to a row's logits.
func (l seesawRows) adjust(logits []float32, truth int) {
	for k, x := range logits {
		l.adjusted[k] = float64(x)
	}
	objects := len(logits) - 1
	if truth == objects {
		return
	}
	lse := logSumExp(logits[:objects])
	own := max(float64(logits[truth])-lse, math.Log(l.Epsilon))
	for k, x := range logits[:objects] {
		if k == truth {
			continue
		}
		rarer := max(l.count[k], 1) / max(l.count[truth], 1)
		l.adjusted[k] += l.P*math.Log(min(rarer, 1)) + l.Q*max(float64(x)-lse-own, 0)
	}
}
