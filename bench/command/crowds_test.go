package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/summary"
)

// crowdedTree is four images with an object and a crowd of cats each, and a crowd of
// a class that has no object in one of them.
func crowdedTree() tree {
	crowds := cocoObject
	for _, crowd := range []string{`"id": 11, "image_id": 1, "category_id": 1`, `"id": 12, "image_id": 2, "category_id": 1`,
		`"id": 13, "image_id": 3, "category_id": 1`, `"id": 14, "image_id": 4, "category_id": 1`, `"id": 15, "image_id": 1, "category_id": 2`} {
		crowds += ",\n{" + crowd + `, "bbox": [40, 10, 50, 30], "area": 1500, "iscrowd": 1}`
	}
	return cocoTree(cocoImage, crowds, `{"id": 1, "name": "cat"}, {"id": 2, "name": "fish"}`)
}

// COCO's evaluation finds no object in a crowd and misses none: every command counts
// crowds beside the objects, and says it in the same words.
func TestEveryCommandCountsCrowdsBesidesObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	path := crowdedTree().write(t)
	gt, dt := filepath.Join(path, "gt.json"), file(t, "dt.json", `[{"image_id": 1, "category_id": 1, "bbox": [10, 10, 20, 20], "score": 0.5}]`)
	agree(t, path, countedSet{held{4, 4, 1}, 5}, 0, `1 of 2 categories has no object: "fish" (only crowds or ignored ones)`)
	said := func(args ...string) string {
		got := detsample(args...)
		require.Zero(t, got.status, got.stderr)
		return strings.Join(strings.Fields(got.stdout), " ")
	}
	const besides = "; 5 crowds or ignored objects besides"
	const sized = "4 objects of 1 class (2 listed) in 4 images" + besides

	out := t.TempDir()
	inspected := said("inspect", path, "--out", filepath.Join(out, "inspect"))
	assert.Contains(t, inspected, "4 images (0 without objects), 4 objects of 1 class (2 listed)")
	assert.Contains(t, inspected, besides+". Anchors")
	page, err := os.ReadFile(filepath.Join(out, "inspect", "inspect.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "4 of 1 class (2 listed)"+besides)

	assert.Contains(t, said("eval", "--gt", gt, "--dt", dt), sized+"; 1 detection.")
	assert.Contains(t, said("eval", "--gt", gt, "--dt", dt, "--as-is"), sized+"; 1 detection.", "ignored objects count there, crowds do not")
	other := file(t, "other.json", `[]`)
	assert.Contains(t, said("eval", "--gt", gt, "--dt", dt, "--dt", other, "--resamples", "20"), sized+".")
	var e evaluationJSON
	require.NoError(t, json.Unmarshal([]byte(said("eval", "--gt", gt, "--dt", dt, "--per-class", "--format", "json")), &e))
	assert.Equal(t, [2]int{4, 0}, [2]int{e.Classes[0].Objects, e.Classes[1].Objects})
	var p pairingJSON
	require.NoError(t, json.Unmarshal([]byte(said("eval", "--gt", gt, "--dt", dt, "--dt", other, "--resamples", "20", "--format", "json")), &p))
	assert.Equal(t, [3]int{4, 5, 4}, [3]int{p.Objects, p.Ignored, p.Paired[0].Classes[0].Objects})

	for format, want := range map[string]string{"coco": sized, "voc": sized, "yolo": sized + ", left out"} {
		to := filepath.Join(out, format)
		assert.Equal(t, to+": "+want, said("convert", path, "--to", format, "--out", to))
		if format == "voc" {
			assert.Contains(t, said("eval", "--gt", to, "--dt", file(t, "none.json", `[]`)), sized)
		}
	}
}

func TestAComparisonCountsCrowdsBesidesObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	path, out := crowdedTree().write(t), t.TempDir()
	got := detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--only", "focal", "--data", path, "--out", out)
	require.NotEmpty(t, got.stdout, got.stderr)
	text, err := os.ReadFile(filepath.Join(out, "summary.json"))
	require.NoError(t, err)
	var s summary.Summary
	require.NoError(t, json.Unmarshal(text, &s))
	d := &s.Data
	require.Equal(t, []string{"cat", "fish"}, d.Classes)
	assert.Equal(t, [2][]int{{3, 0}, {1, 0}}, [2][]int{d.TrainObjects, d.TestObjects})
	assert.Equal(t, 5, d.TrainIgnored+d.TestIgnored)
	require.Positive(t, d.TestIgnored)
	require.Len(t, s.Strategies[0].Classes, 2)
	for k, c := range s.Strategies[0].Classes {
		assert.Equal(t, d.TestObjects[k], c.Objects, c.Class)
	}
	words := strings.Join(strings.Fields(got.stdout), " ")
	assert.Contains(t, words, "3 + 1 object of 1 class (2 listed), most of")
	assert.Regexp(t, `; \d \+ \d crowds or ignored objects besides; \d+ anchors per image`, words)
	page, err := os.ReadFile(filepath.Join(out, "report.html"))
	require.NoError(t, err)
	assert.Regexp(t, `3 with 3 objects; \d crowds or ignored objects besides`, string(page))
	assert.Regexp(t, `1 with 1 object; \d crowds? or ignored objects? besides`, string(page))
}
