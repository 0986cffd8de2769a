package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

// extremes are logits and deltas at the end of what float32 holds, beside
// ordinary ones.
var extremes = []float32{0, 1, -30, 88, -104, 1e10, -1e10, 3e38, -3e38, math.MaxFloat32, -math.MaxFloat32, 1e-45}

func finite(x float64) bool { return x-x == 0 }

func TestExtremeLogitsGiveFiniteLossesAndGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, e := range clsLosses.All() {
		for _, classes := range []int{1, 2, 5, 20} {
			for _, exact := range []bool{false, true} {
				l := e.New()
				columns, n := l.Link().Columns(classes), 400
				b := Batch{Columns: columns, Exact: exact, Loss: make([]float32, n), State: NewState(l, columns)}
				for range n {
					for range columns {
						x := extremes[rng.IntN(len(extremes))]
						if rng.IntN(3) == 0 {
							x = float32(rng.NormFloat64())
						}
						b.Logits = append(b.Logits, x)
					}
					b.Class = append(b.Class, rng.Int32N(int32(classes)+1)-1)
					b.Weight = append(b.Weight, []float32{0, 1, 1e-3}[rng.IntN(3)])
				}
				grad := make([]float32, len(b.Logits))
				for range 2 { // the second with a state
					value := l.Eval(grad, &b)
					assert.True(t, finite(value), "%s of %d classes, exact %v: %v", e.Name, classes, exact, value)
					for i, g := range grad {
						if !finite(float64(g)) {
							t.Fatalf("%s of %d classes, exact %v: gradient %v of %v in row %v (class %d)", e.Name, classes, exact, g, b.Logits[i], b.Logits[i/columns*columns:(i/columns+1)*columns], b.Class[i/columns])
						}
					}
					for i, v := range b.Loss {
						if !finite(float64(v)) {
							t.Fatalf("%s of %d classes, exact %v: loss %v of row %v (class %d)", e.Name, classes, exact, v, b.Logits[i*columns:(i+1)*columns], b.Class[i])
						}
					}
				}
				if p, ok := l.(Pointwise); ok {
					b.Weight, b.Loss = nil, nil
					hard, size := make([]float32, n), make([]float32, n)
					Hardness(hard, p, &b)
					GradientSize(size, make([]float32, columns), p, &b)
					for i := range hard {
						if !finite(float64(hard[i])) || !finite(float64(size[i])) {
							t.Fatalf("%s of %d classes, exact %v: hardness %v, gradient %v of row %v (class %d)", e.Name, classes, exact, hard[i], size[i], b.Logits[i*columns:(i+1)*columns], b.Class[i])
						}
					}
				}
			}
		}
	}
}

func TestExtremeDeltasGiveFiniteLossesAndGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, e := range boxLosses.All() {
		l := e.New()
		b := BoxBatch{Columns: 4, Coder: anchors.NewCoder(10, 10, 5, 5), State: NewState(l, 4)}
		for i := range int32(500) {
			for range 4 {
				x := extremes[rng.IntN(len(extremes))]
				if rng.IntN(3) == 0 {
					x = float32(rng.NormFloat64())
				}
				b.Deltas = append(b.Deltas, x)
			}
			b.Rows, b.Weight = append(b.Rows, i), append(b.Weight, 1)
			b.Anchor = append(b.Anchor, anchors.Box{10, 20, 30, 60})
			b.Truth = append(b.Truth, anchors.Box{12, 22, 30, 50})
		}
		grad := make([]float32, len(b.Deltas))
		for range 2 {
			value := EvalBox(l, grad, &b)
			assert.True(t, finite(value), "%s: %v", e.Name, value)
			for i, g := range grad {
				if !finite(float64(g)) {
					t.Fatalf("%s: gradient %v of deltas %v", e.Name, g, b.Deltas[i/4*4:i/4*4+4])
				}
			}
		}
	}
}
