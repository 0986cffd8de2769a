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

// exponential is a loss of a user's own: AdaBoost's exp(-m) on each column's
// margin m.
type exponential struct {
	Scale float64 `range:"(0,)" doc:"multiplier of the margin"`
}

func (exponential) Link() losses.Link { return losses.Sigmoid }

func (l exponential) Eval(grad []float32, b *losses.Batch) float64 {
	return losses.EvalRows(l, grad, b)
}

func (l exponential) Row(grad, logits []float32, t losses.Target) float64 {
	total := 0.0
	for k, x := range logits {
		s := -l.Scale
		if k == int(t.Class) {
			s = l.Scale
		}
		value := math.Exp(-s * float64(x))
		total += value
		if grad != nil {
			grad[k] = float32(-s * value)
		}
	}
	return total
}

func TestAUsersLossIsFoundByItsName(t *testing.T) {
	entry := losses.ClsEntry{
		Name:    "exponential_of_a_user",
		Meaning: "exponential loss of the margin",
		New:     func() losses.Cls { return exponential{Scale: 0.5} },
	}
	if _, ok := losses.ClsLosses.Lookup(entry.Name); !ok { // go test -count runs this twice
		losses.RegisterCls(entry)
	}
	e, ok := losses.ClsLosses.Lookup("exponential_of_a_user")
	require.True(t, ok)
	name, _ := losses.ClsLosses.NameOf(exponential{Scale: 1})
	assert.Equal(t, "exponential_of_a_user", name)
	assert.Equal(t, "scale", registry.Params(e.New())[0].Key)
	assert.ErrorContains(t, registry.Check(exponential{}), "scale is 0")

	grad := make([]float32, 2)
	value := e.New().Eval(grad, &losses.Batch{Logits: []float32{2, -2}, Columns: 1, Class: []int32{0, anchors.Negative}})
	assert.InDelta(t, 2*math.Exp(-1), value, 1e-12)
	assert.InDeltaSlice(t, []float32{float32(-0.5 * math.Exp(-1)), float32(0.5 * math.Exp(-1))}, grad, 1e-7)
}

func TestEveryLossSaysWhatItIs(t *testing.T) {
	check := func(name, meaning string, v any) {
		assert.NotEmpty(t, meaning, name)
		assert.NoError(t, registry.Check(v), name)
		for _, p := range registry.Params(v) {
			assert.NotEmpty(t, p.Doc, "%s.%s", name, p.Key)
		}
	}
	for _, e := range losses.ClsLosses.All() {
		check(e.Name, e.Meaning, e.New())
	}
	for _, e := range losses.BoxLosses.All() {
		check(e.Name, e.Meaning, e.New())
	}
	for _, e := range losses.Norms.All() {
		check(e.Name, e.Meaning, e.New())
	}
}
