package command

import (
	"os"
	"path/filepath"
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
