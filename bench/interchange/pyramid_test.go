package interchange

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/losses"
)

func pyramid(ratios []float32, offset float32, levels ...anchors.Level) *anchors.Pyramid {
	return &anchors.Pyramid{Levels: levels, Ratios: ratios, Offset: offset}
}

func level(stride int, sizes ...float32) anchors.Level {
	return anchors.Level{Stride: stride, Sizes: sizes}
}

var three = []float32{0.5, 1, 2}

// head is a configuration of mmdetection whose head has this generator.
func head(class, generator string) string {
	const training = "train_cfg=dict(assigner=dict(type='MaxIoUAssigner', pos_iou_thr=0.5, neg_iou_thr=0.4))"
	return "model = dict(bbox_head=dict(type='" + class + "', " + generator + "), " + training + ")\n"
}

// The sizes are those of mmdetection 3.3's AnchorGenerator, in its float32.
func TestAnchorsOfMMDetectionBecomeAPyramid(t *testing.T) {
	retina := pyramid(three, 0, level(8, 32, 40.317474, 50.796833), level(16, 64, 80.63495, 101.593666), level(32, 128, 161.2699, 203.18733),
		level(64, 256, 322.5398, 406.37466), level(128, 512, 645.0796, 812.7493))
	for generator, want := range map[string]*anchors.Pyramid{
		"anchor_generator=dict(type='AnchorGenerator', octave_base_scale=4, scales_per_octave=3, ratios=[0.5, 1.0, 2.0], strides=[8, 16, 32, 64, 128])": retina,
		"num_classes=3": retina, // the default
		"anchor_generator=dict(type='AnchorGenerator', scales=[2, 3.3], ratios=[0.7], strides=[(4, 4), (8, 8)], center_offset=0.5)":                pyramid([]float32{0.7}, 0.5, level(4, 8, 13.2), level(8, 16, 26.4)),
		"anchor_generator=dict(type='AnchorGenerator', scales=[1, 1.5], ratios=[1], base_sizes=[8, 18], strides=[4, 8], centers=[(1, 1), (2, 2)])": pyramid([]float32{1}, 0.25, level(4, 8, 12), level(8, 18, 27)),
		"prior_generator=dict(type='MlvlPointGenerator', offset=0, strides=[8, 16])":                                                               pyramid([]float32{1}, 0, level(8, 8), level(16, 16)),
	} {
		made, err := written(t, "config.py", head("RetinaHead", generator), Options{})
		require.NoError(t, err, generator)
		assert.Equal(t, want, made.Pyramid, generator)
		assert.Empty(t, made.Unmapped(), generator)
		c, err := config.Parse("made.yaml", made.YAML)
		require.NoError(t, err)
		assert.Equal(t, *want, c.Detector.Pyramid, "the file says what the fields do")
	}
	made, err := written(t, "config.py", head("RetinaHead", "anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[1.0],\n strides=[4, 8])"), Options{})
	require.NoError(t, err)
	assert.Contains(t, string(made.YAML), "# config.py:1 ratios")
	assert.Contains(t, string(made.YAML), "# config.py:2 strides and scales")
	assert.Contains(t, string(made.YAML), "# mmdetection's default of center_offset")
	assert.Contains(t, made.Fields, Field{Place: made.Fields[0].Place[:strings.LastIndexByte(made.Fields[0].Place, ':')] + ":2", Path: "model.bbox_head.anchor_generator.strides",
		Value: "[4, 8]", Status: Mapped, To: "detector.pyramid.levels"})
}

// Heads of points have strides alone.
func TestPointsAreSquaresOfTheirStride(t *testing.T) {
	for source, want := range map[string]*anchors.Pyramid{
		"type='FCOSHead', strides=[8, 16]": pyramid([]float32{1}, 0.5, level(8, 8), level(16, 16)),
		"type='FCOSHead'":                  pyramid([]float32{1}, 0.5, level(4, 4), level(8, 8), level(16, 16), level(32, 32), level(64, 64)),
		"type='YOLOXHead'":                 pyramid([]float32{1}, 0, level(8, 8), level(16, 16), level(32, 32)),
	} {
		made, err := written(t, "config.py", "model = dict(bbox_head=dict("+source+"))", Options{})
		require.NoError(t, err, source)
		assert.Equal(t, want, made.Pyramid, source)
	}
}

// What a pyramid cannot say is named with its place, and the strategy is made
// without it.
func TestAnchorsThatAPyramidCannotSayAreNamed(t *testing.T) {
	for generator, says := range map[string]string{
		"anchor_generator=dict(type='SSDAnchorGenerator', strides=[8], ratios=[[2]], min_sizes=[3], max_sizes=[9])":                    "anchor_generator.type = 'SSDAnchorGenerator': each level has ratios of its own",
		"anchor_generator=dict(type='LegacyAnchorGenerator', strides=[8], ratios=[1.0], scales=[8])":                                   "type = 'LegacyAnchorGenerator': boxes are one pixel wider",
		"anchor_generator=dict(type='YOLOAnchorGenerator', strides=[8], base_sizes=[[(9, 7)]])":                                        "type = 'YOLOAnchorGenerator': anchors have a width and a height each",
		"anchor_generator=dict(type='OwnGenerator', strides=[8])":                                                                      "anchors of OwnGenerator are not known",
		"anchor_generator=dict(strides=[8])":                                                                                           "strides = [8]: anchors without the name of their generator",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[1.0], strides=[8, 24])":                                     "strides = [8, 24]: the comparison's small detectors cannot have it: pyramid.levels[1].stride is 24: expected 16",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[1.0], strides=[(8, 16)])":                                   "strides = [(8, 16)]: a pyramid has the same stride across and down",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[1.0], strides=[8.5])":                                       "stride 8.5: a pyramid has whole ones",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[1.0], strides='x')":                                         "strides = 'x': expected a list of numbers",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], strides=[8], center_offset='x', ratios=[1])":                        "center_offset = 'x': expected a number",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], strides=[8], center_offset=2, ratios=[1])":                          "pyramid has offset 2",
		"anchor_generator=dict(type='AnchorGenerator', scales=[-8], ratios=[1.0], strides=[8])":                                        "pyramid level 0 has size -64",
		"anchor_generator=dict(type='AnchorGenerator', scales=[1e300], ratios=[1.0], strides=[8])":                                     "pyramid level 0 has size +Inf",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[0.0], strides=[8])":                                         "pyramid has ratio 0",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios='x', strides=[8])":                                           "ratios = 'x': expected a list of numbers",
		"anchor_generator=dict(type='AnchorGenerator', scales='x', ratios=[1.0], strides=[8])":                                         "scales = 'x': expected a list of numbers",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], octave_base_scale=4, scales_per_octave=1, ratios=[1], strides=[8])": "of which mmdetection takes one or the other",
		"anchor_generator=dict(type='AnchorGenerator', octave_base_scale=4, scales_per_octave=100000000, ratios=[1], strides=[8])":     "scales_per_octave = 100000000: expected a whole number from 1 to 1024",
		"anchor_generator=dict(type='AnchorGenerator', octave_base_scale='x', scales_per_octave=1, ratios=[1], strides=[8])":           "octave_base_scale = 'x': expected a number",
		"anchor_generator=dict(type='AnchorGenerator', scales=[1] * 1100, ratios=[1], strides=[8])":                                    "scales = [1, 1",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], base_sizes=[3], ratios=[1], strides=[8, 16])":                       "base_sizes = [3]: expected a number for each stride",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], base_sizes=[8, 8], center_offset=0.5, ratios=[1], strides=[8, 16])": "center_offset = 0.5: centres lie elsewhere",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], centers=[(1, 2)], ratios=[1], strides=[8])":                         "centers = [(1, 2)]: a pyramid's centres lie as far across as down",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], centers=[1], ratios=[1], strides=[8])":                              "centers = [1]: expected a pair of numbers",
		"anchor_generator=dict(type='AnchorGenerator', scales=[1] * 1000, ratios=[1], strides=[8] * 90000)":                            "90000 levels: at most 64 are read",
		"prior_generator=dict(type='MlvlPointGenerator', strides=[8] * 65)":                                                            "65 levels: at most 64 are read",
		"prior_generator=dict(type='MlvlPointGenerator', strides=[8, 12])":                                                             "strides = [8, 12]: the comparison's small detectors cannot have it",
		"prior_generator=dict(type='MlvlPointGenerator', strides=[8], offset='x')":                                                     "offset = 'x': expected a number",
	} {
		made, err := written(t, "config.py", head("RetinaHead", generator), Options{})
		require.NoError(t, err, generator)
		assert.Nil(t, made.Pyramid, generator)
		var lacking []string
		for _, f := range made.Unmapped() {
			assert.NotEmpty(t, f.Place)
			lacking = append(lacking, f.Path+" = "+f.Value+": "+f.Note)
		}
		assert.Contains(t, strings.Join(lacking, "\n"), says)
		_, err = strategy.Parse("made.yaml", made.YAML)
		assert.NoError(t, err, "the strategy alone")
	}
	for generator, says := range map[string]string{ // what is missing has no place
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], strides=[8])":                      "anchors: ratios: there are none",
		"anchor_generator=dict(type='AnchorGenerator', ratios=[1.0], strides=[8])":                    "anchors: scales: neither scales",
		"anchor_generator=dict(type='AnchorGenerator', octave_base_scale=4, ratios=[1], strides=[8])": "anchors: scales: neither scales",
		"anchor_generator=dict(type='AnchorGenerator', scales=[8], ratios=[1])":                       "anchors: strides: there are none",
	} {
		made, err := written(t, "config.py", head("RetinaHead", generator), Options{})
		require.NoError(t, err, generator)
		assert.Nil(t, made.Pyramid)
		assert.Contains(t, strings.Join(made.Notes, "\n"), says)
	}
	made, err := written(t, "config.py", "model = dict(bbox_head=dict(type='FCOSHead', strides=[8, 12]))", Options{})
	require.NoError(t, err)
	assert.Nil(t, made.Pyramid)
	assert.Contains(t, string(made.YAML), "model.bbox_head.strides = [8, 12] (config.py:1): the comparison's small")
}

func TestAnchorsOfDetectron2BecomeAPyramid(t *testing.T) {
	five := []float32{32, 64, 128, 256, 512}
	for source, want := range map[string]*anchors.Pyramid{
		"MODEL: {}": pyramid(three, 0, level(16, five...)),
		"MODEL: {META_ARCHITECTURE: RetinaNet, ANCHOR_GENERATOR: {SIZES: [[8], [16], [32], [64], [128]], ASPECT_RATIOS: [[1.0, 2.0]], OFFSET: 0.5}}": pyramid([]float32{1, 2}, 0.5,
			level(8, 8), level(16, 16), level(32, 32), level(64, 64), level(128, 128)),
		"MODEL: {RPN: {IN_FEATURES: [p2, p3]}, ANCHOR_GENERATOR: {SIZES: [[32.5, 40]], ASPECT_RATIOS: [[1.0], [1.0]]}}": pyramid([]float32{1}, 0, level(4, 32.5, 40), level(8, 32.5, 40)),
		"MODEL: {RPN: {IN_FEATURES: [res5]}, RESNETS: {RES5_DILATION: 2}, ANCHOR_GENERATOR: {SIZES: [32, 64]}}":         pyramid(three, 0, level(16, 32, 64)),
	} {
		made, err := written(t, "x.yaml", source, Options{From: "detectron2"})
		require.NoError(t, err, source)
		assert.Equal(t, want, made.Pyramid, source)
		assert.Empty(t, made.Unmapped(), source)
	}
	for source, says := range map[string]string{
		"{ANCHOR_GENERATOR: {NAME: RotatedAnchorGenerator}}":                                                 "ANCHOR_GENERATOR.NAME = 'RotatedAnchorGenerator': anchors are turned",
		"{ANCHOR_GENERATOR: {NAME: Own}}":                                                                    "its anchors are not known",
		"{RPN: {IN_FEATURES: [s0]}}":                                                                         "RPN.IN_FEATURES = ['s0']: the stride of 's0' is its backbone's",
		"{RPN: {IN_FEATURES: [3]}}":                                                                          "expected names of feature maps",
		"{RPN: {IN_FEATURES: [p2, p3]}, ANCHOR_GENERATOR: {ASPECT_RATIOS: [[1.0], [2.0]]}}":                  "ratios differ from level to level",
		"{RPN: {IN_FEATURES: [p2, p3, p4]}, ANCHOR_GENERATOR: {SIZES: [[1], [2]]}}":                          "SIZES = [[1], [2]]: 2 lists for 3 feature maps",
		"{RPN: {IN_FEATURES: [" + strings.Repeat("p2, ", 70) + "p2]}}":                                       "71 levels: at most 64 are read",
		"{ANCHOR_GENERATOR: {SIZES: x}}":                                                                     "SIZES = 'x': expected lists of numbers",
		"{ANCHOR_GENERATOR: {OFFSET: x}}":                                                                    "OFFSET = 'x': expected a number",
		"{RPN: {IN_FEATURES: [p2, p4]}, ANCHOR_GENERATOR: {SIZES: [[1], [2]]}}":                              "SIZES = [[1], [2]]: the comparison's small detectors cannot have it",
		"{META_ARCHITECTURE: RetinaNet, RETINANET: {IN_FEATURES: [p3, q4]}, ANCHOR_GENERATOR: {SIZES: [3]}}": "ANCHOR_GENERATOR.SIZES = [3]: nothing in detector.pyramid without the strides of MODEL.RETINANET.IN_FEATURES",
	} {
		made, err := written(t, "x.yaml", "MODEL: "+source, Options{From: "detectron2"})
		require.NoError(t, err, source)
		assert.Nil(t, made.Pyramid, source)
		var lacking []string
		for _, f := range made.Unmapped() {
			lacking = append(lacking, f.Path+" = "+f.Value+": "+f.Note)
		}
		assert.Contains(t, strings.Join(lacking, "\n"), says)
	}
	made, err := written(t, "x.yaml", "MODEL: {PROPOSAL_GENERATOR: {NAME: PrecomputedProposals}, ANCHOR_GENERATOR: {SIZES: [[8]]}}", Options{})
	require.NoError(t, err)
	assert.Nil(t, made.Pyramid)
}

func TestAnchorsOfTorchvisionBecomeAPyramid(t *testing.T) {
	for source, want := range map[string]*anchors.Pyramid{
		"model: fasterrcnn_resnet50_fpn": pyramid(three, 0, level(4, 32), level(8, 64), level(16, 128), level(32, 256), level(64, 512)),
		"model: retinanet_resnet50_fpn_v2": pyramid(three, 0, level(8, 32, 40, 50), level(16, 64, 80, 101), level(32, 128, 161, 203),
			level(64, 256, 322, 406), level(128, 512, 645, 812)),
		"model: fcos_resnet50_fpn\nanchor_generator: {sizes: [9, 17, 33, 65, 129], aspect_ratios: [1.0]}": pyramid([]float32{1}, 0, level(8, 9), level(16, 17), level(32, 33), level(64, 65), level(128, 129)),
		"model: fasterrcnn_resnet50_fpn\nrpn_anchor_generator: {type: AnchorGenerator, sizes: '((1,), (2,), (3,), (4,), (5, 6))', aspect_ratios: '((1.0,),) * 5'}": pyramid([]float32{1}, 0,
			level(4, 1), level(8, 2), level(16, 3), level(32, 4), level(64, 5, 6)),
	} {
		made, err := written(t, "x.yaml", source, Options{})
		require.NoError(t, err, source)
		assert.Equal(t, want, made.Pyramid, source)
		assert.Empty(t, made.Unmapped(), source)
	}
	for source, says := range map[string]string{
		"model: RetinaNet\nanchor_generator: {sizes: [[32]]}":                                                 "anchor_generator.sizes = [[32]]: its strides are those of the backbone, which RetinaNet is given",
		"model: ssd300_vgg16\nanchor_generator: {aspect_ratios: [[2]]}":                                       "default boxes of SSD",
		"model: retinanet_resnet50_fpn\nanchor_generator: [32]":                                               "expected the generator's own arguments",
		"model: retinanet_resnet50_fpn\nanchor_generator: {type: Own}":                                        "anchors of 'Own' are not known",
		"model: retinanet_resnet50_fpn\nanchor_generator: {sizes: [1, 2]}":                                    "sizes = [1, 2]: 2 levels, and the model has 5 feature maps",
		"model: retinanet_resnet50_fpn\nanchor_generator: {sizes: x}":                                         "sizes = 'x': expected a list of numbers for each feature map",
		"model: retinanet_resnet50_fpn\nanchor_generator: {aspect_ratios: x}":                                 "aspect_ratios = 'x': expected a list",
		"model: retinanet_resnet50_fpn\nanchor_generator: {aspect_ratios: [[1.0]]}":                           "1 levels, and the model has 5",
		"model: retinanet_resnet50_fpn\nanchor_generator: {aspect_ratios: [[1.0], [1.0], [1.0], [1.0], [2]]}": "ratios differ from level to level",
		"model: retinanet_resnet50_fpn\nrpn_anchor_generator: {sizes: [1]}":                                   "not known to detsample",
	} {
		made, err := written(t, "x.yaml", source, Options{})
		require.NoError(t, err, source)
		var lacking []string
		for _, f := range made.Unmapped() {
			lacking = append(lacking, f.Path+" = "+f.Value+": "+f.Note)
		}
		assert.Contains(t, strings.Join(lacking, "\n"), says)
	}
	made, err := written(t, "x.yaml", "model: fasterrcnn_mobilenet_v3_large_fpn", Options{})
	require.NoError(t, err)
	assert.Nil(t, made.Pyramid, "of its strides, 32, 32 and 64, the first two are alike")
	assert.Contains(t, strings.Join(made.Notes, "\n"), "expected 64 after 32")
}

// drawnPyramid draws one that small detectors can have.
func drawnPyramid(t *rapid.T, offset float32, shared bool) *anchors.Pyramid {
	size := rapid.Float32Range(0.5, 2000)
	p := &anchors.Pyramid{Offset: offset, Ratios: rapid.SliceOfN(rapid.Float32Range(0.1, 9), 1, 4).Draw(t, "ratios")}
	scales := rapid.SliceOfN(rapid.Float32Range(0.3, 30), 1, 4).Draw(t, "scales")
	for l := range rapid.IntRange(1, 5).Draw(t, "levels") {
		level := anchors.Level{Stride: 4 << l}
		for _, s := range scales {
			if !shared {
				s = size.Draw(t, "size") / float32(level.Stride)
			}
			level.Sizes = append(level.Sizes, float32(level.Stride)*s)
		}
		p.Levels = append(p.Levels, level)
	}
	return p
}

// Whatever anchors both sides know come back as they were.
func TestAnchorsComeBackExactly(t *testing.T) {
	dir := t.TempDir()
	peers := map[string]string{"mmdetection-retinanet": "mmdet", "mmdetection": "mmdet", "detectron2-retinanet": "detectron2", "detectron2": "detectron2"}
	rapid.Check(t, func(t *rapid.T) {
		peer := rapid.SampledFrom(slices.Sorted(maps.Keys(peers))).Draw(t, "peer")
		s, err := strategy.Peer(peer)
		require.NoError(t, err)
		offset := rapid.SampledFrom([]float32{0, 0.5, 0.25, 0.3, 1}).Draw(t, "offset")
		p := drawnPyramid(t, offset, peers[peer] == "mmdet")
		fragment, made := returned(t, dir, s, p, peers[peer])
		assert.Empty(t, fragment.Lacks)
		assert.Equal(t, p, made.Pyramid, "%s", fragment.Text)
	})
	rapid.Check(t, func(t *rapid.T) {
		function := rapid.SampledFrom([]string{"torchvision", "torchvision-retinanet"}).Draw(t, "peer")
		s, err := strategy.Peer(function)
		require.NoError(t, err)
		p := &anchors.Pyramid{Ratios: rapid.SliceOfN(rapid.Float32Range(0.1, 9), 1, 4).Draw(t, "ratios")}
		first := map[string]int{"torchvision": 4, "torchvision-retinanet": 8}[function]
		for l := range 5 {
			p.Levels = append(p.Levels, level(first<<l, rapid.SliceOfN(rapid.Float32Range(1, 900), 1, 3).Draw(t, "sizes")...))
		}
		fragment, made := returned(t, dir, s, p, "torchvision")
		assert.Equal(t, p, made.Pyramid, "%s", fragment.Text)
	})
}

// Sizes that are no base of each level times common scales are of the small
// detectors: base sizes of a level's own say most of them.
func TestThePyramidOfTheSmallDetectorsGoesToEveryLibraryThatHasItsStrides(t *testing.T) {
	own := config.Default().Detector.Pyramid
	for peer, to := range map[string]string{"mmdetection-retinanet": "mmdet", "detectron2": "detectron2"} {
		s, err := strategy.Peer(peer)
		require.NoError(t, err)
		fragment, made := returned(t, t.TempDir(), s, &own, to)
		assert.Empty(t, fragment.Lacks, to)
		assert.Equal(t, &own, made.Pyramid, "%s", fragment.Text)
	}
}

// Points have a form of their own in each of mmdetection's heads of points.
func TestPointsComeBackExactly(t *testing.T) {
	for _, c := range []struct {
		dense string
		p     *anchors.Pyramid
	}{
		{"dense: {assigner: {type: fcos, max_reach: 4, ignore_iof: 1}, box: iou}", pyramid([]float32{1}, 0.5, level(4, 4), level(8, 8), level(16, 16))},
		{"dense: {assigner: {type: simota, ignore_iof: 1}, cls: ce, box: iou}", pyramid([]float32{1}, 0, level(8, 8), level(16, 16))},
		{"dense: {assigner: {type: dynamic_soft, ignore_iof: 1}, cls: {type: quality_focal, beta: 2}, box: giou}", pyramid([]float32{1}, 0.25, level(8, 8))},
	} {
		s, err := strategy.Parse("x", []byte("name: x\n"+c.dense))
		require.NoError(t, err)
		fragment, made := returned(t, t.TempDir(), s, c.p, "mmdet")
		assert.Equal(t, c.p, made.Pyramid, "%s", fragment.Text)
		assert.Equal(t, s.Dense.Assigner, made.Strategy.Dense.Assigner, "reach is in strides: %s", fragment.Text)
	}
}

func TestAnchorsWithoutAnEquivalentAreNamed(t *testing.T) {
	for _, c := range []struct {
		peer, to string
		p        *anchors.Pyramid
		lacks    string
	}{
		{"mmdetection-retinanet", "mmdet", pyramid(three, 0, level(8, 30, 40), level(16, 50)), "detector.pyramid.levels: there sizes are a base of each level times scales that all levels share"},
		{"mmdetection-retinanet", "mmdet", pyramid(three, 0, level(8, 30, 40), level(16, 50, 80)), "detector.pyramid.levels: there sizes are a base"},
		{"torchvision-fcos", "mmdet", pyramid(three, 0.5, level(8, 8)), "detector.pyramid: there this head's candidates are points"},
		{"torchvision-fcos", "mmdet", pyramid([]float32{1}, 0, level(8, 8)), "detector.pyramid.offset: 0; there it is 0.5"},
		{"detectron2", "detectron2", pyramid(three, 0, level(12, 8)), "detector.pyramid.levels: stride 12; there feature maps have 4, 8"},
		{"detectron2", "detectron2", pyramid(three, 0, level(2, 8)), "detector.pyramid.levels: stride 2; there"},
		{"torchvision", "torchvision", pyramid(three, 0, level(8, 8)), "detector.pyramid.levels: strides [8]; there they are [4 8 16 32 64], the backbone's"},
		{"torchvision", "torchvision", pyramid(three, 0.5, level(8, 8)), "detector.pyramid.offset: 0.5; there it is 0"},
		{"torchvision-ssd", "torchvision", pyramid(three, 0, level(8, 8)), "detector.pyramid: there default boxes of SSD"},
		{"torchvision-fcos", "torchvision", pyramid(three, 0, level(8, 8), level(16, 8), level(32, 8), level(64, 8), level(128, 8)), "detector.pyramid: there FCOS has one anchor at each cell"},
		{"torchvision", "torchvision", pyramid(three, 0, level(4, 8), level(8, 8), level(16, 8), level(32, 8), level(64, 8)), "there half of an anchor's sides is rounded to whole pixels"},
	} {
		s, err := strategy.Peer(c.peer)
		require.NoError(t, err)
		fragment, err := Export(s, c.p, c.to)
		require.NoError(t, err)
		assert.Contains(t, strings.Join(fragment.Lacks, "\n"), c.lacks)
	}
	s, err := strategy.Peer("torchvision-retinanet")
	require.NoError(t, err)
	_, err = Export(s, &anchors.Pyramid{}, "torchvision")
	assert.ErrorContains(t, err, "pyramid has 0 levels")
	d := *s.Dense
	d.Box, s.Dense = losses.GIoU{}, &d
	fragment, err := Export(s, pyramid([]float32{1}, 0, level(8, 8), level(16, 8), level(32, 8), level(64, 8), level(128, 8)), "torchvision")
	require.NoError(t, err)
	assert.Contains(t, strings.Join(fragment.Lacks, "\n"), "retinanet_resnet50_fpn_v2 has anchors of its own, and takes no others")
}
