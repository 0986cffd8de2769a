package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
)

func TestEveryPresetIsAValidComparison(t *testing.T) {
	require.Contains(t, Presets(), "default")
	for _, name := range Presets() {
		c, err := Preset(name)
		require.NoError(t, err, name)
		assert.NoError(t, registry.Check(c), name)
		assert.NotEmpty(t, c.Title, name)
	}
}

func TestTheDefaultComparesBothKindsOfDetector(t *testing.T) {
	c, err := Preset("default")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(c.Strategies), 8)
	kinds := map[bool]int{}
	for _, s := range c.Strategies {
		kinds[s.TwoStage()]++
	}
	assert.Greater(t, kinds[false], 1)
	assert.Greater(t, kinds[true], 1)
}

func TestAnUnknownPresetNamesTheNearest(t *testing.T) {
	_, err := Preset("defualt")
	assert.ErrorContains(t, err, `unknown preset "defualt": expected one of `)
	assert.ErrorContains(t, err, "did you mean default?")
}
