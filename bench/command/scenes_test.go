package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

func TestScenesAreThoseOfTheComparisonToTheLastPixel(t *testing.T) {
	out := filepath.Join(t.TempDir(), "scenes")
	got := detsample("scenes", "--out", out, "--train", "5", "--test", "4", "--seed", "7")
	require.Equal(t, outcome{stdout: out + ": 5 images for training and 4 for testing, of 96 pixels and 3 classes\n"}, got)
	c, err := config.Preset("default")
	require.NoError(t, err)
	c.Scenes.Train, c.Scenes.Test = 5, 4
	want, err := scene.Generate(c.Scenes, 7)
	require.NoError(t, err)
	read, err := dataset.Open(t.Context(), out, dataset.Options{Original: true})
	require.NoError(t, err)
	require.Len(t, read.Train, 5)
	require.Len(t, read.Test, 4)
	assert.Equal(t, want.Classes, read.Classes)
	id := 0
	for i, pair := range [][2][]dataset.Image{{want.Train, read.Train}, {want.Test, read.Test}} {
		for k := range pair[0] {
			id++ // over both parts
			at := slices.IndexFunc(pair[1], func(m dataset.Image) bool { return strings.HasSuffix(m.Name, fmt.Sprintf("%06d.png", id)) })
			require.GreaterOrEqual(t, at, 0, "image %d of split %d", id, i)
			a, b := pair[0][k], pair[1][at]
			require.NoError(t, b.Hold())
			assert.True(t, bytes.Equal(a.Pix, b.Pix), "image %d", id)
			require.Len(t, b.Objects, len(a.Objects))
			for g := range a.Objects {
				assert.Equal(t, a.Objects[g].Class, b.Objects[g].Class)
				assert.InDeltaSlice(t, a.Objects[g].Box[:], b.Objects[g].Box[:], 1e-4)
			}
		}
	}
}

func TestScenesAreWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "scenes")
	require.NoError(t, os.WriteFile(out, []byte("precious"), 0o600))
	got := detsample("scenes", "--out", out, "--train", "2", "--test", "2")
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, "exists: name another --out")
	for args, message := range map[[2]string]string{
		{"--test", "-3"}:       "detsample: --test is -3: expected 1 to 100000\n",
		{"--test", "0"}:        "detsample: --test is 0: expected 1 to 100000\n",
		{"--size", "4"}:        "detsample: --size is 4: expected 32 to 2048\n",
		{"--size", "32"}:       "detsample: --size is 32: max_size is 40: expected at most size, the image's side, which is 32\n",
		{"--train", "0"}:       "detsample: --train is 0: expected 1 to 100000\n",
		{"--train", "-5"}:      "detsample: --train is -5: expected 1 to 100000\n",
		{"--preset", "defalt"}: "did you mean default?",
		{"--preset", ""}:       "detsample: --preset is empty: expected a name, or leave it out\n",
	} {
		got := detsample("scenes", "--out", filepath.Join(dir, "other"), args[0], args[1])
		assert.Equal(t, statusUsage, got.status, args)
		assert.Contains(t, got.stderr, message)
	}
	got = detsample("scenes", "--out", filepath.Join(dir, "other"), "--train", "100000", "--test", "100000", "--size", "2048") // 2.3 TiB
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, "200000 scenes of 2048x2048 pixels take ")
	assert.Contains(t, got.stderr, ": lower --train, --test or --size\n")
	long := file(t, "long.yaml", "scenes: {train: fresh, test: 1}\ntraining: {images: 200000}\nstrategies: [{name: a, dense: {}}]\n")
	assert.Contains(t, detsample("scenes", "--out", filepath.Join(dir, "other"), "--config", long).stderr,
		"a run sees 200000 training images, which never repeat, and at most 100000 are written: --train says how many")
	fresh := file(t, "fresh.yaml", "scenes: {train: fresh, test: 1}\ntraining: {images: 3}\nstrategies: [{name: a, dense: {}}]\n")
	got = detsample("scenes", "--out", filepath.Join(t.TempDir(), "fresh"), "--config", fresh)
	assert.Contains(t, got.stdout, "3 images for training and 1 for testing", "as many as a run sees")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	status := execute(ctx, []string{"scenes", "--train", "2", "--out", filepath.Join(dir, "other")}, nil, &stdout, &stderr)
	assert.Equal(t, statusInterrupted, status)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing was written")
}
