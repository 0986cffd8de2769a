package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

// flood returns how much larger the gradient of many negatives is than that of
// a few positives, under a head that knows nothing yet.
func flood(l Cls, negatives int) float64 {
	const positives = 4
	columns, rng := l.Link().Columns(1), rand.New(rand.NewPCG(1, 2))
	b := &Batch{Columns: columns, State: NewState(l, columns)}
	for i := range positives + negatives {
		class := anchors.Negative
		if i < positives {
			class = 0
		}
		b.Class = append(b.Class, class)
		for range columns {
			b.Logits = append(b.Logits, 0.1*float32(rng.NormFloat64()))
		}
	}
	grad := make([]float32, len(b.Logits))
	l.Eval(grad, b)
	var of [2]float64 // positives, negatives
	for i, g := range grad {
		of[min(1, i/columns/positives)] += math.Abs(float64(g))
	}
	return of[1] / of[0]
}

func TestALossThatBalancesIsNotFlooded(t *testing.T) {
	tested := 0
	for _, e := range clsLosses.All() {
		few, many := flood(e.New(), 400), flood(e.New(), 4000)
		if l, ok := e.New().(Balancing); ok && l.Balances() {
			tested++
			assert.InDelta(t, 1, few, 1e-3, e.Name)
			assert.InDelta(t, 1, many, 1e-3, e.Name)
			continue
		}
		assert.Greater(t, many, 5*few, "%s: does it balance by itself?", e.Name)
	}
	assert.Equal(t, 2, tested)
}
