package dump

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
)

func TestTheLabelMapsAreNamesForOneState(t *testing.T) {
	own := trained(2, 200, 3, losses.Softmax)
	relabel := func(f func(int64) int64) Array {
		a := Array{Name: "labels", Shape: own[1].Shape}
		for _, l := range own[1].Int {
			a.Int = append(a.Int, f(l))
		}
		return a
	}
	first := Array{Name: "logits", Shape: own[0].Shape}
	for row := range slices.Chunk(own[0].Float, 4) {
		first.Float = append(append(first.Float, row[3]), row[:3]...)
	}
	mmdetection := with(own, Array{Name: "label_map", Text: "mmdetection"}, relabel(func(l int64) int64 {
		return map[int64]int64{-1: 3, -2: -1, 0: 0, 1: 1, 2: 2}[l]
	}))
	torchvision := with(own, Array{Name: "label_map", Text: "torchvision"}, first, relabel(func(l int64) int64 {
		return map[int64]int64{-1: 0, -2: -1, 0: 1, 1: 2, 2: 3}[l]
	}))
	plan := Plan{Losses: []Loss{{"ce", losses.SoftmaxCE{}}}}
	want := replayed(t, loaded(t, Options{}, own...), plan)
	assert.Equal(t, want, replayed(t, loaded(t, Options{}, mmdetection...), plan))
	assert.Equal(t, want, replayed(t, loaded(t, Options{}, torchvision...), plan))
	assert.Equal(t, want, replayed(t, loaded(t, Options{LabelMap: "detectron2"}, mmdetection...), plan))
	assert.Equal(t, want, replayed(t, loaded(t, Options{LabelMap: "torchvision_retinanet"}, own...), plan))

	_, err := tryLoad(t, Options{LabelMap: "detsample"}, mmdetection...)
	assert.ErrorContains(t, err, "is 3, and logits has 3 classes under label map detsample; set label_map, one of [detsample torchvision_retinanet mmdetection detectron2 torchvision]")
	_, err = tryLoad(t, Options{}, with(torchvision, Array{Name: "background", Text: "last"})...)
	assert.NoError(t, err)
}

func TestScoresAreTheLogitsTheyCameFrom(t *testing.T) {
	for _, link := range []losses.Link{losses.Sigmoid, losses.Softmax} {
		own := trained(2, 200, 2, link)
		columns := link.Columns(2)
		scores := Array{Name: "scores", Shape: own[0].Shape}
		for row := range slices.Chunk(own[0].Float, columns) {
			p, rest := make([]float32, 2), 1.0
			link.Scores(p, row)
			scores.Float = append(scores.Float, p...)
			for _, v := range p {
				rest -= float64(v)
			}
			if link == losses.Softmax {
				scores.Float = append(scores.Float, float32(max(0, rest)))
			}
		}
		plan := Plan{Losses: []Loss{{"ce", crossEntropy(link)}}}
		want := replayed(t, loaded(t, Options{}, own...), plan)
		got := replayed(t, loaded(t, Options{}, with(own, Array{Name: "logits"}, scores)...), plan)
		assert.InEpsilon(t, want.Losses[0].Loss.Sum, got.Losses[0].Loss.Sum, 1e-3)
		assert.Contains(t, got.Notes[0], "scores were turned into "+link.String()+" logits; ")
	}
	d := loaded(t, Options{}, Array{Name: "scores", Shape: []int{2, 1}, Float: []float32{0, 1}}, Array{Name: "labels", Shape: []int{2}, Int: []int64{-1, 0}})
	var m Image
	require.NoError(t, d.Read(&m, 0))
	assert.InDelta(t, math.Log(1e-7), m.Logits[0], 1e-4)
	assert.InDelta(t, -math.Log(1e-7), m.Logits[1], 1e-4)
	assert.Equal(t, []string{"scores were turned into sigmoid logits; 2 of 2 were within 1e-07 of 0 or 1 and clamped"}, d.Notes)
}

func TestLogitsThatMayBeProbabilitiesAreNoted(t *testing.T) {
	notes := func(values ...float32) []string {
		return loaded(t, Options{}, Array{Name: "logits", Shape: []int{2, 1}, Float: values}, Array{Name: "labels", Shape: []int{2}, Int: []int64{-1, 0}}).Notes
	}
	assert.Equal(t, []string{"all logits lie between 0.02 and 0.9, as probabilities do: if they are, write them as scores"}, notes(0.02, 0.9))
	assert.Empty(t, notes(-0.02, 0.9))
	assert.Empty(t, notes(0.02, 1.1))
	assert.Empty(t, notes(0, 0), "a head that was not trained")
}

func TestLabelsFindTheirGroundTruth(t *testing.T) {
	d := loaded(t, Options{},
		Array{Name: "logits", Shape: []int{4, 2}, Float: make([]float32, 8)},
		Array{Name: "boxes", Shape: []int{4, 4}, Float: []float32{0, 0, 10, 10, 0, 0, 10, 8, 50, 50, 60, 60, 0, 0, 9, 9}},
		Array{Name: "labels", Shape: []int{1, 4}, Int: []int64{1, 0, -1, -2}},
		Array{Name: "gt_boxes", Shape: []int{3, 4}, Float: []float32{40, 40, 50, 50, 0, 0, 10, 10, 0, 0, 10, 8}},
		Array{Name: "gt_classes", Shape: []int{3}, Int: []int64{1, 1, 0}},
	)
	var m Image
	require.NoError(t, d.Read(&m, 0))
	assert.Equal(t, []int32{1, 2, anchors.Negative, anchors.Ignored}, m.GT)
	assert.Equal(t, []int32{1, 0, anchors.Negative, anchors.Ignored}, m.Class)
	assert.Equal(t, []float32{1, 1, 0, 0.81}, m.IoU)
}

func TestACandidateInAnIgnoredRegionIsNoNegative(t *testing.T) {
	d := loaded(t, Options{},
		Array{Name: "logits", Shape: []int{3, 1}, Float: make([]float32, 3)},
		Array{Name: "boxes", Shape: []int{3, 4}, Float: []float32{0, 0, 10, 10, 50, 50, 60, 60, 80, 80, 90, 90}},
		Array{Name: "gt_boxes", Shape: []int{2, 4}, Float: []float32{0, 0, 10, 10, 45, 45, 65, 65}},
		Array{Name: "gt_ignore", Shape: []int{2}, Int: []int64{0, 1}},
	)
	var m Image
	require.NoError(t, d.Read(&m, 0))
	assert.Equal(t, []int32{0, anchors.Ignored, anchors.Negative}, m.Class)
}

func TestALabelWeightOfZeroIgnores(t *testing.T) {
	arrays := trained(1, 40, 1, losses.Sigmoid)
	weights := Array{Name: "label_weights", Shape: []int{1, 40}, Float: make([]float32, 40)}
	weights.Float[3] = 1
	arrays[1].Int[3] = -1
	r := replayed(t, loaded(t, Options{}, with(arrays, weights)...), Plan{})
	assert.Equal(t, 1, r.Candidates)
	assert.Equal(t, 39, r.Ignored)
}

func TestAnAnchorSpecificationIsItsPyramid(t *testing.T) {
	p := anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{10, 14}}, {Stride: 16, Sizes: []float32{20, 28}}}, Ratios: []float32{1, 2}, Offset: 0}
	n := p.Count(40, 24)
	arrays := []Array{
		{Name: "logits", Shape: []int{n, 1}, Float: make([]float32, n)},
		{Name: "labels", Shape: []int{n}, Int: slices.Repeat([]int64{-1}, n)},
		{Name: "anchor_strides", Shape: []int{2}, Int: []int64{8, 16}},
		{Name: "anchor_sizes", Shape: []int{2, 2}, Float: []float32{10, 14, 20, 28}},
		{Name: "anchor_ratios", Shape: []int{2}, Float: []float32{1, 2}},
		{Name: "anchor_offset", Shape: []int{}, Float: []float32{0}},
		{Name: "image_size", Shape: []int{2}, Int: []int64{40, 24}},
	}
	var m Image
	require.NoError(t, loaded(t, Options{}, arrays...).Read(&m, 0))
	assert.Equal(t, p.Append(nil, 40, 24), m.Boxes)

	arrays[6].Int = []int64{48, 24}
	_, err := tryLoad(t, Options{}, arrays...)
	assert.ErrorContains(t, err, "has 84 anchors and the specification has 96 over 48x24 pixels; write boxes")
}

func TestAMistakeIsAnErrorThatNamesTensorPlaceAndRemedy(t *testing.T) {
	float := func(name string, v float32, shape ...int) Array {
		a := Array{Name: name, Shape: shape, Float: make([]float32, product(shape))}
		for i := range a.Float {
			a.Float[i] = v
		}
		return a
	}
	integer := func(name string, v int64, shape ...int) Array {
		a := Array{Name: name, Shape: shape, Int: make([]int64, product(shape))}
		for i := range a.Int {
			a.Int[i] = v
		}
		return a
	}
	own := trained(2, 20, 2, losses.Sigmoid)
	nan := float("logits", 0, 2, 20, 2)
	nan.Float[2*20+6*2+1] = float32(math.NaN())
	gone := Array{Name: "labels"}
	for want, arrays := range map[string][]Array{
		"neither logits nor scores is there, but \"boxes\", \"labels\", \"link\"":                     with(own, Array{Name: "logits"}),
		`tensor "labels": byte 128: has shape [2 19] and logits has [2 20 2]; write labels as [2 20]`: with(own, integer("labels", 0, 2, 19)),
		"has shape [20] and logits has [2 20 2]":                                                      with(own, integer("labels", 0, 20)),
		"has shape [21 4] and logits has [2 20 2]; write boxes as [20 4] or [2 20 4]":                 with(own, float("boxes", 0, 21, 4)),
		"element [1 6 1] is NaN; dump a step before the training diverged":                            with(own, nan),
		"has shape [40]; write (images, anchors, columns)":                                            with(own, float("logits", 0, 40)),
		"box [0] is [4 4 2 4], its second corner":                                                     with(own, Array{Name: "boxes", Shape: []int{20, 4}, Float: append([]float32{4, 4, 2, 4}, make([]float32, 76)...)}),
		"label [0 0] is 2, and logits has 2 classes":                                                  with(own, integer("labels", 2, 2, 20)),
		"label [0 0] is -3":                                with(own, integer("labels", -3, 2, 20)),
		"element [0 0] is 0.5, a whole number":             with(own, float("labels", 0.5, 2, 20)),
		"neither labels nor gt_boxes is there":             with(own, gone),
		"gt_boxes is there and gt_classes is not":          with(own, gone, float("gt_boxes", 1, 1, 4)),
		"has shape [2] and gt_boxes has [1 4]":             with(own, gone, float("gt_boxes", 1, 1, 4), integer("gt_classes", 0, 2)),
		"object 0 is in image 2 of 2":                      with(own, gone, float("gt_boxes", 1, 1, 4), integer("gt_classes", 0, 1), integer("gt_image", 2, 1)),
		"object 0 has class 2, and logits has 2":           with(own, gone, float("gt_boxes", 1, 1, 4), integer("gt_classes", 2, 1), integer("gt_image", 0, 1)),
		"without area; leave it out":                       with(own, gone, float("gt_boxes", 1, 1, 4), integer("gt_classes", 0, 1), integer("gt_image", 0, 1)),
		"the candidates' boxes are not":                    with(own, gone, Array{Name: "boxes"}, Array{Name: "gt_boxes", Shape: []int{1, 4}, Float: []float32{0, 0, 1, 1}}, integer("gt_classes", 0, 1), integer("gt_image", 0, 1)),
		"write deltas as [2 20 4]":                         with(own, float("deltas", 0, 2, 20, 8)),
		"element [0 0 0] is +Inf":                          with(own, float("deltas", float32(math.Inf(1)), 2, 20, 4)),
		"has shape [2]; write coder, (4), what dx, dy":     with(own, float("deltas", 0, 2, 20, 4), float("coder", 1, 2)),
		"element 0 is 0; write coder, (4), what":           with(own, float("deltas", 0, 2, 20, 4), float("coder", 0, 4)),
		"element 0 is NaN; write coder":                    with(own, float("deltas", 0, 2, 20, 4), float("coder", float32(math.NaN()), 4)),
		"element 0 is +Inf; write coder":                   with(own, float("deltas", 0, 2, 20, 4), float("coder", float32(math.Inf(1)), 4)),
		"write image_ids as [2]":                           with(own, integer("image_ids", 0, 3)),
		`link is "logistic"; give one of sigmoid, softmax`: with(own, Array{Name: "link", Text: "logistic"}),
		"element [0 0 0] is 1.5, no probability":           with(own, Array{Name: "logits"}, float("scores", 1.5, 2, 20, 2)),
		"set link to softmax":                              with(own, Array{Name: "logits"}, float("scores", 0.5, 2, 20, 2)),
		"do not sum to 1":                                  with(own, Array{Name: "logits"}, float("scores", 0.1, 2, 20, 3), Array{Name: "link", Text: "softmax"}),
		"with 0 classes under softmax":                     with(own, float("logits", 0, 2, 20, 1), Array{Name: "link", Text: "softmax"}),
		"of which image 0 has no ground truth":             with(own, integer("labels", 1, 2, 20), Array{Name: "gt_boxes", Shape: []int{1, 4}, Float: []float32{0, 0, 1, 1}}, integer("gt_classes", 0, 1), integer("gt_image", 0, 1)),
		"write anchor_sizes, anchor_ratios and image":      with(own, Array{Name: "boxes"}, integer("anchor_strides", 8, 1)),
	} {
		_, err := tryLoad(t, Options{}, arrays...)
		var p *Problem
		if assert.ErrorAs(t, err, &p, want) {
			assert.ErrorContains(t, err, want)
			assert.NotEmpty(t, p.Remedy)
		}
	}
	d := loaded(t, Options{}, append(own, Array{Name: "lables", Shape: []int{1}, Int: []int64{0}})...)
	assert.Equal(t, []string{`tensor "lables" is none of a dump's and was not read`}, d.Notes)
}

func TestAnAssignerGetsWhatItNeedsOrIsRefused(t *testing.T) {
	arrays := with(trained(1, 20, 1, losses.Sigmoid), Array{Name: "labels"}, Array{Name: "gt_boxes", Shape: []int{1, 4}, Float: []float32{20, 20, 60, 60}})
	for _, e := range registry.Of[anchors.Assigner]().All() {
		a := e.New()
		_, err := tryLoad(t, Options{Assigner: func(int, losses.Link) (anchors.Assigner, anchors.Coder) { return a, anchors.NewCoder(1, 1, 1, 1) }}, arrays...)
		assert.Equal(t, a.Needs() != 0, err != nil, "%s: %v", e.Name, err)
	}
}
