package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAComparisonIsToldByTheKeysAtItsRoot(t *testing.T) {
	for text, want := range map[string]bool{
		"strategies: []\n":                 true,
		"strategies:\n":                    true,
		"\"strategies\": null\n":           true,
		"{title: a, strategies: []}\n":     true,
		"training: {images: 3}\n":          true,
		"scene_seed: 4\n":                  true,
		"scale: matched\n":                 true,
		"name: a\ndense: {}\n":             false,
		"{name: a, dense: {}}\n":           false,
		"# strategies: none\nname: a\n":    false,
		"lr: 1 # strategies: b\n":          false,
		"dense: {strategies: 3}\n":         false,
		"name: |\n  training:\n  title:\n": false,
		"lr_reason: \"best of the four strategies: see notes\"\ndense: {}\n": false,
		"lr_reason: best of the\n  strategies: a\n":                          false,
		"":                false,
		"strategies":      false,
		"strategies: [\n": false,
		"- strategies: a": false,
	} {
		assert.Equal(t, want, IsComparison([]byte(text)), "%q", text)
	}
}

func TestAStrategyIsTakenByNameFromEitherKindOfFile(t *testing.T) {
	c, list, err := ParseStrategies("two.yaml", []byte("strategies:\n- {name: a, dense: {}}\n- {name: b, dense: {cls: ce}}\n"))
	require.NoError(t, err)
	require.NotNil(t, c)
	b, err := Named("two.yaml", list, "b")
	require.NoError(t, err)
	assert.Equal(t, &list[1], b)
	_, err = Named("two.yaml", list, "")
	assert.EqualError(t, err, "two.yaml: has several strategies: name one of a, b")
	_, err = Named("two.yaml", list, "bb")
	assert.EqualError(t, err, `two.yaml: unknown strategy "bb": expected one of a, b; did you mean b?`)

	c, list, err = ParseStrategies("some/ssd 300.yaml", []byte("dense: {}\n"))
	require.NoError(t, err)
	assert.Nil(t, c)
	require.Len(t, list, 1)
	assert.Equal(t, "ssd 300", list[0].Name, "that of the file")
	for _, name := range []string{"", "ssd 300"} {
		one, err := Named("some/ssd 300.yaml", list, name)
		require.NoError(t, err)
		assert.Equal(t, &list[0], one)
	}
	_, list, err = ParseStrategies("ssd.yaml", []byte("name: own\ndense: {}\n"))
	require.NoError(t, err)
	assert.Equal(t, "own", list[0].Name)
	_, _, err = ParseStrategies("ssd.yaml", []byte("name: ''\ndense: {}\n"))
	assert.ErrorContains(t, err, "a strategy needs a name")
	_, _, err = ParseStrategies("own.yaml", []byte("training: {images: 3}\n"))
	assert.EqualError(t, err, "own.yaml:1:1: no strategies: give at least one in the list strategies")
}
