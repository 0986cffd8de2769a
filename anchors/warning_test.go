package anchors

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trapped reports whether an object that no candidate touches makes candidates
// positive that touch no object.
func trapped(a Assigner) bool {
	var got Assignment
	a.Assign(&got, &Candidates{Box: []Box{{0, 0, 10, 10}, {20, 0, 30, 10}}, Width: 100, Height: 100}, &Truth{Box: []Box{{60, 60, 70, 70}}, Class: []int32{0}})
	return got.Positives() > 0
}

func TestTheZeroIoUTrapWarnsWhereItIs(t *testing.T) {
	forced := func(change func(*MaxIoU)) MaxIoU {
		m := NewMaxIoU(0.7, 0.3)
		m.ForceZero = true
		change(&m)
		return m
	}
	for name, c := range map[string]struct {
		assigner Assigner
		warns    bool
	}{
		"peers":             {forced(func(*MaxIoU) {}), true},
		"first of ties":     {forced(func(m *MaxIoU) { m.Ties = TiesFirst }), true},
		"a least IoU":       {forced(func(m *MaxIoU) { m.MinPosIoU = 0.3 }), false},
		"negatives stay so": {forced(func(m *MaxIoU) { m.Order = NegativeLast }), false},
		"no negatives":      {forced(func(m *MaxIoU) { m.Order, m.NegIoU = NegativeLast, 0 }), true},
		"nothing forced":    {forced(func(m *MaxIoU) { m.Forced = ForcedNone }), false},
		"as is":             {NewMaxIoU(0.7, 0.3), false},
		"ssd":               {NewSSDBipartite(), false},
		"ssd.pytorch":       {SSDBipartite{IoU: 0.5, ForceZero: true}, true},
	} {
		list := c.assigner.(Wary).Warnings()
		assert.Equal(t, c.warns, len(list) == 1, name)
		assert.Equal(t, c.warns, trapped(c.assigner), "%s: and the warning tells the truth", name)
		for _, w := range list {
			assert.Equal(t, zeroIoU, w.Trap)
		}
	}
	giou := forced(func(m *MaxIoU) { m.Measure = MeasureGIoU })
	assert.Empty(t, giou.Warnings(), "GIoU tells apart what does not overlap")
}

func TestNoAssignerWarnsAtItsDefaults(t *testing.T) {
	for _, e := range registered.All() {
		if wary, ok := e.New().(Wary); ok {
			assert.Empty(t, wary.Warnings(), e.Name)
		}
	}
}

func TestAWarningIsOneLineWithItsPlace(t *testing.T) {
	m := NewMaxIoU(0.7, 0.3)
	m.ForceZero = true
	w := m.Warnings()
	require.Len(t, w, 1)
	w[0].Where = "assigner"
	assert.Equal(t, "rpn.assigner: force_zero: an object that no candidate touches makes candidates positive that touch nothing; remedy: leave force_zero out, except to reproduce a peer", w[0].Within("rpn").String())
	assert.Equal(t, "assigner", w[0].Where)
}
