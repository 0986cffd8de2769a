package study

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
)

func TestResultsOfAnotherExperimentAreRefused(t *testing.T) {
	stored := filepath.Join(keptIn, "images-1200")
	out := t.TempDir()
	dir := filepath.Join(out, "images-300")
	require.NoError(t, os.CopyFS(dir, os.DirFS(stored)))
	_, err := Open(out)
	assert.EqualError(t, err, filepath.Join(dir, "origin.json")+": the command that made this is of images-1200: it is not of the experiment images-300, by which its folder is called: move the folder away, or put into it what is of images-300")
	list, err := Plan([]Experiment{experiment(t, "images-300")}, Options{})
	require.NoError(t, err)
	_, err = list[0].Left(out)
	assert.ErrorContains(t, err, "is of images-1200", "a plan says it too")
}

func TestAKeptConfigurationIsOfTheExperiment(t *testing.T) {
	run := lineOf(t, "ce", 1, 16)
	for from, why := range map[string]string{
		"dense":      "",
		"missing-10": "its scenes are others",
		"rpn":        "it has a strategy ",
	} {
		out, name := holding(t, "dense", run)
		dir := filepath.Dir(name)
		other := experiment(t, from)
		c, err := other.Config()
		require.NoError(t, err)
		text, err := c.YAML()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "config.yaml"), text, 0o666))
		require.NoError(t, writeOrigin(dir, Origin{Command: "detsample study", Of: Names()}))
		_, err = Open(out)
		if why == "" {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, filepath.Join(dir, "config.yaml")+": "+why, from)
		require.NoError(t, writeOrigin(dir, Origin{Command: "detsample compare x.yaml"}))
		_, err = Open(out)
		assert.ErrorContains(t, err, why)
	}
	out, name := holding(t, "dense", run)
	mine := experiment(t, "dense")
	titled, err := mine.Config()
	require.NoError(t, err)
	titled.Title = "Mine"
	text, err := titled.YAML()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(name), "config.yaml"), text, 0o666))
	require.NoError(t, writeOrigin(filepath.Dir(name), Origin{Command: "detsample study", Of: Names()}))
	_, err = Open(out)
	assert.ErrorContains(t, err, "its title is another")
	require.NoError(t, writeOrigin(filepath.Dir(name), Origin{Command: "detsample compare x.yaml"}))
	_, err = Open(out)
	assert.NoError(t, err, "a comparison of one's own may have another title")

	kept, own := experiment(t, "alpha-descent"), experiment(t, "alpha")
	a, err := kept.Config()
	require.NoError(t, err)
	b, err := own.Config()
	require.NoError(t, err)
	assert.Equal(t, "its optimizer is another", unlike(a, b, true))
	a.Training, a.Title = b.Training, "Mine"
	assert.Equal(t, "its title is another", unlike(a, b, true))
	assert.Empty(t, unlike(a, b, false), "a comparison of one's own may have one of its own")
	a.Trainer = &config.Program{}
	assert.Contains(t, unlike(a, b, false), "a program of one's own trained it", "whatever its scenes are")
	a.Trainer, a.Title = nil, b.Title
	require.NotEqual(t, a.Scale, b.Scale)
	assert.Empty(t, unlike(a, b, true), "the configuration that is kept has the scales that were found")
}
