package annotations

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func readResults(text string) ([]Detection, error) {
	return ReadResults(strings.NewReader(text), "dt.json")
}

func TestBadDetectionsAreRefusedWithPlaceAndRemedy(t *testing.T) {
	const expected = "expected a COCO result file, an array of objects"
	for text, want := range map[string]string{
		``:                   "dt.json: the file is empty; " + expected,
		`null`:               "dt.json: want an array, got null; " + expected,
		`{"annotations":[]}`: "dt.json: want an array, got object; " + expected,
		"[{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1,1,1,1], \"score\": 1},\n{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1,1,1,1]}]": `dt.json:2: detection 2: no "score"`,
		`[{"image_id": 1, "category_id": 1, "bbox": [], "score": 1}]`:                                                                             `dt.json:1: detection 1: "bbox" has 0 numbers`,
		`[{"image_id": 1, "category_id": 1, "bbox": null, "score": 1}]`:                                                                           `"bbox": want an array, got null`,
		`[{"image_id": 1, "category_id": 1, "bbox": [1,1,1,NaN], "score": 1}]`:                                                                    `"bbox" [1 1 1 NaN] has an infinite corner or area; has training diverged?`,
		`[{"image_id": 1, "category_id": 1, "bbox": [1,1,1,1], "score": NaN}]`:                                                                    `"score" is NaN; has training diverged?`,
		`[{"image_id": "a.jpg", "category_id": 1, "bbox": [1,1,1,1], "score": 1}]`:                                                                `"image_id": want a whole number, got string`,
		`[{"image_id": 1, "category_id": 5000000000, "bbox": [1,1,1,1], "score": 1}]`:                                                             "below 2^31",
		`[{"image_id": 1, "category_id": 1.5, "bbox": [1,1,1,1], "score": 1}]`:                                                                    "category_id",
		`[7]`:              "detection 1: want an object, got number",
		`[] []`:            "dt.json:1: byte 3: '[' follows the end",
		`[{"image_id": 1,`: "dt.json:1: byte 16: the file ends before its JSON does: is it truncated?; " + expected,
	} {
		_, err := readResults(text)
		assert.ErrorContains(t, err, want, text)
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
		// Of ids that are 0 or there twice, pycocotools makes something else.
		ids := rapid.SliceOfNDistinct(rapid.Int64().Filter(func(id int64) bool { return id != 0 }), 0, 4, rapid.ID[int64]).Draw(t, "ids")
		for _, id := range ids {
			box := []json.RawMessage{number(t, "x"), number(t, "y"), number(t, "w"), number(t, "h")}
			objects = append(objects, object(t, map[string]any{
				"id": id, "image_id": rapid.Int64Range(1, 3).Draw(t, "image"), "category_id": rapid.Int32Range(1, 2).Draw(t, "class"),
				"bbox": box, "area": number(t, "area"), "score": number(t, "score"), "iscrowd": rapid.IntRange(0, 1).Draw(t, "crowd"),
			}))
		}
		text := "[" + strings.Join(objects, ",") + "]"
		var want []struct {
			ID    int64
			Image int64      `json:"image_id"`
			Class int32      `json:"category_id"`
			Box   [4]float64 `json:"bbox"`
			Area  float64
			Crowd int `json:"iscrowd"`
			Score float64
		}
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			dts, err := ReadResults(wrap(strings.NewReader(text)), "dt.json")
			require.NoError(t, err, text)
			set, err := ReadCOCO(wrap(strings.NewReader(`{"info": {}, "annotations": `+text+`, "categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "images": [{"id": 1}, {"id": 2}, {"id": 3}]}`)), "gt.json", Options{Policy: Policy{AsIs: true}})
			require.NoError(t, err, text)
			require.Len(t, dts, len(want))
			require.Equal(t, len(want), set.Objects()+set.Ignored())
			next := [3]int{}
			for i, w := range want {
				// In words, as 0 equals -0.
				require.Equal(t, fmt.Sprint(Detection{w.Image, w.Class, w.Box, w.Score}), fmt.Sprint(dts[i]), text)
				im := &set.Images[w.Image-1]
				o := im.Objects[next[w.Image-1]]
				next[w.Image-1]++
				require.Equal(t, fmt.Sprint(Object{ID: w.ID, Box: w.Box, Category: w.Class - 1, Area: w.Area, Crowd: w.Crowd == 1}), fmt.Sprint(o), text)
			}
		}
	})
}

func TestALongListIsGrownOnceItsLengthIsForeseen(t *testing.T) {
	text := "[" + strings.TrimSuffix(strings.Repeat(`{"image_id": 3, "category_id": 7, "bbox": [1.5, 2, 3, 4], "score": 0.25},`, 5000), ",") + "]"
	dts, err := readResults(text)
	require.NoError(t, err)
	assert.Len(t, dts, 5000)
	assert.Less(t, cap(dts), 5300)
	unsized, err := ReadResults(iotest.HalfReader(strings.NewReader(text)), "dt.json")
	require.NoError(t, err)
	assert.Equal(t, dts, unsized)
}

func FuzzReadResults(f *testing.F) {
	f.Add([]byte(`[{"image_id": 3, "category_id": 7, "bbox": [1, 2, 10, 20], "score": 0.5}]`))
	f.Add([]byte(`[{"image_id": 3, "category_id": 7, "bbox": [1, 2, -10, 0], "score": -1e300}, null]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := readResults(string(data))
		if err != nil {
			return
		}
		for _, d := range list {
			require.True(t, finiteBox(d.Box) && d.Score-d.Score == 0)
		}
	})
}
