package anchors

import (
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
	for want, call := range map[string]func(){
		"anchors: NewMaxIoU: neg_iou 0.5 is above pos_iou 0.3: candidates between them would be both": func() { NewMaxIoU(.3, .5) },
		"anchors: NewMaxIoU: pos_iou is 2: expected between 0 and 1":                                  func() { NewMaxIoU(2, .5) },
		"anchors: NewCoder: weights[1] is 0: expected above 0":                                        func() { NewCoder(1, 0, 1, 1) },
		"anchors: Pyramid: level 1 has stride 0: expected at least 1": func() {
			Pyramid{Levels: []Level{{Stride: 4}, {}}}.Count(64, 64)
		},
	} {
		assert.PanicsWithValue(t, want, call)
	}
}
