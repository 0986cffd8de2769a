package cocoeval

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
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

// number draws a JSON number of any form: long, tiny, with an exponent.
func number(t *rapid.T, label string) json.RawMessage {
	return json.RawMessage(rapid.OneOf(
		rapid.StringMatching(`-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?`),
		rapid.SampledFrom([]string{"0", "-0", "-0.0", "5e-324", "2.2250738585072011e-308", "1e-400", "0.1000000000000000055511151231257827"}),
		rapid.Map(rapid.Float64Range(-1e6, 1e6), func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }),
	).Draw(t, label))
}

// object draws a layout of members: their order, blanks, escapes in names,
// others to pass over, and some stated twice, of which the last counts.
func object(t *rapid.T, members map[string]any) string {
	blank := rapid.SampledFrom([]string{"", " ", "\n\t "}).Draw(t, "blank")
	var parts []string
	member := func(name string, value any) {
		text, _ := json.Marshal(value)
		key := strconv.Quote(name)
		if rapid.IntRange(0, 9).Draw(t, "escaped") == 0 {
			key = fmt.Sprintf(`"\u%04x%s"`, name[0], name[1:])
		}
		parts = append(parts, blank+key+blank+":"+blank+string(text)+blank)
	}
	if rapid.Bool().Draw(t, "twice") {
		member("image_id", 5)
		member("bbox", []int{9, 8, 7, 6, 5})
	}
	for _, name := range rapid.Permutation(slices.Sorted(maps.Keys(members))).Draw(t, "order") {
		member(name, members[name])
		if rapid.IntRange(0, 9).Draw(t, "extra") == 0 {
			member("segmentation", json.RawMessage(`[[1, 2], {"counts": "]}\\\""}, null, "\u00e9"]`))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestReadsWhatEncodingJSONReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var objects []string
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			box := []json.RawMessage{number(t, "x"), number(t, "y"), number(t, "w"), number(t, "h")}
			objects = append(objects, object(t, map[string]any{
				"id": rapid.Int64().Draw(t, "id"), "image_id": rapid.Int64().Draw(t, "image"), "category_id": rapid.Int32().Draw(t, "class"),
				"bbox": box, "area": number(t, "area"), "score": number(t, "score"), "iscrowd": rapid.IntRange(0, 1).Draw(t, "crowd"),
			}))
		}
		text := "[" + strings.Join(objects, ",") + "]"
		var want []struct {
			Image int64      `json:"image_id"`
			Class int32      `json:"category_id"`
			Box   [4]float64 `json:"bbox"`
			Area  float64
			Crowd int `json:"iscrowd"`
			Score float64
		}
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			dts, err := ReadDetections(wrap(strings.NewReader(text)))
			require.NoError(t, err, text)
			gts, err := ReadGroundTruth(wrap(strings.NewReader(`{"info": {}, "annotations": ` + text + `, "images": []}`)))
			require.NoError(t, err, text)
			require.Len(t, dts, len(want))
			require.Len(t, gts, len(want))
			for i, w := range want {
				// In words, as 0 equals -0.
				require.Equal(t, fmt.Sprint(Detection{w.Image, w.Class, w.Box, w.Score}), fmt.Sprint(dts[i]), text)
				require.Equal(t, fmt.Sprint(GroundTruth{w.Image, w.Class, w.Box, w.Area, w.Crowd == 1, false}), fmt.Sprint(gts[i]), text)
			}
		}
	})
}

func TestALongListIsGrownOnceItsLengthIsForeseen(t *testing.T) {
	text := "[" + strings.TrimSuffix(strings.Repeat(`{"image_id": 3, "category_id": 7, "bbox": [1.5, 2, 3, 4], "score": 0.25},`, 5000), ",") + "]"
	dts, err := ReadDetections(strings.NewReader(text))
	require.NoError(t, err)
	assert.Len(t, dts, 5000)
	assert.Less(t, cap(dts), 5300)
	unsized, err := ReadDetections(iotest.HalfReader(strings.NewReader(text)))
	require.NoError(t, err)
	assert.Equal(t, dts, unsized)
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
