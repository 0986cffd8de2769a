package losses

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/internal/registry"
)

// usefulAtZero are the registered losses and normalisers whose zero value is
// one, with what it is.
var usefulAtZero = map[string]string{
	"ce": "without class weights", "softmax_ce": "without class weights",
	"quality_focal": "without focusing", "gaussian_focal": "without focusing", "asymmetric": "without focusing or clip",
	"class_balanced": "without balance", "softmax_class_balanced": "without balance", "eqlv2": "all columns alike",
	"label_smoothing": "without smoothing", "average_precision": "a step for a ramp", "rank_sort": "a step for a ramp",
	"smooth_l1": "l1", "l1": "", "giou": "", "iou": "the logarithm", "diou": "", "ciou": "", "eiou": "",
	"sampled": "", "positives": "", "valid": "", "elements": "", "valid_bins": "", "caffe_full": "", "caffe_valid": "", "caffe_none": "",
}

func TestAZeroValueIsUsefulOrAnErrorByName(t *testing.T) {
	check := func(name string, v any) {
		err := registry.Check(reflect.Zero(reflect.TypeOf(v)).Interface())
		_, useful := usefulAtZero[name]
		assert.Equal(t, useful, err == nil, "%s: %v", name, err)
	}
	for _, e := range clsLosses.All() {
		check(e.Name, e.New())
	}
	for _, e := range boxLosses.All() {
		check(e.Name, e.New())
	}
	for _, e := range norms.All() {
		check(e.Name, e.New())
	}
}

func TestALossThatLeavesAKindOfRowsOutIsAnErrorByName(t *testing.T) {
	const rest = " would teach nothing; set it, or leave them to the sampler"
	for _, c := range []struct {
		want string
		loss any
	}{
		{"alpha is 0: positives" + rest, Focal{Gamma: 2}},
		{"alpha is 0: positives" + rest, AlphaCE{}},
		{"alpha is 0: positives" + rest, EqualizedFocal{Gamma: 2}},
		{"alpha is 0: objects" + rest, SoftmaxAlphaCE{}},
		{"alpha is 0: objects" + rest, SoftmaxFocal{BackgroundAlpha: 1}},
		{"background_alpha is 0: the background" + rest, SoftmaxFocal{Alpha: 0.25}},
		{"alpha is 0: negatives" + rest, Varifocal{Gamma: 2}},
		{"mode is 3: expected one of log, linear, square", IoU{Mode: 3}},
		{"beta is 0: expected above 0 and at most 1", Bootstrapped{}},
		{"epsilon is 1: expected at least 0 and below 1", LabelSmoothing{Epsilon: 1}},
		{"bias is 0: expected above 0 and at most 1", CARL{}},
	} {
		assert.EqualError(t, registry.Check(c.loss), c.want)
	}
	for _, l := range []any{
		Focal{Alpha: -1}, AlphaCE{Alpha: 1}, NewSoftmaxFocal(1, 2), SoftmaxFocal{ClassAlpha: []float64{1, 0}}, NewVarifocal(0.75, 2), NewCARL(),
	} {
		assert.NoError(t, registry.Check(l))
	}
}

func TestConstructorsRefuseWhatNoConfigurationMayHave(t *testing.T) {
	for want, call := range map[string]func(){
		"losses: NewBalancedL1: alpha is 0: expected above 0":                  func() { NewBalancedL1(0, 1) },
		"losses: NewVarifocal: gamma is -1: expected at least 0":               func() { NewVarifocal(0.75, -1) },
		"losses: NewSoftmaxFocal: background_alpha is -1: expected at least 0": func() { NewSoftmaxFocal(2, 2) },
	} {
		assert.PanicsWithValue(t, want, call)
	}
}

// Without a coder all deltas are 0, and a decoded box is NaN.
func TestABoxLossWithoutACoderIsNamed(t *testing.T) {
	box := anchors.Box{0, 0, 4, 4}
	b := BoxBatch{Deltas: make([]float32, 4), Columns: 4, Rows: []int32{0}, Anchor: []anchors.Box{box}, Truth: []anchors.Box{box}, Weight: []float32{1}}
	for _, l := range []Box{L1{}, GIoU{}} {
		assert.PanicsWithValue(t, "losses: EvalBox: no Coder: it turns candidates and deltas into boxes; anchors.NewCoder makes one", func() { EvalBox(l, nil, &b) })
	}
	assert.Zero(t, EvalBox(L1{}, nil, &BoxBatch{Columns: 4}), "there is nothing to turn")
}
