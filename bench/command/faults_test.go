package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/dataset"
	insight "detsample/bench/inspect"
	"detsample/bench/summary"
)

// held is what a set holds, as a command counts it.
type held struct{ images, objects, classes int }

// countedSet is held with how many crowds and ignored objects are beside the objects.
type countedSet struct {
	held
	ignored int
}

// converted is what convert writes of a set as COCO.
type converted struct {
	Images []struct {
		ID            int64
		File          string `json:"file_name"`
		Width, Height int
	}
	Categories []struct {
		ID   int64
		Name string
	}
	Annotations []struct {
		Image    int64      `json:"image_id"`
		Category int64      `json:"category_id"`
		Box      [4]float64 `json:"bbox"`
		Crowd    int        `json:"iscrowd"`
		Ignore   int
	}
}

func (c *converted) boxes() [][4]float64 {
	var boxes [][4]float64
	for _, a := range c.Annotations {
		boxes = append(boxes, a.Box)
	}
	return boxes
}

// convertOf converts a set into COCO.
func convertOf(t *testing.T, path string, flags ...string) (c converted, got outcome) {
	out := filepath.Join(t.TempDir(), "converted.json")
	got = detsample(append([]string{"convert", path, "--to", "coco", "--out", out}, flags...)...)
	if got.status != 0 {
		require.NoFileExists(t, out)
		return c, got
	}
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &c))
	return c, got
}

// inspectOf counts what inspect looks at.
func inspectOf(t *testing.T, path string, flags ...string) (countedSet, outcome) {
	got := detsample(append([]string{"inspect", path, "--format", "json"}, flags...)...)
	var r insight.Report
	if got.status == 0 {
		require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	}
	return countedSet{held{r.Data.Images + r.Data.Skipped, r.Data.Objects, r.Data.Categories}, r.Data.Ignored}, got
}

// evalOf counts what eval evaluates on.
func evalOf(t *testing.T, path string, flags ...string) (countedSet, outcome) {
	got := detsample(append([]string{"eval", "--gt", path, "--dt", file(t, "dt.json", "[]"), "--format", "json"}, flags...)...)
	var e evaluationJSON
	if got.status == 0 {
		require.NoError(t, json.Unmarshal([]byte(got.stdout), &e))
	}
	return countedSet{held{e.Images, e.Objects, e.Categories}, e.Ignored}, got
}

// compareOf counts what compare trains and tests on.
func compareOf(t *testing.T, path string, flags ...string) (countedSet, outcome) {
	got := detsample(append([]string{"compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--only", "focal", "--data", path, "--out", t.TempDir(), "--format", "json"}, flags...)...)
	var s summary.Summary
	if got.stdout != "" { // of so short a training any may fail
		require.NoError(t, json.Unmarshal([]byte(got.stdout), &s))
		got.status = 0
	}
	h := countedSet{held{images: s.Data.TrainImages + s.Data.TestImages, classes: len(s.Data.Classes)}, s.Data.TrainIgnored + s.Data.TestIgnored}
	for k := range s.Data.Classes {
		h.objects += s.Data.TrainObjects[k] + s.Data.TestObjects[k]
	}
	return h, got
}

// trainedOf counts what compare would train and test on.
func trainedOf(t *testing.T, path string) (countedSet, []string) {
	set, err := dataset.Open(t.Context(), path, dataset.Options{Size: 32})
	require.NoError(t, err)
	train, test := set.Stats()
	return countedSet{held{train.Images + test.Images, train.Objects + test.Objects, len(set.Classes)}, train.Ignored + test.Ignored}, annotations.Digest(set.Problems)
}

// agree asserts that all commands count the same in a set that all can read, and
// that each says the words.
func agree(t *testing.T, path string, want countedSet, unsized int, says ...string) converted {
	t.Helper()
	inspected, inspect := inspectOf(t, path)
	evaluated, eval := evalOf(t, path)
	c, convert := convertOf(t, path)
	for name, got := range map[string]outcome{"inspect": inspect, "eval": eval, "convert": convert} {
		require.Zero(t, got.status, "%s: %s", name, got.stderr)
		for _, words := range says {
			assert.Contains(t, got.stderr, words, name)
		}
	}
	written := countedSet{held: held{images: len(c.Images)}}
	present := map[int64]bool{}
	for _, a := range c.Annotations {
		if a.Crowd == 1 || a.Ignore == 1 {
			written.ignored++
			continue
		}
		written.objects++
		present[a.Category] = true
	}
	written.classes = len(present)
	inspected.objects += unsized
	assert.Equal(t, want, inspected, "inspect")
	assert.Equal(t, want, evaluated, "eval")
	assert.Equal(t, want, written, "convert")
	return c
}

// TestSharedFaults reads the inputs of ../shared/data/faults, with the answers
// of its README.
func TestSharedFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	for _, c := range []struct {
		path    string
		want    held
		ignored int
		boxes   [][4]float64
		says    []string
		trained bool // compare has images enough
		unsized int  // objects that inspect cannot look at
	}{
		{path: "01-yolo-pose-2d", want: held{1, 1, 1}, boxes: [][4]float64{{40, 40, 20, 20}}},
		{path: "01-yolo-pose-3d", want: held{1, 1, 1}, boxes: [][4]float64{{40, 40, 20, 20}}},
		{path: "02-yolo-bom", want: held{1, 2, 2}, boxes: [][4]float64{{40, 20, 20, 10}, {20, 10, 20, 10}}},
		{path: "05-yolo-exif", want: held{1, 1, 1}, boxes: [][4]float64{{10, 25, 20, 50}}},
		{path: "08-voc-encoding", want: held{8, 8, 1}},
		{path: "10-voc-no-extension", want: held{2, 2, 1}},
		{path: "11-coco-backslash", trained: true, want: held{4, 4, 1}, says: []string{"has backslashes, as Windows writes them: read as images/a.jpg (and 3 more like it)"}},
		{path: "12-coco-size-null/gt.json", unsized: 1, want: held{2, 2, 1}, says: []string{"gt.json:3: image 1 (id 1): width is null: taken as unknown", "neither a width and height nor a file that tells them"}},
		{path: "12-coco-size-null/gt-string.json", want: held{2, 2, 1}, says: []string{`width is the text "100": read as 100`}},
		{path: "12-coco-size-null/gt-nofile.json", want: held{2, 2, 1}, says: []string{"file_name is null: the image has no name"}},
		{path: "19-voc-list-ext", trained: true, want: held{4, 4, 1}},
		{path: "20-coco-boxes", want: held{1, 2, 1}, boxes: [][4]float64{{0, 0, 10, 10}, {90, 40, 10, 10}}, says: []string{
			"annotation 1 (id 1): box [10 10 0 20] (x, y, width, height) has no width: left out",
			"annotation 2 (id 2): box [-20 -20 30 30] (x, y, width, height) reaches out of the image of 100x50: clipped to [0 0 10 10] (and 1 more like it)",
			"annotation 3 (id 3): box [200 200 20 20] (x, y, width, height) lies outside the image of 100x50: left out",
			"annotation 5 (id 5): bbox has 0 numbers", "annotation 6 (id 6): bbox is null",
			"annotation 7 (id 7): box [50 10 -20 20] (x, y, width, height) has a negative width: left out",
		}},
		{path: "21-voc-forms", want: held{7, 4, 1}, ignored: 1, boxes: [][4]float64{{9.5, 9, 30.5, 31}, {9.5, 9.25, 31, 31.5}, {9, 9, 21, 31}, {9, 9, 31, 31}, {0, 0, 99, 49}}, says: []string{
			"comma.xml:1: object 1 (dog): <xmin> 10,5 has a comma as the decimal sign: read as 10.5",
			"poly.xml:1: object 1 (person): no <bndbox>, but <polygon>: left out",
			"robndbox.xml:1: object 1 (car): no <bndbox>, but <robndbox>: left out",
			"swap.xml:1: object 1 (dog): <xmin> 40 is above <xmax> 10: swapped",
			"zero.xml:1: object 1 (dog): <xmin> is 0, where Pascal VOC counts from 1: taken as the image's edge",
		}},
		{path: "22-yolo-labels-beside-in-images", trained: true, want: held{2, 2, 1}},
		{path: "22-yolo-mixed", trained: true, want: held{2, 2, 1}},
		{path: "24-voc-hidden", trained: true, want: held{4, 4, 1}, says: []string{"8 hidden files skipped, such as Annotations/._0.xml"}},
		{path: "31-yaml-amp", want: held{1, 1, 1}},
		{path: "31-yaml-comment", want: held{1, 1, 1}},
		{path: "31-yaml-file", want: held{1, 1, 1}, says: []string{`data.yaml:1: names is the text "data/obj.names", and no such file is in the folder`}},
		{path: "35-voc-one-space", trained: true, want: held{4, 4, 1}},
		{path: "36-tide-maxdets/gt.json", want: held{1, 150, 1}},
		{path: "38-coco-size-beside/gt.json", want: held{1, 1, 1}},
		{path: "38-coco-size-beside", want: held{1, 1, 1}},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			path := shared(t, "faults", filepath.FromSlash(c.path))
			converted := agree(t, path, countedSet{c.want, c.ignored}, c.unsized, c.says...)
			if c.boxes != nil {
				assert.Equal(t, c.boxes, converted.boxes())
			}
			compared, got := compareOf(t, path)
			require.Equal(t, c.trained, got.status == 0, got.stderr)
			if !c.trained {
				// Too few to train and test on, or no images beside: that is said,
				// and so is what was read before.
				for _, words := range c.says {
					if _, fault, _ := strings.Cut(words, ": "); !strings.Contains(words, "nor a file") {
						assert.Contains(t, got.stderr, fault)
					}
				}
				return
			}
			assert.Equal(t, countedSet{c.want, c.ignored}, compared, "compare")
		})
	}
}

func TestSharedFaultOfRoboflow(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	path := shared(t, "faults", "28-roboflow-coco")
	for split, n := range map[string]int{"train": 4, "valid": 2, "test": 2, "train,val": 6, "all": 8, "": 8} {
		want := held{n, n, 1}
		flags := []string{"--split", split}
		if split == "" {
			flags = nil
		}
		inspected, got := inspectOf(t, path, flags...)
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, want, inspected.held, split)
		c, got := convertOf(t, path, flags...)
		require.Zero(t, got.status, got.stderr)
		assert.Len(t, c.Annotations, n)
		if split == "" {
			want = held{2, 2, 1} // ids of images are of one split alone
		}
		evaluated, got := evalOf(t, path, flags...)
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, want, evaluated.held, split)
	}
	_, got := evalOf(t, path)
	assert.Contains(t, got.stderr, "the splits share ids of images: evaluated on val; --split names another")
	compared, got := compareOf(t, path)
	assert.Equal(t, held{6, 6, 1}, compared.held)
	assert.Contains(t, got.stderr, "the 2 images of test are not used: val is held out")
}

func TestSharedFaultOfTheLimitOnDetections(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	folder := shared(t, "faults", "36-tide-maxdets")
	for limits, beyond := range map[string]int{"1,10,100": 50, "1,10,150": 0, "5": 145} {
		got := detsample("eval", "--gt", filepath.Join(folder, "gt.json"), "--dt", filepath.Join(folder, "dt.json"), "--tide", "--max-dets", limits, "--format", "json")
		require.Zero(t, got.status, got.stderr)
		var e evaluationJSON
		require.NoError(t, json.Unmarshal([]byte(got.stdout), &e))
		assert.Equal(t, beyond, e.Errors.Kinds["missed"].Count, limits)
		assert.Equal(t, beyond, e.Errors.BeyondLimit, limits)
	}
	for _, format := range []string{"table", "text", "markdown"} {
		got := detsample("eval", "--gt", filepath.Join(folder, "gt.json"), "--dt", filepath.Join(folder, "dt.json"), "--tide", "--format", format)
		assert.Contains(t, strings.Join(strings.Fields(got.stdout), " "), "The limit of 100 detections an image is what misses 50 objects")
	}
}
