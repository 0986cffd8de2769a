package interchange

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// said returns the lines of a strategy without their comments.
func said(yaml []byte) map[string]bool {
	lines := map[string]bool{}
	for line := range strings.Lines(string(yaml)) {
		text, _, _ := strings.Cut(line, "  #")
		lines[strings.TrimSpace(text)] = true
	}
	return lines
}

// written reads a configuration that is given as text.
func written(t *testing.T, name, source string, options Options) (Imported, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(source), 0o600))
	return Import(path, options)
}

const (
	focalLoss = "loss_cls=dict(type='FocalLoss', use_sigmoid=True, gamma=1.5, alpha=0.3, loss_weight=2.0)"
	atssCfg   = "train_cfg=dict(assigner=dict(type='ATSSAssigner', topk=7), allowed_border=-1, pos_weight=-1, debug=False)"
	giouLoss  = "loss_bbox=dict(type='GIoULoss', loss_weight=2.5)"
)

// Configurations written by hand, one for each kind of head and component, with
// numbers that no default has.
var mappings = []struct {
	name, source string
	facts, lacks []string
}{
	{"atss", "model = dict(bbox_head=dict(type='ATSSHead', " + focalLoss + ", " + giouLoss + ", loss_centerness=dict(type='CrossEntropyLoss', use_sigmoid=True)), " + atssCfg + ")",
		[]string{"type: atss", "topk: 7", "alpha: 0.3", "gamma: 1.5", "cls_weight: 2", "box: giou", "box_weight: 2.5", "type: positives", "empty_as_one: true"}, []string{"loss_centerness"}},
	{"gfl", "model = dict(bbox_head=dict(type='GFLHead', loss_cls=dict(type='QualityFocalLoss', beta=1.5), loss_dfl=dict(type='DistributionFocalLoss', loss_weight=0.25), reg_max=8, " + giouLoss + "), " + atssCfg + ")",
		[]string{"type: quality_focal", "beta: 1.5"}, []string{"loss_dfl", "reg_max"}},
	{"vfnet", "model = dict(bbox_head=dict(type='VFNetHead', loss_cls=dict(type='VarifocalLoss', alpha=0.6, gamma=1.0, iou_weighted=False), " + giouLoss + ", loss_bbox_refine=dict(type='DIoULoss', loss_weight=3.0)), " + atssCfg + ")",
		[]string{"type: varifocal", "alpha: 0.6", "weighted: false", "box: diou", "box_weight: 3", "norm: positives"}, []string{"bbox_head.loss_bbox"}},
	{"fcos", "model = dict(bbox_head=dict(type='FCOSHead', strides=[8, 16, 32, 64, 128], center_sampling=True, center_sample_radius=2.0, regress_ranges=((-1, 32), (32, 64), (64, 128), (128, 256), (256, 1e8)), " + focalLoss + ", loss_bbox=dict(type='IoULoss', mode='square')))",
		[]string{"type: fcos", "center_radius: 2", "max_reach: 4", "mode: square", "norm: positives"}, nil},
	{"fcos ranges", "model = dict(bbox_head=dict(type='FCOSHead', strides=[8, 16], regress_ranges=((-1, 64), (64, 300)), " + focalLoss + ", loss_bbox=dict(type='IoULoss', linear=True)))",
		[]string{"center_radius: 0", "mode: linear"}, []string{"regress_ranges"}},
	{"yolox", "model = dict(bbox_head=dict(type='YOLOXHead'), train_cfg=dict(assigner=dict(type='SimOTAAssigner', center_radius=3.0)))",
		[]string{"type: simota", "center_radius: 3", "candidate_topk: 10", "cls: ce", "mode: square", "box_weight: 5", "norm: positives"}, nil},
	{"tood", "model = dict(bbox_head=dict(type='TOODHead', loss_cls=dict(type='QualityFocalLoss', activated=True), " + giouLoss + "), train_cfg=dict(initial_epoch=4, initial_assigner=dict(type='ATSSAssigner', topk=9), assigner=dict(type='TaskAlignedAssigner', topk=11), alpha=2, beta=5))",
		[]string{"type: task_aligned", "topk: 11", "alpha: 2", "beta: 5", "norm: positives"}, []string{"initial_epoch", "initial_assigner"}},
	{"rtmdet", "model = dict(bbox_head=dict(type='RTMDetHead', with_objectness=False, loss_cls=dict(type='QualityFocalLoss'), " + giouLoss + "), train_cfg=dict(assigner=dict(type='DynamicSoftLabelAssigner', topk=9)))",
		[]string{"type: dynamic_soft", "topk: 9", "soft_center_radius: 3"}, nil},
	{"yolof", "model = dict(bbox_head=dict(type='YOLOFHead', " + focalLoss + ", " + giouLoss + ", bbox_coder=dict(type='DeltaXYWHBBoxCoder', add_ctr_clamp=True, ctr_clamp=32)), train_cfg=dict(assigner=dict(type='UniformAssigner', pos_ignore_thr=0.2, neg_ignore_thr=0.6)))",
		[]string{"type: uniform", "match_times: 4", "pos_ignore_iou: 0.2", "neg_ignore_iou: 0.6"}, []string{"add_ctr_clamp"}},
	{"fsaf", "model = dict(bbox_head=dict(type='FSAFHead', loss_cls=dict(type='FocalLoss', reduction='none'), loss_bbox=dict(type='IoULoss', reduction='none', eps=1e-6), bbox_coder=dict(type='TBLRBBoxCoder', normalizer=4.0), reg_decoded_bbox=True), train_cfg=dict(assigner=dict(type='CenterRegionAssigner', pos_scale=0.3, neg_scale=0.4, foreground_dominate=True)))",
		[]string{"type: center_region", "pos_scale: 0.3", "neg_scale: 0.4", "min_pos_iof: 0.01", "ignore_scale: 0.5", "foreground_dominates: true"}, []string{"bbox_coder.type", "normalizer"}},
	{"ssd", "model = dict(bbox_head=dict(type='SSDHead', bbox_coder=dict(type='DeltaXYWHBBoxCoder', target_stds=[0.1, 0.1, 0.2, 0.2])), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.5, min_pos_iou=0., gt_max_assign_all=False), sampler=dict(type='PseudoSampler'), smoothl1_beta=0.5, allowed_border=0, pos_weight=-1, neg_pos_ratio=4, debug=False))",
		[]string{"type: hard_negative", "ratio: 4", "ties: first", "straddle: dropped", "border: 0", "cls: softmax_ce", "beta: 0.5", "weights: [10, 10, 5, 5]", "type: positives"}, nil},
	{"ghm", "model = dict(bbox_head=dict(type='RetinaHead', loss_cls=dict(type='GHMC', bins=20, momentum=0.5), loss_bbox=dict(type='GHMR', mu=0.03, loss_weight=5.0)), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=(0.1, 0.4), ignore_iof_thr=0.6)))",
		[]string{"type: ghm_c", "bins: 20", "momentum: 0.5", "type: ghm_r", "mu: 0.03", "norm: valid_bins", "neg_floor: 0.1", "neg_iou: 0.4", "ignore_iof: 0.6", "ignore_order: first", "box_weight: 5"}, nil},
	{"pisa", "model = dict(bbox_head=dict(type='PISARetinaHead', " + focalLoss + ", loss_bbox=dict(type='SmoothL1Loss', beta=0.11)), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.4), isr=dict(k=3., bias=0.1), carl=dict(k=2., bias=0.3), pos_weight=2))",
		[]string{"type: isr_p", "power: 3", "bias: 0.1", "sampler: all", "k: 2", "bias: 0.3", "beta: 0.11"}, []string{"pos_weight"}},
	{"second", "optimizer = dict(type='SGD')\nmodel = dict(bbox_head=dict(type='RetinaHead', " + focalLoss + ", loss_bbox=dict(type='EIoULoss', smooth_point=0.2), reg_decoded_bbox=True), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.4), sampler=dict(type='RandomSampler', num=256, pos_fraction=0.5)))",
		[]string{"sampler: all", "type: positives", "type: extended_iou", "smooth: 0.2"}, nil},
	{"sampled", "model = dict(bbox_head=dict(type='RetinaHead', loss_cls=dict(type='CrossEntropyLoss', use_sigmoid=True, class_weight=[1, 2.5]), loss_bbox=dict(type='SIoULoss', neg_gamma=True)), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.4), sampler=dict(type='OHEMSampler', num=100, pos_fraction=0.5, neg_pos_ub=3, loss_key='loss_bbox')))",
		[]string{"type: ohem_balanced", "num: 100", "negatives_per_positive: 3", "class_weight: [1, 2.5]", "type: sampled", "type: siou"}, []string{"loss_key"}},
	{"imported names", "from mmdet.models.dense_heads import RetinaHead as Head\nfrom mmdet.models import (FocalLoss,\n    GIoULoss)\nimport torch.nn as nn\nmodel = dict(bbox_head=dict(type='RetinaHead', act=nn.ReLU, loss_cls=dict(type=FocalLoss), loss_bbox=dict(type=GIoULoss), reg_decoded_bbox=True), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.6, neg_iou_thr=0.4)))",
		[]string{"type: focal", "box: giou", "pos_iou: 0.6"}, nil},
	{"control flow", "thr = [0.5, 0.4]\nif len(thr) == 2:\n    thr = [t + 0.125 for t in thr]\nfor i in range(2):\n    if i == 0: continue\n    thr[i] -= 0.125\nmodel = dict(bbox_head=dict(type='RetinaHead'), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=thr[0], neg_iou_thr=thr[1])))\nmodel['bbox_head']['loss_cls'] = dict(type='FocalLoss')\nmodel['bbox_head'].update(loss_bbox=dict(type='L1Loss'))\ndel thr",
		[]string{"pos_iou: 0.625", "neg_iou: 0.4", "type: focal", "box: l1"}, nil},
}

func TestEveryKindOfHeadIsCarriedOver(t *testing.T) {
	for _, m := range mappings {
		t.Run(m.name, func(t *testing.T) {
			made, err := written(t, "config.py", m.source, Options{})
			require.NoError(t, err)
			lines := said(made.YAML)
			for _, fact := range m.facts {
				assert.True(t, lines[fact], "%s in\n%s", fact, made.YAML)
			}
			var lacking []string
			for _, f := range made.Unmapped() {
				lacking = append(lacking, f.Path)
				assert.Contains(t, f.Place, "config.py:")
				assert.NotEmpty(t, f.Note)
			}
			for _, l := range m.lacks {
				assert.Contains(t, strings.Join(lacking, "\n"), l)
			}
			if m.lacks == nil {
				assert.Empty(t, lacking)
			}
		})
	}
}

func TestWhatCannotBeMeantIsRefused(t *testing.T) {
	head := "model = dict(bbox_head=dict(type='RetinaHead', loss_cls=dict(type='FocalLoss'), loss_bbox=dict(type='L1Loss')), train_cfg=dict(\n  assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, "
	for source, says := range map[string]string{
		head + "neg_iou_thr=0)))":                            ":2: model.train_cfg.assigner.neg_iou_thr is 0: expected a number with a decimal point",
		head + "neg_iou_thr=[0.1, 0.4])))":                   "makes no negatives, without a word",
		head + "neg_iou_thr=0.4, match_low_quality=3)))":     ":2: model.train_cfg.assigner.match_low_quality is 3: expected False or True",
		head + "neg_iou_thr=0.6)))":                          "neg_iou 0.6 is above pos_iou 0.5",
		head + "min_pos_iou=0.0)))":                          "model.train_cfg.assigner has no neg_iou_thr, which MaxIoUAssigner needs",
		"model = dict(bbox_head=dict(type='UnheardOfHead'))": ":1: UnheardOfHead has no strategy here",
		"model = dict(bbox_head=dict(type='SSDHead'), train_cfg=dict(assigner=dict(type='ATSSAssigner', topk=9)))":                                                      "model.train_cfg has no neg_pos_ratio, which SSDHead needs",
		"model = dict(bbox_head=dict(type='AutoAssignHead'))":                                                                                                           ":1: AutoAssignHead has no strategy here: who is positive is learned",
		"model = dict(bbox_head=dict(type='DINOHead'))":                                                                                                                 ":1: DINOHead has no strategy here: queries",
		"model = dict(bbox_head=dict(type='RetinaHead', loss_cls=dict(type='BoundedIoULoss')), train_cfg=dict(assigner=dict(type='ATSSAssigner', topk=9)))":             ":1: BoundedIoULoss is a classification loss that detsample does not have",
		"model = dict(bbox_head=dict(type='RetinaHead', loss_cls=dict(type='FocalLoss', reduction='sum')), train_cfg=dict(assigner=dict(type='ATSSAssigner', topk=9)))": "loss_cls.reduction is 'sum'",
		"model = dict(bbox_head=dict(type='RetinaHead'), train_cfg=dict(assigner=dict(type='HungarianAssigner', match_costs=[])))":                                      "HungarianAssigner",
	} {
		_, err := written(t, "config.py", source, Options{})
		assert.ErrorContains(t, err, says, source)
	}
}

// An expression within a string stands where the string does.
func TestAnExpressionInAStringHasItsPlace(t *testing.T) {
	_, err := written(t, "config.py", "a = 1\nb = f'{a}{missing}'\n", Options{})
	assert.ErrorContains(t, err, ":2: missing is not defined")
	_, err = written(t, "config.yaml", "MODEL:\n  RPN:\n    LOSS_WEIGHT: !!python/object/apply:eval [\"missing\"]\n", Options{})
	assert.ErrorContains(t, err, ":3: missing is not defined")
}

// Bases: a list of them, _delete_, values of the base, and read_base.
func TestBasesAreJoinedAsMMEngineJoinsThem(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("base/model.py", "model = dict(bbox_head=dict(type='RetinaHead', loss_cls=dict(type='FocalLoss', alpha=0.4), loss_bbox=dict(type='SmoothL1Loss', beta=0.3)), train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.4)))\n")
	write("base/run.py", "limit = 0.55\n")
	write("old.py", "_base_ = ['base/model.py', './base/run.py']\nmodel = dict(bbox_head=dict(loss_cls=dict(gamma=1.0), loss_bbox=dict(_delete_=True, type='L1Loss')), train_cfg=dict(assigner=dict(pos_iou_thr={{_base_.limit}}, neg_iou_thr=_base_.limit)))\n")
	write("new.py", "with read_base():\n    from .base.model import *  # noqa\n    from .base.run import limit as high\nfrom mmdet.models import L1Loss\n\nmodel.update(dict(bbox_head=dict(loss_cls=dict(gamma=1.0)), train_cfg=dict(assigner=dict(pos_iou_thr=high, neg_iou_thr=high))))\nmodel.bbox_head.loss_bbox = dict(type=L1Loss)\n")
	for _, name := range []string{"old.py", "new.py"} {
		made, err := Import(filepath.Join(dir, name), Options{})
		require.NoError(t, err, name)
		lines := said(made.YAML)
		for _, fact := range []string{"alpha: 0.4", "gamma: 1", "box: l1", "pos_iou: 0.55", "neg_iou: 0.55"} {
			assert.True(t, lines[fact], "%s: %s in\n%s", name, fact, made.YAML)
		}
		assert.Empty(t, made.Unmapped(), name)
		assert.Contains(t, string(made.YAML), "model.py:1 alpha")
		assert.Contains(t, string(made.YAML), name+":")
	}
	write("twice.py", "_base_ = ['base/run.py', 'base/other.py']\n")
	write("base/other.py", "limit = 1\n")
	_, err := Import(filepath.Join(dir, "twice.py"), Options{})
	assert.ErrorContains(t, err, "limit is set by two bases")
	write("kind.py", "_base_ = 'base/run.py'\nlimit = dict(a=1)\n")
	_, err = Import(filepath.Join(dir, "kind.py"), Options{})
	assert.ErrorContains(t, err, "kind.py:2: limit is a dict here and a number in the base")
	write("package.py", "_base_ = 'mmdet::base/run.py'\n")
	_, err = Import(filepath.Join(dir, "package.py"), Options{})
	assert.ErrorContains(t, err, "--packages")
	write("mmdet/configs/base/run.py", "model = 3\n")
	_, err = Import(filepath.Join(dir, "package.py"), Options{Packages: []string{dir}})
	assert.ErrorContains(t, err, "there is no dict named model")
}

func TestDetectron2StartsFromItsDefaults(t *testing.T) {
	made, err := written(t, "x.yaml", "MODEL: {META_ARCHITECTURE: GeneralizedRCNN}\n", Options{})
	require.NoError(t, err)
	lines := said(made.YAML)
	for _, fact := range []string{"num: 256", "num: 512", "per_image: 256", "box: l1", "weights: [10, 10, 5, 5]", "per_class: true"} {
		assert.True(t, lines[fact], fact)
	}
	made, err = written(t, "x.yaml", "MODEL: {META_ARCHITECTURE: RetinaNet}\n", Options{})
	require.NoError(t, err)
	assert.True(t, said(made.YAML)["beta: 0.1"], "0.1 is the default, 0 that of the base file")
	made, err = written(t, "x.yaml", "MODEL: {ROI_HEADS: {NAME: CascadeROIHeads}, RPN: {IOU_THRESHOLDS: [0.1, 0.3, 0.7], IOU_LABELS: [-1, 0, -1, 1], BOUNDARY_THRESH: 0, LOSS_WEIGHT: 2.0, BBOX_REG_LOSS_WEIGHT: 0.5}}\n", Options{Stage: 3})
	require.NoError(t, err)
	lines = said(made.YAML)
	for _, fact := range []string{"neg_floor: 0.1", "straddle: masked", "cls_weight: 2", "box_weight: 1", "pos_iou: 0.7", "weights: [30, 30, 15, 15]", "sampler: all", "join_truth: false"} {
		assert.True(t, lines[fact], "%s in\n%s", fact, made.YAML)
	}
	_, err = written(t, "x.yaml", "MODEL: {RPN: {IOU_LABELS: [1, -1, 0]}}\n", Options{})
	assert.ErrorContains(t, err, "expected negatives (0) below positives (1)")
}

func TestTorchvisionsArgumentsBecomeItsPeers(t *testing.T) {
	for model, peer := range map[string]string{"fasterrcnn_resnet50_fpn": "torchvision", "RetinaNet": "torchvision-retinanet", "fcos_resnet50_fpn": "torchvision-fcos", "ssd300_vgg16": "torchvision-ssd"} {
		path := filepath.Join(t.TempDir(), "x.yaml")
		require.NoError(t, os.WriteFile(path, []byte("model: "+model+"\n"), 0o600))
		_, s := imported(t, path, Options{})
		samePeer(t, peer, s)
	}
	made, err := written(t, "x.yaml", "model: retinanet_resnet50_fpn_v2\narguments: {fg_iou_thresh: 0.6, unheard_of: 1}\n", Options{})
	require.NoError(t, err)
	assert.True(t, said(made.YAML)["pos_iou: 0.6"])
	assert.True(t, said(made.YAML)["box: giou"])
	require.Len(t, made.Unmapped(), 1)
	assert.Equal(t, "arguments.unheard_of", made.Unmapped()[0].Path)
}

func TestUltralyticsWeightsAreCarriedOver(t *testing.T) {
	made, err := written(t, "args.yaml", "task: detect\nmode: train\nmodel: yolo11n.pt\nbox: 5.0\ncls: 1.0\ndfl: 1.5\n", Options{})
	require.NoError(t, err)
	for _, fact := range []string{"box_weight: 5", "cls_weight: 1", "type: task_aligned", "topk: 10", "alpha: 0.5"} {
		assert.True(t, said(made.YAML)[fact], fact)
	}
	_, err = written(t, "args.yaml", "task: segment\nmode: train\n", Options{})
	assert.ErrorContains(t, err, "only detect has a strategy here")
}
