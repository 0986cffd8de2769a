package external

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
	"detsample/internal/durable"
)

// tiny is a set of four images to train on and two to test on.
func tiny(t *testing.T) *dataset.Set {
	t.Helper()
	scenes := scene.DefaultConfig()
	scenes.Size, scenes.Train, scenes.Test = 64, 4, 2
	set, err := scene.Generate(scenes, 1)
	require.NoError(t, err)
	return set
}

// A folder of data is called by what its pictures show, not only by where they
// are: what was made of others in their place is not gone on with.
func TestDataAreCalledByTheirPictures(t *testing.T) {
	generated, dir := tiny(t), t.TempDir()
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

// Data that lie under their name are trusted ever after, so that all of it outlasts
// the power before it has that name.
func TestDataOutlastThePower(t *testing.T) {
	d := &syncs{}
	disk = d
	defer func() { disk = durable.Local{} }()
	set, dir := tiny(t), t.TempDir()
	made, err := New(config.Program{Command: "true"}, Options{Dir: dir}).data(t.Context(), set)
	require.NoError(t, err)
	files := 0
	require.NoError(t, filepath.WalkDir(made.dir, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(made.dir, path)
		assert.Contains(t, d.before, name)
		if !e.IsDir() {
			files++
		}
		return err
	}))
	assert.Equal(t, 4+2+2, files)
	assert.Equal(t, []string{dir}, d.after)
}

// syncs notes what is synced before a folder is given its name, within that folder,
// and what after.
type syncs struct {
	durable.Local
	paths         []string
	before, after []string
}

func (s *syncs) Open(path string, flag int) (durable.File, error) {
	f, err := s.Local.Open(path, flag)
	return synced{f, func() { s.Sync(path) }}, err
}

func (s *syncs) Sync(path string) error {
	s.paths = append(s.paths, path)
	s.after = append(s.after, path)
	return nil
}

func (s *syncs) Rename(from, to string) error {
	for _, path := range s.paths {
		if name, err := filepath.Rel(from, path); err == nil {
			s.before = append(s.before, name)
		}
	}
	s.after = nil
	return s.Local.Rename(from, to)
}

type synced struct {
	durable.File
	note func()
}

func (s synced) Sync() error {
	s.note()
	return s.File.Sync()
}

// A run that was interrupted while it wrote the data leaves that to the next.
func TestDataThatAnInterruptCutShortAreWritten(t *testing.T) {
	trainer, set := New(config.Program{Command: "true"}, Options{Dir: t.TempDir()}), tiny(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := trainer.data(ctx, set)
	require.ErrorIs(t, err, context.Canceled)
	made, err := trainer.data(t.Context(), set)
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(made.dir, "annotations", "instances_test.json"))
}
