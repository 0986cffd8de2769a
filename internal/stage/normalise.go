package stage

import (
	"fmt"
	"math"

	"detsample/internal/registry"
	"detsample/losses"
)

// part is one image's share of a batch: what was counted in it, and where its
// rows end among the candidates and among the positives.
type part struct {
	count    losses.Count
	cls, box int
}

// normalise sets the weights of all rows: those of the samplers, times the
// losses' weights, over the normalisers' divisors. This is the one place where
// normalisers meet weights.
func (b *Batch) normalise(t Terms, columns int) {
	logits := func(n losses.Count) losses.Count {
		n.Elements = columns * n.Sampled
		return n
	}
	deltas := func(n losses.Count) losses.Count {
		n.Elements = 4 * n.Positives
		return n
	}
	cls, box := b.divisors(t, logits(b.count), deltas(b.count))
	b.cls.Weight, b.box.Weight = b.cls.Weight[:0], b.box.Weight[:0]
	for _, p := range b.parts {
		c := positive(t.Norm, divisor(t.Norm, cls, logits(p.count), b.count))
		b.cls.Weight = appendScaled(b.cls.Weight, b.weight[len(b.cls.Weight):p.cls], t.ClsWeight/c)
		x := positive(t.boxNorm(), divisor(t.boxNorm(), box, deltas(p.count), b.count))
		b.box.Weight = appendScaled(b.box.Weight, b.boxWeight[len(b.box.Weight):p.box], t.BoxWeight/x)
	}
}

// divisors returns what the whole batch is divided by. A running normaliser
// that both losses share sees each batch once.
func (b *Batch) divisors(t Terms, logits, deltas losses.Count) (cls, box float64) {
	cls = next(t.Norm, b.memory.Norm, logits)
	if t.BoxNorm != nil {
		return cls, next(t.BoxNorm, b.memory.BoxNorm, deltas)
	}
	if _, running := t.Norm.(losses.RunningNorm); running {
		return cls, cls
	}
	return cls, t.Norm.Divisor(deltas)
}

func next(norm losses.Norm, state []float64, n losses.Count) float64 {
	if running, ok := norm.(losses.RunningNorm); ok {
		return running.Next(state, n)
	}
	return norm.Divisor(n)
}

// divisor returns what one image's rows are divided by.
func divisor(norm losses.Norm, whole float64, image, batch losses.Count) float64 {
	if n, ok := norm.(losses.ImageNorm); ok {
		return n.ImageDivisor(image, batch)
	}
	return whole
}

// positive returns a divisor, and panics unless it is one: training would climb
// its loss by a negative one.
func positive(norm losses.Norm, divisor float64) float64 {
	if !(divisor > 0 && divisor <= math.MaxFloat64) {
		panic(fmt.Sprintf("normaliser %s: it returned %v: what a loss is divided by is positive and finite", registry.Name(norm), divisor))
	}
	return divisor
}

func appendScaled(dst, src []float32, by float64) []float32 {
	for _, v := range src {
		dst = append(dst, float32(float64(v)*by))
	}
	return dst
}

// remember makes the memory that t's losses and normalisers need, once a run.
func (b *Batch) remember(t Terms, columns int) {
	m := &b.memory
	bind(&m.Cls, t.Cls, columns)
	bind(&m.Box, t.Box, 4)
	bind(&m.Norm, t.Norm, 0)
	bind(&m.BoxNorm, t.BoxNorm, 0)
	b.cls.State, b.box.State = m.Cls, m.Box
}

func bind(state *[]float64, v any, columns int) {
	if *state == nil {
		*state = losses.NewState(v, columns)
	}
}
