package rpn

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/sampling"
)

func TestNoDeltasAreReadButTheOnesAskedFor(t *testing.T) {
	c := OneStage()
	c.Sampler = sampling.HardNegative{Ratio: 3}
	require.False(t, c.ReadsAllDeltas())
	whole := step(&c, 3, 3, 5)
	var w Work
	want := c.Step(&w, whole)

	late := step(&c, 3, 3, 5)
	deltas := slices.Clone(late.Deltas)
	for i := range late.Deltas {
		late.Deltas[i] = float32(math.NaN())
	}
	late.Regress = func(rows []int32) {
		require.NotEmpty(t, rows)
		for _, r := range rows {
			copy(late.Deltas[4*r:4*r+4], deltas[4*r:])
		}
	}
	assert.Equal(t, want, c.Step(&w, late))
	assert.Equal(t, whole.GradDeltas, late.GradDeltas)
}

func TestStrategiesThatLookAtAllBoxesSaySo(t *testing.T) {
	predicted, mined := OneStage(), OneStage()
	predicted.Assigner = anchors.NewSimOTA()
	assert.True(t, predicted.ReadsAllDeltas())
	ohem := sampling.OHEM{Num: 64}
	ohem.BoxHardness = 1
	mined.Sampler = ohem
	assert.True(t, mined.ReadsAllDeltas(), "%T", mined.Sampler)
}
