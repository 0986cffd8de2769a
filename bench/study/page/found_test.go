package page

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/losses"
)

// keeping returns an experiment as a folder has it that also keeps a configuration:
// the experiment's own, with the rate of its first strategy.
func keeping(t *testing.T, experimentName, strategy string, rate float64) *evidence.Experiment {
	t.Helper()
	out := storing(t, experimentName, runOf(strategy, 3, 16))
	e := experiment(t, experimentName)
	c, err := e.Config()
	require.NoError(t, err)
	c.Scale = config.AsWritten
	for i := range c.Strategies {
		if c.Strategies[i].Name == strategy {
			c.Strategies[i].LR = rate
		}
	}
	text, err := c.YAML()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(out, experimentName, store.Config), text, 0o666))
	list, err := open(out)
	require.NoError(t, err)
	return evidence.Find(list, experimentName)
}

func TestWhatASearchFoundTrainsOtherSeeds(t *testing.T) {
	e := experiment(t, "dense")
	c, err := e.Config()
	require.NoError(t, err)
	own := c.Strategies[0].LR
	name := c.Strategies[0].Name

	s := keeping(t, "dense", name, own)
	for i := range s.Runs {
		s.Runs[i].LR = own
	}
	text, err := withoutSearch(s)
	require.NoError(t, err)
	assert.Empty(t, text, "nothing was found that the experiment does not have")

	s = keeping(t, "dense", name, 2*own)
	for i := range s.Runs {
		s.Runs[i].LR = 2 * own
	}
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Equal(t, " The rates and loss weights that were found, and what the search saw, are in [dense/config.yaml](dense/config.yaml): "+
		"`detsample compare --config dense/config.yaml --seeds 1 --first-seed 4`, in the folder of this page, trains other seeds with them.", text)

	s.Origin = study.Origin{Data: "my photos", Size: "original", Links: true}
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Contains(t, text, "--first-seed 4 --data 'my photos' --size original --follow-links`")

	s.Kept.Training.Images++
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Empty(t, text, "edited: the runs had another length")
	s.Kept.Training.Images--
	s.Kept.Scale = config.Matched
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Empty(t, text, "it would be matched anew")
	s.Kept.Scale = config.AsWritten

	first := &s.Kept.Strategies[0]
	whole := *first.Dense
	first.Dense.ClsWeight, first.Dense.BoxWeight = 3, 2
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.NotEmpty(t, text, "weights are what matching finds")
	first.Dense.Cls = losses.Focal{Alpha: 0.25, Gamma: 2}
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Empty(t, text, "edited: the runs had another loss")
	*first.Dense = whole

	s.Tune = false
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Contains(t, text, " The loss weights that matching found are in [")

	s.Runs[0].LR = own
	text, err = withoutSearch(s)
	require.NoError(t, err)
	assert.Empty(t, text, "the runs had other rates: the configuration is not theirs")
}

func TestAConfigurationThatIsNotReadIsSaid(t *testing.T) {
	out := storing(t, "dense", runOf("ce", 3, 16))
	require.NoError(t, os.WriteFile(filepath.Join(out, "dense", store.Config), []byte("strategies: {"), 0o666))
	list, err := open(out)
	require.NoError(t, err)
	text, err := withoutSearch(evidence.Find(list, "dense"))
	require.NoError(t, err)
	assert.Contains(t, text, "[dense/config.yaml](dense/config.yaml) is damaged or of another version, and was not read")
	text, err = withoutSearch(evidence.Find(list, "roi"))
	require.NoError(t, err)
	assert.Empty(t, text)
}

// What is kept beside the stored runs is what they were trained with.
func TestStoredConfigurationsAreOfTheirRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := keptOf(t, keptIn)
	kept := 0
	for i := range list {
		s := &list[i]
		if s.Kept == nil {
			continue
		}
		kept++
		text, err := withoutSearch(s)
		require.NoError(t, err)
		asked, err := s.Config()
		require.NoError(t, err)
		assert.Equal(t, s.Tune || asked.Scale == config.Matched, text != "", "%s: without a search and matching there is nothing to be found", s.Name)
	}
	assert.NotZero(t, kept)
}
