package external

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

// A folder of data is called by what its pictures show, not only by where they
// are: what was made of others in their place is not gone on with.
func TestDataAreCalledByTheirPictures(t *testing.T) {
	scenes := scene.DefaultConfig()
	scenes.Size, scenes.Train, scenes.Test = 64, 4, 2
	generated, err := scene.Generate(scenes, 1)
	require.NoError(t, err)
	dir := t.TempDir()
	exported := func(set *dataset.Set) string {
		d, err := New(config.Program{Command: "true"}, Options{Dir: dir}).data(t.Context(), set)
		require.NoError(t, err)
		return d.dir
	}
	folder := exported(generated)
	called := func() string {
		set, err := dataset.Open(t.Context(), folder, dataset.Options{Size: 64})
		require.NoError(t, err)
		return filepath.Base(exported(set))
	}
	before := called()
	assert.NotEqual(t, filepath.Base(folder), before, "they are in another place")
	assert.Equal(t, before, called())

	images, err := filepath.Glob(filepath.Join(folder, "train", "*"))
	require.NoError(t, err)
	other, err := os.ReadFile(images[1])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(images[0], other, 0o666))
	assert.NotEqual(t, before, called())
}
