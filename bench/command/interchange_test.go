package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const oneStage = "../interchange/testdata/mmdet/one_stage.py"

func TestAnImportedConfigurationPassesCheck(t *testing.T) {
	for _, file := range []string{"one_stage.py", "two_stage.py"} {
		got := detsample("import", filepath.Join("../interchange/testdata/mmdet", file))
		require.Equal(t, 0, got.status, got.stderr)
		path := filepath.Join(t.TempDir(), "made.yaml")
		require.NoError(t, os.WriteFile(path, []byte(got.stdout), 0o600))
		checked := detsample("check", path)
		assert.Equal(t, 0, checked.status, checked.stderr)
		assert.Contains(t, got.stdout, "_base.py:", "where values are written")
	}
}

// The strategy and the anchors that are imported go back as they came.
func TestAnImportedConfigurationIsExported(t *testing.T) {
	made := detsample("import", oneStage)
	require.Equal(t, 0, made.status, made.stderr)
	dir := t.TempDir()
	path := filepath.Join(dir, "made.yaml")
	require.NoError(t, os.WriteFile(path, []byte(made.stdout), 0o600))
	written := detsample("export", path, "--to", "mmdet", "--strict")
	require.Equal(t, 0, written.status, written.stderr)
	assert.Contains(t, written.stdout, "octave_base_scale=4")
	fragment := filepath.Join(dir, "one_stage.py")
	require.NoError(t, os.WriteFile(fragment, []byte(written.stdout), 0o600))
	again := detsample("import", fragment)
	require.Equal(t, 0, again.status, again.stderr)
	assert.Equal(t, uncommented(made.stdout), uncommented(again.stdout))
}

// uncommented returns the lines of a file without their comments.
func uncommented(yaml string) (lines []string) {
	for line := range strings.Lines(yaml) {
		said, _, _ := strings.Cut(line, "#")
		if said = strings.TrimRight(said, " \n"); said != "" {
			lines = append(lines, said)
		}
	}
	return lines
}

func TestAStrategyOfAComparisonIsExportedByName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "both.yaml")
	require.NoError(t, os.WriteFile(path, []byte("strategies:\n- {name: a, dense: {cls: {type: focal, alpha: 0.3}}}\n- {name: b, dense: {}}\n"), 0o600))
	got := detsample("export", path, "--to", "mmdet")
	assert.Equal(t, 1, got.status)
	assert.Contains(t, got.stderr, "has several strategies: name one of a, b: --name says which")
	got = detsample("export", path, "--to", "mmdet", "--name", "a")
	require.Equal(t, 0, got.status, got.stderr)
	assert.Contains(t, got.stdout, "alpha=0.3")
	assert.NotContains(t, got.stdout, "anchor_generator", "the file says nothing of anchors")
	assert.Equal(t, 2, detsample("export", path, "--to", "mmdet", "--name", "c").status)
	assert.Equal(t, 2, detsample("export", "mmdetection", "--to", "mmdet", "--name", "c").status)
}

// What a strategy says of itself does not make it a comparison, and what only a
// comparison has does, for every command.
func TestAStrategyIsToldFromAComparisonByItsKeys(t *testing.T) {
	about := file(t, "about.yaml", "lr_reason: \"best of the four strategies: see notes\"\ndense: {cls: {type: focal, alpha: 0.3}}\n")
	got := detsample("check", about)
	assert.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "about.yaml: ok, a strategy: about\n")
	got = detsample("export", about, "--to", "mmdet")
	assert.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "alpha=0.3")
	got = detsample("inspect", writeCells(t), "--config", about, "-q")
	assert.Zero(t, got.status, got.stderr)

	shared := file(t, "shared.yaml", "training: {images: 3}\n")
	for _, args := range [][]string{{"check", shared}, {"export", shared, "--to", "mmdet"}, {"inspect", writeCells(t), "--config", shared}, {"replay", "x.npz", "--config", shared}} {
		assert.Contains(t, detsample(args...).stderr, "shared.yaml:1:1: no strategies: give at least one in the list strategies", args[0])
	}
}

func TestTheTableHasEveryStatus(t *testing.T) {
	got := detsample("import", "--table", oneStage)
	require.Equal(t, 0, got.status, got.stderr)
	assert.Contains(t, got.stdout, "model.train_cfg.assigner.pos_iou_thr = 0.5 -> dense.assigner.pos_iou")
	assert.Contains(t, got.stdout, "0 unmapped")
	assert.Contains(t, got.stdout, "model.backbone")
}

func TestAPeerIsExportedAndWhatItLacksIsSaid(t *testing.T) {
	got := detsample("export", "torchvision", "--to", "detectron2")
	require.Equal(t, 0, got.status, got.stderr)
	assert.Contains(t, got.stdout, "BATCH_SIZE_PER_IMAGE: 512")
	assert.Contains(t, got.stdout, "# No equivalent: rpn.norm: sampled; there it is fixed.")
	assert.Contains(t, got.stderr, "no equivalent: rpn.norm: sampled; there it is fixed")
	assert.Equal(t, 1, detsample("export", "torchvision", "--to", "detectron2", "--strict").status)
	assert.Equal(t, 2, detsample("export", "torchvision", "--to", "caffe").status)
}

func TestAnUnknownConfigurationIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.py")
	require.NoError(t, os.WriteFile(path, []byte("model = dict(bbox_head=dict(type='AutoAssignHead'))\n"), 0o600))
	got := detsample("import", path)
	assert.Equal(t, 1, got.status)
	assert.Contains(t, got.stderr, "x.py:1: AutoAssignHead has no strategy here")
	assert.Equal(t, 2, detsample("import", oneStage, "--from", "caffe").status)
	assert.Equal(t, 2, detsample("import", oneStage, "--stage", "0").status)
}

func TestMMDetectionHasTwoNames(t *testing.T) {
	made := detsample("import", "--from", "mmdetection", oneStage)
	require.Zero(t, made.status, made.stderr)
	assert.Equal(t, made, detsample("import", "--from", "mmdet", oneStage))

	written := detsample("export", "mmdetection", "--to", "mmdetection")
	require.Zero(t, written.status, written.stderr)
	assert.Equal(t, written, detsample("export", "mmdetection", "--to", "mmdet"))
}
