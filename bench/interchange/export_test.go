package interchange

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// lacks returns what of a peer, changed, has no equivalent in a library.
func lacks(t *testing.T, peer, to string, change func(s *strategy.Strategy)) []string {
	t.Helper()
	s, err := strategy.Peer(peer)
	require.NoError(t, err)
	change(&s)
	fragment, err := Export(s, nil, to)
	require.NoError(t, err)
	for _, l := range fragment.Lacks {
		assert.Contains(t, string(fragment.Text), "# No equivalent: "+l)
	}
	return fragment.Lacks
}

func TestAParameterThatALibraryHasBuiltInIsNamed(t *testing.T) {
	assert.Equal(t, []string{"dense.cls.alpha: 0.5; there it is 0.25"},
		lacks(t, "torchvision-retinanet", "torchvision", func(s *strategy.Strategy) { s.Dense.Cls = losses.Focal{Alpha: 0.5, Gamma: 2} }))
	assert.Equal(t, []string{"rpn.sampler: random.round_positives: true; there it is false"},
		lacks(t, "mmdetection", "mmdet", func(s *strategy.Strategy) {
			drawn := sampling.NewRandom(256, 0.5)
			drawn.RoundPositives = true
			s.RPN.Sampler = drawn
		}))
	assert.Equal(t, []string{"dense.norm: positives with empty_as_one false; there it is positives, an image without positives as one with a single one"},
		lacks(t, "mmdetection-retinanet", "mmdet", func(s *strategy.Strategy) { s.Dense.Norm = losses.ByPositives{} }))
	assert.Equal(t, []string{"dense.box_weight: 2; there it is 1"},
		lacks(t, "detectron2-retinanet", "detectron2", func(s *strategy.Strategy) { s.Dense.BoxWeight = 2 }))
	assert.Equal(t, []string{"roi.box: nwd"},
		lacks(t, "mmdetection", "mmdet", func(s *strategy.Strategy) { s.ROI.Box = losses.NWD{C: 12} }))
	assert.Equal(t, []string{"rpn.sampler.min_negative_iou: 0.1"},
		lacks(t, "detectron2", "detectron2", func(s *strategy.Strategy) {
			drawn := sampling.NewRandom(256, 0.5)
			drawn.MinNegativeIoU = 0.1
			s.RPN.Sampler = drawn
		}))
}

// Equal strategies have equal fragments: what is lacking stands in one order.
func TestWhatIsLackingStandsInOneOrder(t *testing.T) {
	for range 20 {
		assert.Equal(t, []string{"dense.assigner.forced: taken; there it is keep", "dense.assigner.min_pos_iou: 0.3; there it is 0", "dense.assigner.ties: first; there it is all"},
			lacks(t, "detectron2-retinanet", "detectron2", func(s *strategy.Strategy) {
				a := s.Dense.Assigner.(anchors.MaxIoU)
				a.Forced, a.MinPosIoU, a.Ties = anchors.ForcedTaken, 0.3, anchors.TiesFirst
				s.Dense.Assigner = a
			}))
		assert.Equal(t, []string{"dense.assigner.ignore_iof: 0.5; there it is 1", "dense.assigner.max_reach: 4; there it is 8", "dense.assigner.torchvision: false; there it is true"},
			lacks(t, "torchvision-fcos", "torchvision", func(s *strategy.Strategy) {
				a := s.Dense.Assigner.(anchors.FCOS)
				a.IgnoreIoF, a.MaxReach, a.Torchvision = 0.5, 4, false
				s.Dense.Assigner = a
			})[:3])
	}
}

func TestAStrategyOfWhichNothingCanBeSaidIsAnError(t *testing.T) {
	s, err := strategy.Peer("detectron2")
	require.NoError(t, err)
	_, err = Export(s, nil, "caffe")
	assert.ErrorContains(t, err, "expected one of mmdetection, mmdet, detectron2, torchvision")
	s.ROI = nil
	_, err = Export(s, nil, "mmdet")
	assert.ErrorContains(t, err, "needs dense (one-stage), or both rpn and roi")
}

func TestAStageOfACascadeHasItsWeight(t *testing.T) {
	const cfg = "dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=t, neg_iou_thr=t, match_low_quality=False), sampler=dict(type='RandomSampler', num=512, pos_fraction=0.25))"
	source := "model = dict(rpn_head=None, roi_head=dict(type='CascadeRoIHead', num_stages=2, stage_loss_weights=[1, 0.5], bbox_head=[\n" +
		"  dict(type='Shared2FCBBoxHead', loss_cls=dict(type='CrossEntropyLoss'), loss_bbox=dict(type='SmoothL1Loss', loss_weight=2.0)),\n" +
		"  dict(type='Shared2FCBBoxHead', bbox_coder=dict(type='DeltaXYWHBBoxCoder', target_stds=[0.05, 0.05, 0.1, 0.1]), loss_cls=dict(type='CrossEntropyLoss'), loss_bbox=dict(type='SmoothL1Loss', loss_weight=2.0))]),\n" +
		"  train_cfg=dict(rcnn=[" + cfg + " for t in [0.5, 0.6]]))\n"
	made, err := written(t, "cascade.py", source, Options{Stage: 2})
	require.NoError(t, err)
	for _, fact := range []string{"pos_iou: 0.6", "cls_weight: 0.5", "box_weight: 1", "weights: [20, 20, 10, 10]", "per_class: true"} {
		assert.True(t, said(made.YAML)[fact], "%s in\n%s", fact, made.YAML)
	}
	_, err = written(t, "cascade.py", source, Options{Stage: 3})
	assert.ErrorContains(t, err, "stage 3 of a second stage of 2")
}

func TestASmallBetaOfDetectron2IsL1(t *testing.T) {
	made, err := written(t, "x.yaml", "MODEL: {RPN: {SMOOTH_L1_BETA: 0.000001}, ROI_BOX_HEAD: {SMOOTH_L1_BETA: 0.5}}\n", Options{})
	require.NoError(t, err)
	assert.True(t, said(made.YAML)["box: l1"])
	assert.True(t, said(made.YAML)["beta: 0.5"])
}

// Mining is what torchvision's SSD alone has, as mmdetection's SSDHead: who is
// positive there is said beside it.
func TestMiningIsExportedToSSD(t *testing.T) {
	mined := func(assigner anchors.Assigner) (lacking []string, file string) {
		s := rpn.OneStage()
		s.Assigner, s.Sampler, s.Cls = assigner, sampling.HardNegative{Ratio: 3}, losses.CE{}
		found, err := Export(strategy.Strategy{Name: "mined", Dense: &strategy.Dense{Config: s}}, nil, "torchvision")
		require.NoError(t, err)
		return found.Lacks, string(found.Text)
	}
	lacking, text := mined(anchors.NewMaxIoU(0.6, 0.4))
	assert.Contains(t, text, "\nmodel: ssd300_vgg16\niou_thresh: 0.6\npositive_fraction: 0.25\n")
	assert.Contains(t, lacking, "dense.assigner: max_iou; there it is ssd_bipartite")
	assert.Contains(t, lacking, "dense.cls: ce; there it is softmax_ce")
	for _, l := range lacking {
		assert.NotContains(t, l, "dense.sampler")
	}
	_, text = mined(anchors.NewATSS())
	assert.Contains(t, text, "\nmodel: ssd300_vgg16\npositive_fraction: 0.25\n", "ATSS has no threshold")
}

// torchvision ranks negatives below ratio times the positives, in float32: a ratio that
// is no whole number keeps one more there, and a whole one as many, whatever rounding
// makes of its fraction.
func TestARatioThatTorchvisionRoundsUpIsSaid(t *testing.T) {
	s, err := strategy.Peer("torchvision-ssd")
	require.NoError(t, err)
	for _, ratio := range []float64{1, 2, 3, 5, 7, 11, 49, 100} {
		s.Dense.Sampler = sampling.HardNegative{Ratio: ratio}
		fragment, again := back(t, t.TempDir(), s, "torchvision")
		assert.Empty(t, fragment.Lacks, ratio)
		assert.Equal(t, s, again, ratio)
	}
	for _, ratio := range []float64{2.5, 4.5, 7. / 3, 0.5} {
		s.Dense.Sampler = sampling.HardNegative{Ratio: ratio}
		fragment, made := returned(t, t.TempDir(), s, nil, "torchvision")
		require.Len(t, fragment.Lacks, 1, ratio)
		assert.Regexp(t, "^dense.sampler.ratio: [0-9.]+; where ratio times the positives", fragment.Lacks[0])
		require.Len(t, made.Notes, 1, ratio)
		assert.Regexp(t, "^ratio [0-9.]+: where ratio times the positives", made.Notes[0])
	}
	made, err := written(t, "x.yaml", "model: ssd300_vgg16\npositive_fraction: 0.3\n", Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"ratio 2.3333333333333335: " + roundedUp}, made.Notes)
	assert.Contains(t, string(made.YAML), "# Not reproduced: ratio 2.3333333333333335: where")
}
