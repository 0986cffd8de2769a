package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
)

// shared returns the path of a real input, or skips.
func shared(t *testing.T, parts ...string) string {
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real inputs are not here: %v", err)
	}
	return path
}

// catsAndDogs is a sound annotation file; its lists of categories and images
// can be added to.
const catsAndDogs = `{"images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 100}, {"id": 2, "file_name": "b.jpg", "width": 100, "height": 100}],
"categories": [{"id": 3, "name": "cat"}, {"id": 7, "name": "dog"}],
"annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [10, 10, 20, 20], "area": 400},
{"id": 2, "image_id": 2, "category_id": 7, "bbox": [10, 10, 50, 50], "area": 2500}]}`

func result(image, category int, x, y, w, h, score float64) string {
	return fmt.Sprintf(`{"image_id": %d, "category_id": %d, "bbox": [%g, %g, %g, %g], "score": %g}`, image, category, x, y, w, h, score)
}

func resultFile(t *testing.T, list ...string) string {
	return file(t, "results.json", "["+strings.Join(list, ",\n")+"]")
}

func TestEvalPrintsTheDigitsOfTheReferenceOnItsExample(t *testing.T) {
	args := []string{"eval", "--gt", shared(t, "coco100", "instances_val2014_100.json"), "--dt", shared(t, "coco100", "instances_val2014_fakebbox100_results.json")}
	text, err := os.ReadFile(shared(t, "coco100", "val2014_fake_eval_res.txt"))
	require.NoError(t, err)
	_, bbox, _ := strings.Cut(string(text), "type=bbox")
	var want, digits []string
	for line := range strings.Lines(bbox) {
		if strings.HasPrefix(line, " Average") && len(want) < 12 {
			want = append(want, strings.Join(strings.Fields(line), " "))
			digits = append(digits, line[strings.LastIndex(line, "= ")+2:])
		}
	}
	require.Len(t, want, 12)

	got := detsample(append(args, "--format", "text")...)
	require.Zero(t, got.status, got.stderr)
	for i, line := range strings.Split(strings.TrimSpace(got.stdout), "\n") {
		assert.Equal(t, want[i], strings.Join(strings.Fields(line), " "))
	}
	table := detsample(args...)
	require.Zero(t, table.status, table.stderr)
	at := 0
	for line := range strings.Lines(table.stdout) {
		if fields := strings.Fields(line); len(fields) == 5 && strings.HasPrefix(fields[0], "A") {
			var share float64
			_, err := fmt.Sscan(digits[at], &share)
			require.NoError(t, err)
			assert.Equal(t, percent(share), fields[4])
			at++
		}
	}
	assert.Equal(t, 12, at)
}

func TestEvalFormatsHoldTheSameFigures(t *testing.T) {
	gt := file(t, "gt.json", catsAndDogs)
	dt := resultFile(t, result(1, 3, 10, 10, 20, 20, 0.9), result(2, 3, 10, 10, 50, 50, 0.8))
	args := []string{"eval", "--gt", gt, "--dt", dt, "--per-class", "--tide"}
	var out evaluationJSON
	got := detsample(append(args, "--format", "json")...)
	require.Zero(t, got.status, got.stderr)
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &out))
	assert.InDelta(t, 0.5, *out.Summary["AP"], 1e-9)
	assert.Nil(t, out.Summary["APL"])
	require.Len(t, out.Classes, 2)
	assert.Equal(t, "dog", out.Classes[1].Name)
	assert.Equal(t, 1, out.Errors.Kinds["classification"].Count)
	assert.InDelta(t, 0.5, out.Errors.Kinds["classification"].DeltaAP, 1e-9)
	for _, format := range []string{"table", "markdown"} {
		got := detsample(append(args, "--format", format)...)
		require.Zero(t, got.status)
		assert.Regexp(t, `(?m)cat\W+1\W+2\W+100\.0`, got.stdout)
		assert.Regexp(t, `classification\W+1\W+50\.00`, got.stdout)
	}
}

func TestEvalTakesAreasAndLimits(t *testing.T) {
	gt := file(t, "gt.json", catsAndDogs)
	dt := resultFile(t, result(1, 3, 10, 10, 20, 20, 0.9))
	var out evaluationJSON
	got := detsample("eval", "--gt", gt, "--dt", dt, "--areas", "small=10,large=40", "--max-dets", "5", "--format", "json")
	require.Zero(t, got.status, got.stderr)
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &out))
	assert.Nil(t, out.Summary["APS"])
	assert.InDelta(t, 1, *out.Summary["APM"], 1e-9)
	assert.Equal(t, 0.0, *out.Summary["APL"])
	assert.Equal(t, []int{5}, out.MaxDets)
	assert.Equal(t, map[string]float64{"small": 10, "large": 40}, out.Areas)
}

func TestEvalPrintsTheFrequencyGroupsOfLVIS(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	gt := shared(t, "lvis100", "lvis_val_100.json")
	text, err := os.ReadFile(gt)
	require.NoError(t, err)
	var lvis struct {
		Annotations []struct {
			Image    int       `json:"image_id"`
			Category int       `json:"category_id"`
			Box      []float64 `json:"bbox"`
		}
	}
	require.NoError(t, json.Unmarshal(text, &lvis))
	var list []string
	for i, a := range lvis.Annotations {
		list = append(list, result(a.Image, a.Category, a.Box[0], a.Box[1], a.Box[2], a.Box[3], 1-float64(i)/1000))
	}
	var out evaluationJSON
	got := detsample("eval", "--gt", gt, "--dt", resultFile(t, list...), "--groups", "--format", "json")
	require.Zero(t, got.status, got.stderr)
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &out))
	for _, name := range []string{"AP", "APR", "APC", "APF"} {
		assert.InDelta(t, 1, *out.LVIS[name], 1e-9, name)
	}
	assert.Contains(t, detsample("eval", "--gt", gt, "--dt", resultFile(t, list...)).stdout, "frequent")
}

func TestEvalReadsFoldersOfVOC(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	got := detsample("eval", "--gt", shared(t, "bccd"), "--dt", resultFile(t, result(1, 0, 1, 1, 9, 9, 0.5)))
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "4886 objects of 3 classes in 364 images; 1 detection.")
	assert.Contains(t, got.stderr, "has no width and no height: left out (and 1 more like it)")
	assert.Contains(t, got.stderr, ": no detection is of the 205 images of train")
	got = detsample("eval", "--gt", shared(t, "bccd"), "--dt", resultFile(t, result(1, 0, 1, 1, 9, 9, 0.5)), "--as-is")
	assert.Contains(t, got.stdout, "4888 objects of 3 classes in 364 images; 1 detection.")
}

func TestEvalErrorsNameThePlaceAndTheRemedy(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	gt, dt := file(t, "gt.json", catsAndDogs), resultFile(t, result(1, 3, 10, 10, 20, 20, 0.9))
	missing := filepath.Join(t.TempDir(), "missing")
	for _, c := range []struct {
		gt, dt, more string
		status       int
		message      string
	}{
		{gt, resultFile(t, result(9, 3, 1, 1, 1, 1, 1), result(1, 3, 1, 1, 1, 1, 1)), "", 1, "1 of 2 detections have an image_id that " + gt + " does not list, such as 9"},
		{gt, resultFile(t, result(1, 4, 1, 1, 1, 1, 1)), "", 1, "1 of 1 detections have a category_id that " + gt + " does not list, such as 4"},
		{gt, gt, "", 1, "expected a COCO result file, an array of objects"},
		{gt, file(t, "nan.json", `[{"image_id": 1, "category_id": 3, "bbox": [1, 1, 1, NaN], "score": 1}]`), "", 1, "nan.json:1: detection 1: \"bbox\" [1 1 1 NaN]"},
		{dt, dt, "", 1, dt + ":1: a COCO file is an object"},
		{missing, dt, "", 1, missing + ": no such file"},
		{gt, missing, "", 1, missing + ": no such file"},
		{gt, filepath.Dir(gt), "", 1, "it is a folder, not a regular file"},
		{gt, dt, "--groups", 1, "no category has a frequency"},
		{gt, dt, "--areas small=0", 2, "--areas small=0: expected sides in pixels"},
		{gt, dt, "--areas small=50,large=20", 2, "small (50) is above large (20)"},
		{gt, dt, "--areas smal=50", 2, "did you mean small?"},
		{gt, dt, "--max-dets 10,1", 2, "--max-dets 10,1: expected positive numbers in ascending order"},
		{gt, dt, "--format xml", 2, "--format must be one of"},
	} {
		got := detsample(append([]string{"eval", "--gt", c.gt, "--dt", c.dt}, strings.Fields(c.more)...)...)
		assert.Equal(t, c.status, got.status, c.message)
		assert.Contains(t, got.stderr, c.message)
		assert.Equal(t, 1, strings.Count(got.stderr, "\n"), got.stderr)
		assert.Empty(t, got.stdout)
	}
}

func TestEvalAndConvertHaveHelpWithExamples(t *testing.T) {
	for _, command := range []string{"eval", "convert"} {
		got := detsample(command, "--help")
		assert.Zero(t, got.status)
		assert.GreaterOrEqual(t, strings.Count(got.stdout, "    detsample "+command), 3, command)
	}
}

func TestAsItIsEvalCountsWhatTheReferenceCounts(t *testing.T) {
	gt := file(t, "gt.json", strings.Replace(catsAndDogs, `"annotations": [`, `"annotations": [
		{"id": 3, "image_id": 1, "category_id": 3, "bbox": [5, 5, 0, 9], "area": 9},
		{"id": 4, "image_id": 1, "category_id": 3, "bbox": [200, 5, 9, 9], "area": 81},
		{"id": 5, "image_id": 1, "category_id": 3, "bbox": [10, 10, 20, 20], "area": 400},
		{"id": 6, "image_id": 1, "category_id": 3, "bbox": [60, 60, 20, 20], "area": 400, "ignore": 1},
		{"id": 7, "image_id": 1, "category_id": 3, "bbox": [90, 90, 20, 20], "area": 400},`, 1))
	dt := resultFile(t, result(1, 3, 10, 10, 20, 20, 0.9), result(1, 3, 90, 90, 10, 10, 0.8), result(2, 7, 10, 10, 50, 50, 0.9))
	for flag, want := range map[string]struct {
		objects, ignored int
		recall           float64 // of the cats
	}{"": {3, 1, 1}, "--as-is": {7, 0, 1. / 6}} {
		var e evaluationJSON
		got := detsample(append([]string{"eval", "--gt", gt, "--dt", dt, "--per-class", "--format", "json"}, strings.Fields(flag)...)...)
		require.Zero(t, got.status, got.stderr)
		require.NoError(t, json.Unmarshal([]byte(got.stdout), &e))
		assert.Equal(t, [2]int{want.objects, want.ignored}, [2]int{e.Objects, e.Ignored}, flag)
		assert.InDelta(t, want.recall, *e.Classes[0].Summary["AR100"], 1e-9, flag)
	}
}

func TestImagesWithoutADetectionAreCounted(t *testing.T) {
	set := &annotations.Set{Images: []annotations.Image{{ID: 1, Objects: make([]annotations.Object, 2)}, {ID: 2, Objects: make([]annotations.Object, 3)}, {ID: 3}}}
	var said strings.Builder
	printSplitsMissed(&said, set, []cocoeval.Detection{{Image: 1}}, "dt.json")
	assert.Equal(t, "data: dt.json: 2 of 3 images without a detection: 3 objects there, missed\n", said.String())
	said.Reset()
	printSplitsMissed(&said, set, []cocoeval.Detection{{Image: 1}, {Image: 2}}, "dt.json")
	assert.Empty(t, said.String(), "an image without objects may have none")
	set.Images[2].Objects = []annotations.Object{{Crowd: true}, {Ignore: true}}
	printSplitsMissed(&said, set, []cocoeval.Detection{{Image: 1}, {Image: 2}}, "dt.json")
	assert.Empty(t, said.String(), "what is ignored is not missed")
}

// Detections that are no pixels would have an AP of 0 without a word.
func TestEvalSaysWhereDetectionsAreNoPixels(t *testing.T) {
	gt := file(t, "gt.json", `{"images": [{"id": 1, "width": 100, "height": 80}], "categories": [{"id": 1, "name": "c"}],
		"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [50, 40, 20, 10], "area": 200, "iscrowd": 0}]}`)
	shares := resultFile(t, result(1, 1, 0.5, 0.5, 0.2, 0.125, 0.9))
	got := detsample("eval", "--gt", gt, "--dt", shares)
	assert.Equal(t, statusFailure, got.status)
	assert.Empty(t, got.stdout)
	assert.Contains(t, got.stderr, "a share of the image, where COCO has pixels: multiply x and width by the image's width, y and height by its height; --as-is evaluates them as they are\n")
	got = detsample("eval", "--gt", gt, "--dt", shares, "--as-is")
	assert.Zero(t, got.status)
	assert.Regexp(t, `(?m)^data: .* a share of the image, where COCO has pixels`, got.stderr)

	var list []string
	for i := range 6 {
		list = append(list, result(1, 1, 50, 40, 70+float64(i), 50, 0.9))
	}
	got = detsample("eval", "--gt", gt, "--dt", resultFile(t, list...))
	assert.Zero(t, got.status)
	assert.Regexp(t, `(?m)^data: .*: of 6 boxes 6 reach out of their images as x, y, width, height, and 6 lie within as x1, y1, x2, y2: `, got.stderr)

	few := resultFile(t, list[0], result(1, 1, 10, 10, 25, 20, 0.8))
	got = detsample("eval", "--gt", gt, "--dt", few)
	assert.Zero(t, got.status)
	assert.Equal(t, "data: "+few+": of 2 boxes 1 reaches out of its image: COCO has x, y, width, height in pixels of the image\n", got.stderr)

	negative := resultFile(t, result(1, 1, 70, 40, -20, 10, 0.9))
	got = detsample("eval", "--gt", gt, "--dt", negative)
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, negative+": detection 1: box [70 40 -20 10] has a negative size: COCO has x, y, width, height; --as-is evaluates them as they are\n")
	got = detsample("eval", "--gt", gt, "--dt", negative, "--as-is")
	assert.Zero(t, got.status)
	assert.Contains(t, got.stderr, "data: "+negative+": detection 1: box [70 40 -20 10] has a negative size")
}

// Of few images Student's quantile makes an interval wider than figures can differ.
func TestADifferenceStaysWithinWhatFiguresMayDifferBy(t *testing.T) {
	c := pairing{drawn: [][]cocoeval.Resampled{make([]cocoeval.Resampled, 2), make([]cocoeval.Resampled, 2)}}
	figures := map[*cocoeval.Resampled]float64{&c.drawn[0][0]: 0, &c.drawn[1][0]: 1, &c.drawn[0][1]: 1, &c.drawn[1][1]: 0}
	d := c.paired(1, 0.2, 0.9, 2, func(r *cocoeval.Resampled) float64 { return figures[r] })
	assert.Equal(t, interval{value: d.value, low: -1, high: 1, known: true}, d)
}
