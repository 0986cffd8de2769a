package study

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsLeftIsOfThePlannedSeedsThatAreNotThere(t *testing.T) {
	p := short(t) // ce and focal, seeds 1 and 2, 16 images
	p.Seconds = 100
	left := func(lines ...string) Left {
		out := t.TempDir()
		dir := filepath.Join(out, p.Name)
		require.NoError(t, os.MkdirAll(dir, 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "results.jsonl"), []byte(strings.Join(lines, "")), 0o666))
		l, err := p.Left(out)
		require.NoError(t, err)
		return l
	}
	run := func(strategy string, seed, images int) string { return lineOf(t, strategy, seed, images) }
	assert.Equal(t, Left{0, 100}, left())
	assert.Equal(t, Left{1, 75}, left(run("ce", 1, 16)))
	assert.Equal(t, Left{2, 50}, left(run("ce", 1, 16), run("focal", 1, 16)))
	assert.Equal(t, Left{3, 25}, left(run("ce", 1, 16), run("focal", 1, 16), run("focal", 2, 16), run("ce", 9, 16)), "a seed that is not planned")
	assert.Equal(t, Left{0, 100}, left(run("ce", 1, 8)), "a shorter training")
	assert.Equal(t, Left{2, 50}, left(run("ce", 1, 16), diverged(t, "focal", 1)), "one that diverges is not trained again")
	_, err := p.Left(t.TempDir())
	require.NoError(t, err, "nothing is there")
}

func TestStatesThatAreStoredAreNotLeft(t *testing.T) {
	list, err := Plan([]Experiment{experiment(t, "boosting")}, Options{})
	require.NoError(t, err)
	l, err := list[0].Left(filepath.Join("..", "..", "docs", "study"))
	require.NoError(t, err)
	assert.Equal(t, Left{Runs: list[0].Seeds * trainedStates}, l)
}
