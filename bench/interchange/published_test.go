package interchange

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// published says of configurations that others have published what they must
// become, by facts. fetch.sh brings them; none is copied here.
var published = []struct {
	file    string
	facts   []string // lines of the strategy without their comments, in any order
	lacks   []string // of what is named as unmapped
	refused string   // what the refusal says
}{
	{file: "retinanet/retinanet_r50_fpn_1x_coco.py", facts: []string{"type: max_iou", "pos_iou: 0.5", "neg_iou: 0.4", "sampler: all", "type: focal", "alpha: 0.25", "box: l1", "type: positives", "empty_as_one: true", "- {stride: 8, sizes: [32, 40.317474, 50.796833]}", "- {stride: 128, sizes: [512, 645.0796, 812.7493]}", "ratios: [0.5, 1, 2]", "offset: 0"}},
	{file: "faster_rcnn/faster-rcnn_r50_fpn_1x_coco.py", facts: []string{"pos_iou: 0.7", "num: 256", "num: 512", "positive_fraction: 0.25", "cls: softmax_ce", "join_truth: true", "per_class: true", "weights: [10, 10, 5, 5]", "- {stride: 4, sizes: [32]}", "- {stride: 64, sizes: [512]}"}},
	{file: "faster_rcnn/faster-rcnn_r50_fpn_ohem_1x_coco.py", facts: []string{"type: ohem_balanced", "num: 512"}},
	{file: "faster_rcnn/faster-rcnn_r50_fpn_giou_1x_coco.py", facts: []string{"box: giou", "box_weight: 10"}},
	{file: "ssd/ssd300_coco.py", facts: []string{"type: hard_negative", "ratio: 3", "ties: first", "cls: softmax_ce", "beta: 1", "weights: [10, 10, 5, 5]"}, lacks: []string{"anchor_generator.type = 'SSDAnchorGenerator'"}},
	{file: "libra_rcnn/libra-faster-rcnn_r50_fpn_1x_coco.py", facts: []string{"type: combined", "type: instance_balanced", "type: iou_balanced", "floor_iou: 0", "semantics: as_coded", "type: balanced_l1", "negatives_per_positive: 5"}},
	{file: "libra_rcnn/libra-retinanet_r50_fpn_1x_coco.py", facts: []string{"type: balanced_l1", "beta: 0.11"}},
	{file: "pisa/faster-rcnn_r50_fpn_pisa_1x_coco.py", facts: []string{"type: isr_p", "type: score_hlr", "min_score: 0.05", "per_batch: true", "carl:", "k: 1", "bias: 0.2"}},
	{file: "pisa/retinanet-r50_fpn_pisa_1x_coco.py", facts: []string{"type: isr_p", "sampler: all", "beta: 0.11", "carl:"}},
	{file: "ghm/retinanet_r50_fpn_ghm-1x_coco.py", facts: []string{"type: ghm_c", "bins: 30", "momentum: 0.75", "type: ghm_r", "mu: 0.02", "momentum: 0.7", "box_weight: 10", "norm: valid_bins"}},
	{file: "atss/atss_r50_fpn_1x_coco.py", facts: []string{"type: atss", "topk: 9", "box: giou", "box_weight: 2"}, lacks: []string{"loss_centerness"}},
	{file: "fcos/fcos_r50-caffe_fpn_gn-head_1x_coco.py", facts: []string{"type: fcos", "center_radius: 0", "max_reach: 8", "mode: log", "- {stride: 8, sizes: [8]}", "offset: 0.5"}, lacks: []string{"loss_centerness"}},
	{file: "fcos/fcos_r50-caffe_fpn_gn-head-center-normbbox-centeronreg-giou_1x_coco.py", facts: []string{"type: fcos", "center_radius: 1.5", "box: giou"}},
	{file: "gfl/gfl_r50_fpn_1x_coco.py", facts: []string{"type: atss", "type: quality_focal", "beta: 2", "box: giou", "box_weight: 2"}, lacks: []string{"loss_dfl", "reg_max"}},
	{file: "vfnet/vfnet_r50_fpn_1x_coco.py", facts: []string{"type: atss", "type: varifocal", "alpha: 0.75", "weighted: true", "box_weight: 2"}, lacks: []string{"bbox_head.loss_bbox"}},
	{file: "yolox/yolox_s_8xb8-300e_coco.py", facts: []string{"type: simota", "center_radius: 2.5", "mode: square", "box_weight: 5", "cls: ce", "- {stride: 32, sizes: [32]}", "offset: 0"}, lacks: []string{"loss_obj", "loss_l1"}},
	{file: "tood/tood_r50_fpn_1x_coco.py", facts: []string{"type: task_aligned", "topk: 13", "alpha: 1", "beta: 6", "type: quality_focal"}, lacks: []string{"initial_epoch", "initial_assigner"}},
	{file: "rtmdet/rtmdet_s_8xb32-300e_coco.py", facts: []string{"type: dynamic_soft", "topk: 13", "type: quality_focal", "box_weight: 2", "- {stride: 8, sizes: [8]}", "offset: 0"}},
	{file: "yolof/yolof_r50-c5_8xb8-1x_coco.py", facts: []string{"type: uniform", "pos_ignore_iou: 0.15", "neg_ignore_iou: 0.7", "box: giou", "- {stride: 32, sizes: [32, 64, 128, 256, 512]}", "ratios: [1]"}},
	{file: "fsaf/fsaf_r50_fpn_1x_coco.py", facts: []string{"type: center_region", "pos_scale: 0.2", "neg_scale: 0.2", "type: iou"}, lacks: []string{"TBLRBBoxCoder"}},
	{file: "cascade_rcnn/cascade-rcnn_r50_fpn_1x_coco.py", facts: []string{"pos_iou: 0.5", "type: smooth_l1", "per_class: false"}, lacks: []string{"num_stages"}},
	{file: "dynamic_rcnn/dynamic-rcnn_r50_fpn_1x_coco.py", facts: []string{"type: smooth_l1"}, lacks: []string{"dynamic_rcnn.iou_topk"}},
	{file: "seesaw_loss/cascade-mask-rcnn_r101_fpn_seesaw-loss-normed-mask_random-ms-2x_lvis-v1.py", facts: []string{"type: seesaw", "p: 0.8", "q: 2"}},
	{file: "autoassign/autoassign_r50-caffe_fpn_1x_coco.py", refused: "AutoAssignHead has no strategy here: who is positive is learned"},
	{file: "detr/detr_r50_8xb2-150e_coco.py", refused: "DETRHead has no strategy here: queries"},
	{file: "dino/dino-4scale_r50_8xb2-12e_coco.py", refused: "DINOHead has no strategy here: queries"},
	{file: "paa/paa_r50_fpn_1x_coco.py", refused: "PAAHead has no strategy here"},
	{file: "free_anchor/freeanchor_r50_fpn_1x_coco.py", refused: "FreeAnchorRetinaHead has no strategy here"},
	{file: "sparse_rcnn/sparse-rcnn_r50_fpn_1x_coco.py", refused: "SparseRoIHead has no strategy here"},
	{file: "yolo/yolov3_d53_8xb8-ms-608-273e_coco.py", refused: "YOLOV3Head has no strategy here"},

	{file: "COCO-Detection/retinanet_R_50_FPN_1x.yaml", facts: []string{"pos_iou: 0.5", "forced: keep", "alpha: 0.25", "box: l1", "type: moving_average", "- {stride: 8, sizes: [32, 40.317474, 50.796833]}", "offset: 0"}},
	{file: "COCO-Detection/faster_rcnn_R_50_FPN_1x.yaml", facts: []string{"num: 256", "type: fixed", "per_image: 256", "num: 512", "norm: sampled", "weights: [10, 10, 5, 5]"}},
	{file: "COCO-Detection/faster_rcnn_R_50_C4_1x.yaml", facts: []string{"num: 512", "per_class: true", "- {stride: 16, sizes: [32, 64, 128, 256, 512]}"}},
	{file: "COCO-Detection/fast_rcnn_R_50_FPN_1x.yaml", facts: []string{"num: 512"}, lacks: []string{"PROPOSAL_GENERATOR.NAME"}},
	{file: "COCO-Detection/rpn_R_50_FPN_1x.yaml", facts: []string{"num: 256", "cls: ce"}},
	{file: "COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_1x_giou.yaml", facts: []string{"box: giou", "box_weight: 2", "box_weight: 10"}},
	{file: "Misc/cascade_mask_rcnn_R_50_FPN_1x.yaml", facts: []string{"per_class: false"}, lacks: []string{"ROI_HEADS.NAME"}},
	{file: "Misc/mask_rcnn_R_50_FPN_1x_cls_agnostic.yaml", facts: []string{"per_class: false"}},
	{file: "PascalVOC-Detection/faster_rcnn_R_50_FPN.yaml", facts: []string{"num: 512"}},
	{file: "LVISv1-InstanceSegmentation/mask_rcnn_R_50_FPN_1x.yaml", facts: []string{"cls: softmax_ce"}},
	{file: "Misc/semantic_R_50_FPN_1x.yaml", refused: "SemanticSegmentor has no strategy here"},
}

// TestPublishedConfigurationsBecomeWhatTheySay reads the configurations in the
// folders that DETSAMPLE_MMDETECTION and DETSAMPLE_DETECTRON2 name: each that of
// configs in a checkout.
func TestPublishedConfigurationsBecomeWhatTheySay(t *testing.T) {
	folders := map[string]string{".py": os.Getenv("DETSAMPLE_MMDETECTION"), ".yaml": os.Getenv("DETSAMPLE_DETECTRON2")}
	if folders[".py"] == "" && folders[".yaml"] == "" {
		t.Skip("DETSAMPLE_MMDETECTION and DETSAMPLE_DETECTRON2 name no folder of published configurations: fetch.sh brings them")
	}
	for _, p := range published {
		folder := folders[filepath.Ext(p.file)]
		if folder == "" {
			continue
		}
		t.Run(p.file, func(t *testing.T) {
			made, err := Import(filepath.Join(folder, p.file), Options{})
			if p.refused != "" {
				require.ErrorContains(t, err, p.refused)
				return
			}
			require.NoError(t, err)
			require.NoError(t, made.Strategy.Validate())
			lines := map[string]bool{}
			for line := range strings.Lines(string(made.YAML)) {
				said, _, _ := strings.Cut(line, "  #")
				lines[strings.TrimSpace(said)] = true
			}
			for _, fact := range p.facts {
				assert.True(t, lines[fact] || lines["type: "+strings.TrimPrefix(fact, "box: ")] && strings.HasPrefix(fact, "box: "), "%s in\n%s", fact, made.YAML)
			}
			var lacking []string
			for _, f := range made.Unmapped() {
				lacking = append(lacking, f.Path+" = "+f.Value)
				assert.NotEqual(t, "not known to detsample", f.Note, f.Path)
			}
			for _, l := range p.lacks {
				assert.Contains(t, strings.Join(lacking, "\n"), l)
			}
		})
	}
}
