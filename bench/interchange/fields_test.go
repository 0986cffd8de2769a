package interchange

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leaves returns the paths of all that is written, lists as a whole.
func leaves(n *node, path string) []string {
	if n.kind != mapping || len(n.dict.entries) == 0 {
		return []string{path}
	}
	var list []string
	for _, e := range n.dict.entries {
		list = append(list, leaves(e.value, join(path, nodeOfKey(e.key, e.at).text))...)
	}
	return list
}

// Every field that is written is told of, itself or with the dict that it is in,
// and none twice.
func TestEveryFieldIsToldOfOnce(t *testing.T) {
	check := func(name, source string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(source), 0o600))
		made, err := Import(path, Options{})
		require.NoError(t, err, source)
		r := &reader{files: files{limits: defaultLimits}, budget: budget{limits: defaultLimits}}
		read := r.yaml
		if filepath.Ext(name) == ".py" {
			read = r.python
		}
		root, err := read(path, place{})
		require.NoError(t, err)
		times := map[string]int{}
		for _, f := range made.Fields {
			if times[f.Path]++; times[f.Path] > 1 {
				t.Errorf("%s is told of twice in\n%s", f.Path, source)
			}
		}
		for _, leaf := range leaves(root, "") {
			told := leaf
			for times[told] == 0 && strings.Contains(told, ".") {
				told = told[:strings.LastIndexByte(told, '.')]
			}
			assert.NotZero(t, times[told], "%s is not told of in\n%s", leaf, source)
		}
	}
	for _, m := range mappings {
		check("config.py", m.source)
	}
	twoStage := "train_cfg=dict(rpn=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.7, neg_iou_thr=0.3)), rcnn=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.5), sampler=dict(type='RandomSampler', num=512, pos_fraction=0.25)))"
	for _, source := range []string{
		"model = dict(train_cfg=None, bbox_head=dict(type='YOLOXHead', train_cfg=None))",
		"model = dict(rpn_head=dict(type='RPNHead', anchor_generator=None), roi_head=dict(type='StandardRoIHead', num_stages=1, stage_loss_weights=[1], bbox_head=dict(type='Shared2FCBBoxHead')), " + twoStage + ")",
		"model = dict(detector=dict(roi_head=dict(type='StandardRoIHead', bbox_head=dict(type='Shared2FCBBoxHead')), " + twoStage + "))",
		"model = dict(bbox_head=dict(type='ATSSHead', bbox_coder=dict(type='DeltaXYWHBBoxCoder', add_ctr_clamp=False), " + focalLoss + ", " + giouLoss + ", loss_centerness=None), " + atssCfg + ")",
		"model = dict(bbox_head=dict(type='ATSSHead', bbox_coder=dict(type='LegacyDeltaXYWHBBoxCoder'), " + focalLoss + ", " + giouLoss + "), " + atssCfg + ")",
	} {
		check("config.py", source)
	}
	for _, source := range []string{
		"MODEL: {ROI_BOX_HEAD: {USE_FED_LOSS: false, TRAIN_ON_PRED_BOXES: false, FED_LOSS_NUM_CLASSES: 3}, 3: {4: 5}}\n6: 7\n",
		"MODEL: {ROI_BOX_HEAD: {USE_FED_LOSS: true, TRAIN_ON_PRED_BOXES: true, FED_LOSS_NUM_CLASSES: 3}, RPN: null}\n",
		"model: fasterrcnn_resnet50_fpn\nbbox_reg_weights: null\n",
		"model: retinanet_resnet50_fpn\nproposal_matcher: null\nfg_iou_thresh: 0.6\n",
		"task: detect\nmode: train\nmodel: null\nsingle_cls: false\ncls_pw: 0.0\n",
	} {
		check("x.yaml", source)
	}
}

func TestAFieldIsCalledByItsNameFromTheRoot(t *testing.T) {
	_, err := written(t, "x.yaml", "model: retinanet_resnet50_fpn\nfg_iou_thresh: x\n", Options{})
	assert.ErrorContains(t, err, "x.yaml:2: fg_iou_thresh is 'x': expected a number")
	_, err = written(t, "x.py", "model = dict(bbox_head=dict(type='RetinaHead', loss_bbox=None), "+atssCfg+")", Options{})
	assert.ErrorContains(t, err, ":1: model.bbox_head.loss_bbox is None: expected a dict")
}
