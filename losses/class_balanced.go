package losses

import "math"

// Effective balances classes by their effective numbers of examples: of n
// examples, a class has effectively
//
//	E_n = (1 - Beta^n)/(1 - Beta)
//
// since later ones repeat earlier ones, and its rows are weighted by 1/E_n,
// scaled so that the classes' weights have mean 1. The background weighs 1.
// Without counts, or where they are equal, every weight is 1.
type Effective struct {
	Beta  float64   `range:"[0,1)" doc:"how much an example repeats another: 0 for no balance, towards 1 for inverse frequency"`
	Count []float64 `range:"[0,)" per:"class" doc:"training examples of each class; none counts as 1"`
}

// weight returns the weight of a row of the given class, 1 for a class that
// has no count.
func (e Effective) weight(class int32) float64 {
	if class < 0 { // most rows, which need no sum
		return 1
	}
	return e.scaled().of(class)
}

// scaledEffective is that with what all classes have in common, found once.
type scaledEffective struct {
	Effective
	sum float64 // of 1/E_n
}

func (e Effective) scaled() scaledEffective {
	s := scaledEffective{Effective: e}
	for _, n := range e.Count {
		s.sum += e.inverse(n)
	}
	return s
}

// of is the weight of a row of the given class.
func (e scaledEffective) of(class int32) float64 {
	if class < 0 || int(class) >= len(e.Count) {
		return 1
	}
	return e.inverse(e.Count[class]) * float64(len(e.Count)) / e.sum
}

// inverse returns 1/E_n.
func (e Effective) inverse(n float64) float64 {
	if e.Beta == 0 {
		return 1
	}
	return (1 - e.Beta) / -math.Expm1(max(n, 1)*math.Log(e.Beta))
}

// ClassBalanced is the class-balanced loss over independent sigmoids: focal
// loss without alpha, with each row weighted by its class's effective number
// of examples; Gamma 0 is cross entropy.
//
// Source: Cui et al. 2019 (arXiv 1901.05555), Beta 0.9999; the authors'
// CB_loss of type sigmoid or focal, which weights whole rows too.
type ClassBalanced struct {
	Effective
	Gamma float64 `range:"[0,)" doc:"focusing: how fast an easy candidate's weight falls"`
}

// Link implements [Cls].
func (ClassBalanced) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l ClassBalanced) Eval(grad []float32, b *Batch) float64 {
	if !b.Exact {
		if f, ok := focalBackgroundOf(focalElement(l.Gamma), b, 1, l.Gamma); ok {
			return evalBackground(classBalancedBackground{f, l.scaled()}, grad, b)
		}
	}
	return EvalRows(l, grad, b)
}

// classBalancedBackground is focal loss with weights of rows.
type classBalancedBackground struct {
	focalBackground[focalElement]
	weights scaledEffective
}

func (l classBalancedBackground) factor(class int32) float64 { return l.weights.of(class) }

// focalElement is focal loss without alpha, of that exponent.
type focalElement float64

func (gamma focalElement) element(_ int, x, y float64) (value, slope float64) {
	sign := 2*y - 1
	value, slope = focalMargin(sign*x, float64(gamma))
	return value, sign * slope
}

// Row implements [Pointwise].
func (l ClassBalanced) Row(grad, logits []float32, t Target) float64 {
	w := l.weight(t.Class)
	return columnwise{hit: w, miss: w, gamma: l.Gamma}.row(grad, logits, t)
}

// SoftmaxClassBalanced is the class-balanced loss over exclusive classes and
// the background: focal loss without alpha, with each row weighted by its
// class's effective number of examples; Gamma 0 is cross entropy.
//
// Source: Cui et al. 2019 (arXiv 1901.05555), Beta 0.9999.
type SoftmaxClassBalanced struct {
	Effective
	Gamma float64 `range:"[0,)" doc:"focusing: how fast an easy candidate's weight falls"`
}

// Link implements [Cls].
func (SoftmaxClassBalanced) Link() Link { return Softmax }

// Eval implements [Cls].
func (l SoftmaxClassBalanced) Eval(grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	return l.exclusive().evalTogether(grad, b)
}

func (l SoftmaxClassBalanced) exclusive() exclusive {
	return exclusive{rowWeights{object: 1, background: 1, balance: l.scaled()}, l.Gamma}
}

// Row implements [Pointwise].
func (l SoftmaxClassBalanced) Row(grad, logits []float32, t Target) float64 {
	return softmaxRow(grad, logits, t, l.weight(t.Class), l.Gamma)
}

var (
	_ Pointwise = ClassBalanced{}
	_ Pointwise = SoftmaxClassBalanced{}
)
