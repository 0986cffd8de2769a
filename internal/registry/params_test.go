package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParamsDescribeExportedFieldsInOrder(t *testing.T) {
	params := Params(random{256, 0.5})
	assert.Equal(t, []string{"num", "positive_fraction"}, keys(params))
	assert.Equal(t, 256, params[0].Default)
	assert.Equal(t, "[1,)", params[0].Range.String())
	assert.Equal(t, "candidates kept per image", params[0].Doc)
	assert.Equal(t, params, Params(&random{256, 0.5}), "a pointer is described by what it points to")
}

func TestParamsOfANilPointerHaveZeroDefaults(t *testing.T) {
	assert.Equal(t, Params(random{}), Params((*random)(nil)))
}

func TestParamsOfWhatIsNotAStructAreNone(t *testing.T) {
	assert.Nil(t, Params(3))
	assert.Nil(t, Params(nil))
}

type tagged struct {
	random           // embedded: its parameters are tagged's own
	Renamed   int    `param:"other"`
	Hidden    func() `param:"-"`
	Reduction string `oneof:"mean|sum"`
	Norm      string `range:"one of batch|positives"`
	private   int
}

func TestTagsRenameHideAndLimitFields(t *testing.T) {
	params := Params(tagged{private: 1})
	assert.Equal(t, []string{"num", "positive_fraction", "other", "reduction", "norm"}, keys(params))
	assert.Equal(t, []int{0, 1}, params[1].Index)
	assert.Equal(t, []string{"mean", "sum"}, params[3].OneOf)
	assert.Equal(t, []string{"batch", "positives"}, params[4].OneOf)
}

func TestMalformedTagsPanic(t *testing.T) {
	for message, v := range map[string]any{
		`field A of struct { A int "range:\"0,1\"" }: interval "0,1": expected the form [0,1], (0,1] or [1,)`: struct {
			A int `range:"0,1"`
		}{},
		`field A of struct { A int "range:\"[a,1]\"" }: interval "[a,1]": bound "a" is not a finite number`: struct {
			A int `range:"[a,1]"`
		}{},
		`field A of struct { A int "range:\"[2,1]\"" }: interval "[2,1]" is empty`: struct {
			A int `range:"[2,1]"`
		}{},
		`field A of struct { A int "range:\"[1]\"" }: interval "[1]": expected two bounds with a comma between`: struct {
			A int `range:"[1]"`
		}{},
		`field A of struct { A string "range:\"[1,2]\"" }: a range needs a number, not a string`: struct {
			A string `range:"[1,2]"`
		}{},
		`field A of struct { A string "oneof:\"\"" }: the list of choices is empty`: struct {
			A string `oneof:""`
		}{},
		`field A of struct { A func() }: configuration cannot hold a func(); hide it with param:"-"`: struct {
			A func()
		}{},
		`field A of struct { A int "param:\"A b\"" }: key "A b" is not lower_snake`: struct {
			A int `param:"A b"`
		}{},
		`two fields of struct { A int; B int "param:\"a\"" } have the key a`: struct {
			A int
			B int `param:"a"`
		}{},
	} {
		assert.PanicsWithValue(t, "registry: Params: "+message, func() { Params(v) })
	}
}

func TestSnakeCaseKeepsTheFieldsAbbreviationsWhole(t *testing.T) {
	for field, key := range map[string]string{
		"Num": "num", "PositiveFraction": "positive_fraction", "NMSIoU": "nms_iou", "MinPosIoU": "min_pos_iou",
		"IoU": "iou", "GIoUWeight": "giou_weight", "BoxIoF": "box_iof", "RoIs": "rois", "PerRoI": "per_roi",
		"SmoothL1Beta": "smooth_l1_beta", "TopK": "top_k", "LRs": "lrs", "GTBoxes": "gt_boxes", "HTTPServer": "http_server",
	} {
		assert.Equal(t, key, snakeCase(field), field)
	}
}

func keys(params []Param) (keys []string) {
	for _, p := range params {
		keys = append(keys, p.Key)
	}
	return keys
}
