package losses

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// remembering are the classification losses with a memory, under a
// configuration that uses it.
func remembering(t *testing.T, test func(t *testing.T, l Cls, rng *rand.Rand)) {
	seen := 0
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		if _, ok := l.(GHMC); ok {
			l = GHMC{Bins: 10, Momentum: 0.75}
		}
		if NewState(l, l.Link().Columns(classes)) == nil {
			t.Skip("remembers nothing")
		}
		seen++
		test(t, l, rng)
	})
	require.GreaterOrEqual(t, seen, 4)
}

func TestWithoutAStateALossAnswersAsInTheFirstStep(t *testing.T) {
	remembering(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 80, 5)
		want, wantGrad := evaluate(l, b)
		again, _ := evaluate(l, b)
		assert.Equal(t, want, again, "it remembers nothing")
		b.State = NewState(l, b.Columns)
		got, gotGrad := evaluate(l, b)
		assert.Equal(t, want, got)
		assert.Equal(t, wantGrad, gotGrad)
		assert.NotEqual(t, NewState(l, b.Columns), b.State)
		other := batch(rng, l, 80, 5)
		clear(other.Class)
		other.State = b.State
		evaluate(l, other)
		later, _ := evaluate(l, b)
		assert.NotEqual(t, want, later, "a later step knows the earlier ones")
	})
}

func TestACopiedStateGoesOnWithTheRun(t *testing.T) {
	remembering(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		steps := []*Batch{batch(rng, l, 80, 5), batch(rng, l, 50, 5), batch(rng, l, 70, 5)}
		state := NewState(l, steps[0].Columns)
		var saved []float64
		var value float64
		var grad []float32
		for i, b := range steps {
			if i == 2 {
				saved = append([]float64{}, state...)
			}
			b.State = state
			value, grad = evaluate(l, b)
		}
		steps[2].State = saved
		again, againGrad := evaluate(l, steps[2])
		assert.Equal(t, value, again)
		assert.Equal(t, grad, againGrad)
		assert.Equal(t, state, saved)
	})
}

func TestAStateNeitherAllocatesNorSeesRowsThatDoNotCount(t *testing.T) {
	remembering(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 80, 5)
		b.State = NewState(l, b.Columns)
		grad := make([]float32, len(b.Logits))
		assert.Zero(t, testing.AllocsPerRun(5, func() { l.Eval(grad, b) }))

		before := append([]float64{}, b.State...)
		if _, averages := l.(GHMC); !averages { // of no gradients there is no histogram
			b.Class[0], b.Weight[1] = anchors.Ignored, 0
		}
		b.Rows, b.Weight, b.Loss = []int32{0, 1}, []float32{1, 0}, nil
		b.Class[0] = anchors.Ignored
		value := l.Eval(grad, b)
		assert.Zero(t, value)
		assert.Equal(t, before, b.State)
	})
}

func TestARareClassIsSparedItsNegatives(t *testing.T) {
	// Class 1 is rare: one positive among rows of class 0, all at logit 0.
	b := &Batch{Columns: 2, Class: make([]int32, 50), Logits: make([]float32, 100)}
	b.Class[7] = 1
	for _, l := range []Cls{EQLv2{Gamma: 12, Mu: 0.8, Alpha: 4}, EqualizedFocal{Alpha: -1, Gamma: 2, Scale: 8}} {
		b.State = NewState(l, 2)
		l.Eval(nil, b)
		_, grad := evaluate(l, b)
		abundant, rare := grad[2*7], grad[1] // each as the false class
		assert.Less(t, rare, abundant/2, "%T", l)
	}
	rare := Seesaw{P: 0.8, Q: 0, Epsilon: 0.01}
	s := &Batch{Columns: 3, Class: b.Class, Logits: make([]float32, 150), State: NewState(rare, 3)}
	_, grad := evaluate(rare, s)
	assert.Less(t, grad[1], grad[3*7]/2, "seesaw")
}
