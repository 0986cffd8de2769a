package losses

// CE is cross entropy with independent sigmoids (binary cross entropy): for
// each class column with logit x and truth y in {0, 1},
//
//	l = -log p_t = softplus(-m),  dl/dm = p_t - 1,  m = x if y, else -x
//
// and a row's loss is the sum over its columns. ClassWeight multiplies a
// column's loss where its class is the row's; columns without an entry weigh 1.
//
// Source: mmdetection's CrossEntropyLoss(use_sigmoid), whose class_weight is
// the same.
type CE struct {
	ClassWeight []float64 `range:"[0,)" per:"class" doc:"weight of each class's positives, 1 if none are given"`
}

var _ Pointwise = CE{}

// Link implements [Cls].
func (CE) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l CE) Eval(grad []float32, b *Batch) float64 {
	if total, ok := l.columnwise().eval(grad, b); ok {
		return total
	}
	return EvalRows(l, grad, b)
}

func (l CE) columnwise() columnwise {
	return columnwise{hit: 1, miss: 1, classWeight: l.ClassWeight}
}

// Row implements [Pointwise].
func (l CE) Row(grad, logits []float32, t Target) float64 {
	return l.columnwise().row(grad, logits, t)
}

// AlphaCE is alpha-balanced cross entropy: [CE] with the true class's column
// weighted by Alpha and every other by 1-Alpha. Alpha 1 silences negatives.
//
// Source: RetinaNet (Lin et al. 2017, section 3.1); best near 0.75.
type AlphaCE struct {
	Alpha float64 `range:"[0,1]" doc:"weight of positives; negatives get 1-alpha"`
}

var _ Pointwise = AlphaCE{}

// Validate reports a loss that positives have no part in.
func (l AlphaCE) Validate() error { return taught(l.Alpha, "alpha", "positives") }

// Link implements [Cls].
func (AlphaCE) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l AlphaCE) Eval(grad []float32, b *Batch) float64 {
	if total, ok := l.columnwise().eval(grad, b); ok {
		return total
	}
	return EvalRows(l, grad, b)
}

func (l AlphaCE) columnwise() columnwise { return columnwise{hit: l.Alpha, miss: 1 - l.Alpha} }

// Row implements [Pointwise].
func (l AlphaCE) Row(grad, logits []float32, t Target) float64 {
	return l.columnwise().row(grad, logits, t)
}
