package cocojson

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func objects(t *testing.T, r io.Reader) (list []Object, found []string) {
	ignore := func(Image, Place) error { return nil }
	err := Parse(r, Sink{Image: ignore, Object: func(o Object, _ Place) error {
		list = append(list, o)
		return nil
	}, Found: func(f Finding) error {
		found = append(found, f.Element+": "+f.Message)
		return nil
	}})
	require.NoError(t, err)
	return list, found
}

func annotated(rest string) string {
	return `{"images": [], "categories": [], "annotations": [{"id": 4, "image_id": 1, "category_id": 1` + rest + `}]}`
}

func TestTheExtentOfASegmentationStandsForABoxThatIsMissing(t *testing.T) {
	// The mask is of 6x5 (rows x columns), two columns of rows 1 to 3 from column 2 on.
	for text, want := range map[string][4]float64{
		`[[10, 20, 30, 20.5, 15, 60]]`:                      {10, 20, 20, 40},
		`[[10, 20, 30, 20, 15, 60], [50, 5, 51, 6, 52, 7]]`: {10, 5, 42, 55},
		`[10, 20, 30, 20, 15, 60]`:                          {10, 20, 20, 40},
		`{"size": [6, 5], "counts": [13, 3, 3, 3, 8]}`:      {2, 1, 2, 3},
		`{"counts": "=3305", "size": [6, 5]}`:               {2, 1, 2, 3},
		`{"size": [6, 5], "counts": [13, 6, 11]}`:           {2, 0, 2, 6},
		`{"size": [6, 5], "counts": [0, 30]}`:               {0, 0, 5, 6},
	} {
		for _, r := range []io.Reader{strings.NewReader(annotated(`, "segmentation": ` + text)), iotest.OneByteReader(strings.NewReader(annotated(`, "segmentation": ` + text + `, "bbox": null`)))} {
			list, found := objects(t, r)
			require.Len(t, list, 1, "%s: %v", text, found)
			assert.Equal(t, want, list[0].Box, text)
			require.Len(t, found, 1)
			assert.Contains(t, found[0], ": the extent of its segmentation is taken")
		}
	}
}

func TestABoxGoesBeforeTheSegmentation(t *testing.T) {
	for _, rest := range []string{`, "segmentation": [[1, 2, 3, 4, 5, 6]], "bbox": [7, 8, 9, 10]`, `, "bbox": [7, 8, 9, 10], "segmentation": "any"`} {
		list, found := objects(t, strings.NewReader(annotated(rest)))
		assert.Empty(t, found)
		assert.Equal(t, [4]float64{7, 8, 9, 10}, list[0].Box)
	}
}

func TestASegmentationOfNoExtentIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                                     "no bbox, and its segmentation is empty",
		`[[1, 2, 3]]`:                            "no bbox, and a polygon of its segmentation has an odd number of numbers",
		`"x"`:                                    "no bbox, and its segmentation is neither polygons nor the runs of a mask",
		`{"size": [6, 5]}`:                       "no bbox, and its segmentation has no counts",
		`{"size": [6, 5], "counts": [31]}`:       "no bbox, and the counts of its segmentation are more than its size",
		`{"size": [6, 5], "counts": [30]}`:       "no bbox, and its segmentation is empty",
		`{"size": [6, 5], "counts": "o"}`:        "no bbox, and the counts of its segmentation are broken",
		`{"size": [6, 5], "counts": "oooooooo"}`: "no bbox, and the counts of its segmentation are broken",
		`[[` + strings.Repeat("1, ", 1<<19) + `1]]`: fmt.Sprintf("no bbox, and a segmentation of more than %d bytes", maxSegmentation),
	} {
		list, found := objects(t, strings.NewReader(annotated(`, "segmentation": `+text)))
		assert.Empty(t, list)
		require.Len(t, found, 1, "%.40s", text)
		assert.Equal(t, "annotation 1 (id 4): "+want, found[0])
	}
}

// asText is rleToString of the COCO API.
func asText(runs []int64) string {
	var text []byte
	for i, x := range runs {
		if i > 2 {
			x -= runs[i-2]
		}
		for more := true; more; {
			c := x & 0x1f
			x >>= 5
			if more = x != 0; c&0x10 != 0 {
				more = x != -1
			}
			if more {
				c |= 0x20
			}
			text = append(text, byte(c+48))
		}
	}
	return string(text)
}

func TestRunsAsTextAreThoseOfTheCOCOAPI(t *testing.T) {
	assert.Equal(t, "=3305", asText([]int64{13, 3, 3, 3, 8}))
	for _, runs := range [][]int64{{13, 3, 3, 3, 8}, {0}, {15, 16, 17, 31, 32, 33}, {100000, 5, 3, 70000, 1, 2, 1 << 30, 0, 1}} {
		got, ok := decodedRuns(asText(runs))
		assert.True(t, ok)
		assert.Equal(t, runs, got)
	}
}

// The boxes of the file's masks are a pixel less each way than those that toBbox of
// pycocotools 2.0.11 gives for the same masks: they reach to where the last pixel begins.
func TestExtentsAreTheBoxesOfTheCOCOAPIsExample(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "coco100", "instances_val2014_100.json"))
	if err != nil {
		t.Skipf("real inputs are not here: %v", err)
	}
	var set struct {
		Annotations []struct {
			Bbox         []float64
			Segmentation json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(data, &set))
	require.Len(t, set.Annotations, 839)
	masks := 0
	for i, a := range set.Annotations {
		box, wrong := extentOf(a.Segmentation)
		require.Empty(t, wrong)
		if a.Segmentation[0] == '{' {
			masks++
			assert.Equal(t, []float64{a.Bbox[0], a.Bbox[1], a.Bbox[2] + 1, a.Bbox[3] + 1}, box[:], "%d", i)
			continue
		}
		assert.InDeltaSlice(t, a.Bbox, box[:], 0.02, "%d", i)
	}
	assert.Equal(t, 9, masks)
}

func FuzzExtent(f *testing.F) {
	f.Add([]byte(`[[1, 2, 3, 4]]`))
	f.Add([]byte(`{"size": [6, 5], "counts": [13, 3, 3, 3, 8]}`))
	f.Add([]byte(`{"size": [6, 5], "counts": "=3305"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if box, wrong := extentOf(text); wrong == "" {
			require.True(t, box[2] >= 0 && box[3] >= 0, "%v", box)
		}
	})
}
