package rpn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
	"detsample/losses"
)

func TestEveryClassificationLossTrainsADenseStage(t *testing.T) {
	for _, e := range registry.Of[losses.Cls]().All() {
		t.Run(e.Name, func(t *testing.T) {
			c := OneStage()
			c.Cls = e.New()
			require.NoError(t, c.Validate())
			b := step(&c, 3, 1, 2, 3)
			var w, again Work
			value := c.Step(&w, b)
			assert.True(t, value.Cls > 0 && !math.IsInf(value.Cls, 0), "%v", value.Cls)
			for _, g := range b.GradLogits {
				require.True(t, g-g == 0)
			}
			grad := append([]float32{}, b.GradLogits...)
			assert.Equal(t, value, c.Step(&again, b), "a run of its own begins with nothing remembered")
			assert.Equal(t, grad, b.GradLogits)
			assert.Zero(t, testing.AllocsPerRun(3, func() { c.Step(&w, b) }))
		})
	}
}

func TestALossesMemoryBelongsToItsRun(t *testing.T) {
	c := OneStage()
	c.Cls = losses.EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 8}
	b := step(&c, 3, 1, 2, 3)
	var w Work
	first := c.Step(&w, b)
	require.Len(t, w.Memory().Cls, 9, "three numbers a class")
	saved := append([]float64{}, w.Memory().Cls...)
	second := c.Step(&w, b)
	assert.NotEqual(t, first.Cls, second.Cls)

	var resumed Work
	resumed.Memory().Cls = saved
	assert.Equal(t, second, c.Step(&resumed, b), "a saved memory goes on with the run")
}
