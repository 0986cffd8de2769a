package page

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/bench/store"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// keptIn is the folder of the study that this repository keeps.
var keptIn = filepath.Join("..", "..", "..", "docs", "study")

func all(t testing.TB) []study.Experiment {
	list, err := study.Experiments()
	require.NoError(t, err)
	return list
}

func experiment(t testing.TB, name string) study.Experiment {
	for _, e := range all(t) {
		if e.Name == name {
			return e
		}
	}
	require.Fail(t, "no such experiment", name)
	return study.Experiment{}
}

var (
	storedIn = map[string][]evidence.Experiment{} // by folder, what open returned
	pagesOf  = map[string]map[string][]byte{}
)

// keptOf returns what a folder of this repository keeps, which is read once: its
// comparisons take seconds to draw. Tests leave it as it is.
func keptOf(t *testing.T, dir string) []evidence.Experiment {
	t.Helper()
	if storedIn[dir] == nil {
		list, err := open(dir)
		require.NoError(t, err)
		storedIn[dir] = list
	}
	return storedIn[dir]
}

// pageOf returns the page of such a folder, which is made once.
func pageOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	if pagesOf[dir] == nil {
		files, err := page(dir, keptOf(t, dir))
		require.NoError(t, err)
		pagesOf[dir] = files
	}
	return pagesOf[dir]
}

// storing returns a study's folder whose experiment has these runs.
func storing(t testing.TB, experiment string, runs ...trainer.Run) (out string) {
	t.Helper()
	out = t.TempDir()
	dir := filepath.Join(out, experiment)
	require.NoError(t, os.MkdirAll(dir, 0o777))
	var lines []byte
	for i := range runs {
		line, err := json.Marshal(&runs[i])
		require.NoError(t, err)
		lines = append(append(lines, line...), '\n')
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, store.Results), lines, 0o666))
	return out
}

// runOf returns a run of some images.
func runOf(strategy string, seed uint64, images int) trainer.Run {
	return trainer.Run{Strategy: strategy, Seed: seed, Images: images, Steps: images / 4, Figures: trainer.Figures{AP: 0.25},
		Curve: []trainer.Point{{Images: 0}, {Images: images, AP: 0.25}}}
}

// writeJSON writes a file of a value.
func writeJSON(t testing.TB, name string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, text, 0o666))
}
