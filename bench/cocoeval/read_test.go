package cocoeval

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadsGroundTruth(t *testing.T) {
	gts, err := ReadGroundTruth(strings.NewReader(`{"images": [{"id": 3}], "annotations": [
		{"id": 1, "image_id": 3, "category_id": 7, "bbox": [1, 2.5, 10, 20], "area": 150, "iscrowd": 1, "segmentation": {"counts": "x"}},
		{"image_id": 4, "category_id": 8, "bbox": [0, 0, 2, 3], "ignore": 1}]}`))
	require.NoError(t, err)
	assert.Equal(t, []GroundTruth{
		{Image: 3, Class: 7, Box: [4]float64{1, 2.5, 10, 20}, Area: 150, Crowd: true},
		{Image: 4, Class: 8, Box: [4]float64{0, 0, 2, 3}, Area: 6},
	}, gts)
}

func TestReadsDetections(t *testing.T) {
	dts, err := ReadDetections(strings.NewReader(`[{"image_id": 3, "category_id": 7, "bbox": [1, 2, 3, 4], "score": 0.25}]`))
	require.NoError(t, err)
	assert.Equal(t, []Detection{{3, 7, [4]float64{1, 2, 3, 4}, 0.25}}, dts)
	dts, err = ReadDetections(strings.NewReader("[]\n"))
	require.NoError(t, err)
	assert.Empty(t, dts)
}

func TestBadGroundTruthIsRefusedWithPlaceAndRemedy(t *testing.T) {
	for text, want := range map[string]string{
		``:                      "the file is empty",
		`{"annotations": [`:     "line 1, byte 17: the file ends before its JSON does: is it truncated?",
		`{"images": []}`:        `no array "annotations"; expected a COCO instances file`,
		`[]`:                    "expected a COCO instances file",
		`{"annotations": []} x`: "byte 20: 'x' follows the end of the JSON",
		`{"annotations": [{"id": 5, "category_id": 1, "bbox": [1,1,1,1]}]}`:               `annotations[0] (id 5): no "image_id"`,
		`{"annotations": [{"image_id": 1, "bbox": [1,1,1,1]}]}`:                           `annotations[0]: no "category_id"`,
		`{"annotations": [{"image_id": 1, "category_id": 1, "bbox": [1,1,1]}]}`:           `"bbox" has 3 numbers; expected [x, y, width, height]`,
		`{"annotations": [{"image_id": 1, "category_id": 1, "bbox": [1,1,1e300,1e300]}]}`: "infinite corner or area",
		`{"annotations": [{"image_id": 1, "category_id": 1, "bbox": [1,1,1,1e999]}]}`:     "infinite corner or area",
		`{"annotations": [{"image_id": "a.jpg", "category_id": 1, "bbox": [1,1,1,1]}]}`:   "image_id",
		`{"annotations": ` + strings.Repeat("[", 20000):                                   "nested deeper",
	} {
		_, err := ReadGroundTruth(strings.NewReader(text))
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "cocoeval: ground truth: ")
	}
}

func TestBadDetectionsAreRefusedWithPlaceAndRemedy(t *testing.T) {
	for text, want := range map[string]string{
		``:                   "the file is empty",
		`null`:               "want an array, got null",
		`{"annotations":[]}`: "expected a COCO result file, an array of objects",
		`[{"image_id": 1, "category_id": 1, "bbox": [1,1,1,1]}]`:                      `[0]: no "score"`,
		`[{"image_id": 1, "category_id": 1, "bbox": [], "score": 1}]`:                 `[0]: "bbox" has 0 numbers`,
		`[{"image_id": 1, "category_id": 1, "bbox": [1,1,1,1], "score": NaN}]`:        `[0]: "score" is NaN; has training diverged?`,
		`[{"image_id": 1, "category_id": 5000000000, "bbox": [1,1,1,1], "score": 1}]`: "below 2^31",
		`[{"image_id": 1, "category_id": 1.5, "bbox": [1,1,1,1], "score": 1}]`:        "category_id",
		`[] []`: "follows the end",
	} {
		_, err := ReadDetections(strings.NewReader(text))
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "cocoeval: detections: ")
	}
}

// evaluable asserts that what was read can be evaluated.
func evaluable(t *testing.T, gts []GroundTruth, dts []Detection) {
	if len(gts)+len(dts) > 100 {
		return
	}
	s := evaluate(t, gts, dts).Summary()
	for i := range 12 {
		v := *s.figure(i)
		if math.IsNaN(v) || v > 1 || v < 0 && v != -1 {
			t.Fatalf("figure %d is %v", i, v)
		}
	}
}

func FuzzReadGroundTruth(f *testing.F) {
	f.Add([]byte(`{"annotations": [{"id": 1, "image_id": 3, "category_id": 7, "bbox": [1, 2, 10, 20], "area": 150, "iscrowd": 1}]}`))
	f.Add([]byte(`{"annotations": [{"image_id": 3, "category_id": 7, "bbox": [1e-200, 2, 1e-200, 1e-200]}, null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		gts, err := ReadGroundTruth(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		var dts []Detection
		for _, g := range gts {
			dts = append(dts, Detection{g.Image, g.Class, g.Box, 0.5})
		}
		evaluable(t, gts, dts)
	})
}

func FuzzReadDetections(f *testing.F) {
	f.Add([]byte(`[{"image_id": 3, "category_id": 7, "bbox": [1, 2, 10, 20], "score": 0.5}]`))
	f.Add([]byte(`[{"image_id": 3, "category_id": 7, "bbox": [1, 2, -10, 0], "score": -1e300}, null]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dts, err := ReadDetections(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		var gts []GroundTruth
		for i, d := range dts {
			gts = append(gts, GroundTruth{Image: d.Image, Class: d.Class, Box: d.Box, Area: d.Box[2] * d.Box[3], Crowd: i%3 == 2})
		}
		evaluable(t, gts, dts)
	})
}
