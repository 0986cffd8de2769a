package losses_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
)

// brier is a loss of a user's own: the squared error of each column's
// probability.
type brier struct {
	Scale float64 `range:"(0,)" doc:"multiplier of the loss"`
}

func (brier) Link() losses.Link { return losses.Sigmoid }

func (l brier) Eval(grad []float32, b *losses.Batch) float64 { return losses.EvalRows(l, grad, b) }

func (l brier) Row(grad, logits []float32, t losses.Target) float64 {
	total := 0.0
	for k, x := range logits {
		p, y := 1/(1+math.Exp(-float64(x))), 0.0
		if k == int(t.Class) {
			y = 1
		}
		total += l.Scale * (p - y) * (p - y)
		if grad != nil {
			grad[k] = float32(2 * l.Scale * (p - y) * p * (1 - p))
		}
	}
	return total
}

func TestAUsersLossIsFoundByItsName(t *testing.T) {
	if _, ok := registry.Of[losses.Cls]().Lookup("brier_of_a_user"); !ok { // go test -count runs this twice
		losses.RegisterCls("brier_of_a_user", "squared error of the probability", "", func() losses.Cls { return brier{Scale: 1} })
	}
	e, ok := registry.Of[losses.Cls]().Lookup("brier_of_a_user")
	require.True(t, ok)
	name, _ := registry.Of[losses.Cls]().NameOf(brier{Scale: 2})
	assert.Equal(t, "brier_of_a_user", name)
	assert.Equal(t, "scale", registry.Params(e.New())[0].Key)
	assert.ErrorContains(t, registry.Check(brier{}), "scale is 0")

	grad := make([]float32, 2)
	value := e.New().Eval(grad, &losses.Batch{Logits: []float32{0, 0}, Columns: 1, Class: []int32{0, anchors.Negative}})
	assert.InDelta(t, 0.5, value, 1e-12)
	assert.InDeltaSlice(t, []float32{-0.25, 0.25}, grad, 1e-7)
}

func TestEveryLossSaysWhatItIs(t *testing.T) {
	check := func(name, meaning string, v any) {
		assert.NotEmpty(t, meaning, name)
		assert.NoError(t, registry.Check(v), name)
		for _, p := range registry.Params(v) {
			assert.NotEmpty(t, p.Doc, "%s.%s", name, p.Key)
		}
	}
	for _, e := range registry.Of[losses.Cls]().All() {
		check(e.Name, e.Meaning, e.New())
	}
	for _, e := range registry.Of[losses.Box]().All() {
		check(e.Name, e.Meaning, e.New())
	}
	for _, e := range registry.Of[losses.Norm]().All() {
		check(e.Name, e.Meaning, e.New())
	}
}
