package anchors

import (
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/internal/registry"
)

func TestNoAssignersZeroValueLabelsInSilence(t *testing.T) {
	for _, e := range registered.All() {
		assert.Error(t, registry.Check(reflect.Zero(reflect.TypeOf(e.New())).Interface()), e.Name)
	}
}

func TestForcedsZeroValueForcesNothing(t *testing.T) {
	m := MaxIoU{PosIoU: 0.5, NegIoU: 0.4}
	assert.NoError(t, registry.Check(m))
	var a Assignment
	m.Assign(&a, &Candidates{Box: []Box{{0, 0, 10, 10}, {50, 50, 60, 60}}}, &Truth{Box: []Box{{0, 0, 10, 22}}, Class: []int32{0}})
	assert.Equal(t, []int32{Ignored, Negative}, a.GT)
	m.Forced = ForcedTaken
	m.Assign(&a, &Candidates{Box: []Box{{0, 0, 10, 10}, {50, 50, 60, 60}}}, &Truth{Box: []Box{{0, 0, 10, 22}}, Class: []int32{0}})
	assert.Equal(t, []int32{0, Negative}, a.GT)
}

func TestWhatNoConfigurationMayHaveIsNamed(t *testing.T) {
	const all = " is 0: with any object in the image, every candidate would be positive; raise it, for instance to 0.5"
	for _, c := range []struct {
		want  string
		value any
	}{
		{"pos_iou" + all, MaxIoU{}},
		{"pos_iou" + all, MaxIoU{Similarity: Similarity{Measure: MeasureNWD, NWDScale: 5}}},
		{"iou" + all, SSDBipartite{}},
		{"forced is 9: expected one of none, keep, taken, lowest", MaxIoU{PosIoU: 0.5, Forced: 9}},
		{"ties is 2: expected one of all, first", MaxIoU{PosIoU: 0.5, Ties: 2}},
		{"order is 3: expected one of forced_last, positive_last, negative_last", MaxIoU{PosIoU: 0.5, Order: 3}},
		{"straddle is 3: expected one of kept, dropped, masked", MaxIoU{PosIoU: 0.5, Straddle: 3}},
		{"similarity is 5: expected one of iou, iof, giou, nwd, kl", MaxIoU{PosIoU: 0.5, Similarity: Similarity{Measure: 5}}},
		{"class_cost is 2: expected one of focal, probability", Hungarian{ClsWeight: 1, ClassCost: 2}},
		{"cls_weight, l1_weight and giou_weight are all 0: every matching would cost the same; NewHungarian has those of the field", Hungarian{}},
		{"weights[0] is 0: expected above 0", Coder{}},
		{"max_scale is 0: expected above 0", Coder{Weights: [4]float32{1, 1, 1, 1}}},
	} {
		assert.EqualError(t, registry.Check(c.value), c.want)
	}
	giou := MaxIoU{Similarity: Similarity{Measure: MeasureGIoU}}
	assert.NoError(t, registry.Check(giou), "0 is between boxes that meet and boxes that do not")
}

func TestCallsThatCannotBeMeantPanicByName(t *testing.T) {
	with := func(change func(*Pyramid)) Pyramid {
		p := Pyramid{Levels: []Level{{Stride: 4, Sizes: []float32{8}}}, Ratios: []float32{1}}
		change(&p)
		return p
	}
	one := with(func(*Pyramid) {})
	assert.NotPanics(t, func() { one.Append(nil, 0, 64) })
	assert.NotPanics(t, func() { with(func(p *Pyramid) { p.Offset = 1 }).Append(nil, 8, 8) })
	for want, call := range map[string]func(){
		"anchors: NewMaxIoU: neg_iou 0.5 is above pos_iou 0.3: candidates between them would be both": func() { NewMaxIoU(.3, .5) },
		"anchors: NewMaxIoU: pos_iou is 2: expected between 0 and 1":                                  func() { NewMaxIoU(2, .5) },
		"anchors: NewCoder: weights[1] is 0: expected above 0":                                        func() { NewCoder(1, 0, 1, 1) },
		"anchors: pyramid level 1 has stride 0 and 0 sizes: the stride must be positive and at least one size given": func() {
			Pyramid{Levels: []Level{{Stride: 4, Sizes: []float32{8}}, {}}, Ratios: []float32{1}}.Count(64, 64)
		},
		"anchors: a pyramid over an image of -1 x 64 pixels": func() {
			one.Grids(-1, 64)
		},
		"anchors: a pyramid over an image of 64 x -1 pixels": func() {
			one.Append(nil, 64, -1)
		},
		"anchors: pyramid level 0 has size -4: sizes must be positive and finite": func() {
			with(func(p *Pyramid) { p.Levels[0].Sizes[0] = -4 }).Append(nil, 64, 64)
		},
		"anchors: pyramid level 0 has size +Inf: sizes must be positive and finite": func() {
			with(func(p *Pyramid) { p.Levels[0].Sizes[0] = float32(math.Inf(1)) }).Append(nil, 64, 64)
		},
		"anchors: pyramid has ratio NaN: ratios must be positive and finite": func() {
			var f Field
			f.At(with(func(p *Pyramid) { p.Ratios[0] = float32(math.NaN()) }), 64, 64)
		},
		"anchors: pyramid has ratio +Inf: ratios must be positive and finite": func() {
			with(func(p *Pyramid) { p.Ratios[0] = float32(math.Inf(1)) }).Count(64, 64)
		},
		"anchors: pyramid has offset 1.5: expected 0, a cell's corner, to 1": func() {
			with(func(p *Pyramid) { p.Offset = 1.5 }).Count(64, 64)
		},
	} {
		assert.PanicsWithValue(t, want, call)
	}
}
