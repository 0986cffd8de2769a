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
)

func TestConvertGoesFromCOCOToVOCAndBack(t *testing.T) {
	dir := t.TempDir()
	voc, back := filepath.Join(dir, "voc"), filepath.Join(dir, "back.json")
	got := detsample("convert", file(t, "gt.json", catsAndDogs), "--to", "voc", "--out", voc)
	require.Equal(t, outcome{stdout: voc + ": 2 objects of 2 classes in 2 images\n"}, got)
	require.Zero(t, detsample("convert", voc, "--to", "coco", "--out", back, "--classes", "dog,cat").status)
	s, err := annotations.Open(back, annotations.Options{Policy: annotations.Policy{Refuse: true}})
	require.NoError(t, err)
	require.Len(t, s.Images, 2)
	assert.Equal(t, [4]float64{10, 10, 50, 50}, s.Images[1].Objects[0].Box)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing temporary stays")
}

func TestConvertWritesYOLOsLabels(t *testing.T) {
	out := filepath.Join(t.TempDir(), "yolo")
	require.Zero(t, detsample("convert", file(t, "gt.json", catsAndDogs), "--to", "yolo", "--out", out, "--classes", "dog").status)
	label, err := os.ReadFile(filepath.Join(out, "labels", "b.txt"))
	require.NoError(t, err)
	assert.Equal(t, "0 0.35000000 0.35000000 0.50000000 0.50000000\n", string(label))
	empty, err := os.ReadFile(filepath.Join(out, "labels", "a.txt"))
	require.NoError(t, err)
	assert.Empty(t, empty)
}

func TestConvertOverwritesOnlyWhenForced(t *testing.T) {
	gt, dir := file(t, "gt.json", catsAndDogs), t.TempDir()
	for _, to := range []string{"coco", "voc", "yolo"} {
		out := filepath.Join(dir, to)
		if to == "coco" {
			require.NoError(t, os.WriteFile(out, []byte("precious"), 0o600))
		} else {
			require.NoError(t, os.Mkdir(out, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(out, "precious"), nil, 0o600))
		}
		got := detsample("convert", gt, "--to", to, "--out", out)
		assert.Equal(t, statusFailure, got.status)
		assert.Equal(t, "detsample: "+out+" exists: name another --out, or add --force to overwrite\n", got.stderr)
		require.Zero(t, detsample("convert", gt, "--to", to, "--out", out, "--force").status)
		require.Zero(t, detsample("convert", gt, "--to", to, "--out", out, "--force").status)
		if to != "coco" {
			assert.FileExists(t, filepath.Join(out, "precious"))
			found, _ := filepath.Glob(filepath.Join(out, "*", "*"))
			assert.Len(t, found, 2)
		}
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 3, "nothing temporary stays")
}

func TestConvertLeavesNothingBehindWhenItFails(t *testing.T) {
	dir := t.TempDir()
	unsized := file(t, "gt.json", strings.ReplaceAll(catsAndDogs, `"width": 100, `, ""))
	got := detsample("convert", unsized, "--to", "yolo", "--out", filepath.Join(dir, "yolo"))
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, "image 1 (a.jpg) has no width and height")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestForcedConversionFollowsNoLinkOutOfTheFolder(t *testing.T) {
	out, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(out, "Annotations")); err != nil {
		t.Skip(err)
	}
	got := detsample("convert", file(t, "gt.json", catsAndDogs), "--to", "voc", "--out", out, "--force")
	assert.Equal(t, statusFailure, got.status)
	left, err := os.ReadDir(outside)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestConvertTurnsPredictionsIntoResultsThatEvaluate(t *testing.T) {
	gt, labels := file(t, "gt.json", catsAndDogs), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(labels, "a.txt"), []byte("0 0.2 0.2 0.2 0.2 0.9\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(labels, "b.txt"), []byte("1 0.35 0.35 0.5 0.5 0.9\n"), 0o600))
	dt := filepath.Join(t.TempDir(), "results.json")
	got := detsample("convert", labels, "--to", "results", "--gt", gt, "--out", dt)
	require.Equal(t, outcome{stdout: dt + ": 2 detections\n"}, got)
	var out evaluationJSON
	require.NoError(t, json.Unmarshal([]byte(detsample("eval", "--gt", gt, "--dt", dt, "--format", "json").stdout), &out))
	assert.InDelta(t, 1, *out.Summary["AP"], 1e-9)
}

func TestConvertRefusesWrongUsage(t *testing.T) {
	gt := file(t, "gt.json", catsAndDogs)
	for args, message := range map[string]string{
		"--to results":                      "--gt and --to results need each other",
		"--to coco --gt x":                  "--gt and --to results need each other",
		"--to results --gt x --classes cat": "--classes and --categories-from can't be used with --to results",
		"--to coco --classes cta":           `unknown class "cta": expected one of cat, dog; did you mean cat?`,
		"--to coco --classes cat,cat":       `--classes names "cat" twice`,
		"--to pascal":                       "--to must be one of",
	} {
		got := detsample(append([]string{"convert", gt, "--out", filepath.Join(t.TempDir(), "x")}, strings.Fields(args)...)...)
		assert.Equal(t, statusUsage, got.status, args)
		assert.Contains(t, got.stderr, message)
	}
}

// categories returns the numbers of categories by name.
func (c *converted) categories() map[string]int64 {
	numbers := map[string]int64{}
	for _, k := range c.Categories {
		numbers[k.Name] = k.ID
	}
	return numbers
}

func TestConvertKeepsTheIdsOfCategoriesOrSaysHowItNumbersThem(t *testing.T) {
	coco := file(t, "gt.json", catsAndDogs)
	c, got := convertOf(t, coco)
	assert.Equal(t, map[string]int64{"cat": 3, "dog": 7}, c.categories())
	assert.NotContains(t, got.stderr, "number")

	c, got = convertOf(t, formatYOLO().write(t))
	assert.Equal(t, map[string]int64{"cat": 1, "dog": 2}, c.categories(), "COCO counts from 1")
	assert.Contains(t, got.stderr, `data: 2 categories are given a number: "cat" is 1 in place of 0`)
	c, got = convertOf(t, formatVOC().write(t))
	assert.Equal(t, map[string]int64{"cat": 1, "dog": 2}, c.categories())
	assert.Contains(t, got.stderr, `data: 2 categories are given a number: "cat" is 1`)

	out := filepath.Join(t.TempDir(), "yolo")
	got = detsample("convert", coco, "--to", "yolo", "--out", out)
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stderr, `data: classes are numbered from 0 in the order of the ids: "cat", category 3, is class 0`)
}

func TestConvertTakesTheNumbersOfCategoriesFromAFile(t *testing.T) {
	more := strings.Replace(catsAndDogs, `"categories": [`, `"categories": [{"id": 1, "name": "ant"}, `, 1)
	names := formatYOLO().with(tree{"data.yaml": "names: [ant, dog, cat]\n"})
	for name, c := range map[string]struct {
		from string
		want map[string]int64
	}{
		"COCO":        {file(t, "other.json", more), map[string]int64{"ant": 1, "cat": 3, "dog": 7}},
		"classes.txt": {file(t, "classes.txt", "\ufeffant\r\ndog\r\ncat\r\n"), map[string]int64{"ant": 1, "dog": 2, "cat": 3}},
		"data.yaml":   {file(t, "data.yaml", "names: {0: ant, 1: dog, 2: cat}\n"), map[string]int64{"ant": 1, "dog": 2, "cat": 3}},
		"a folder":    {names.write(t), map[string]int64{"ant": 1, "dog": 2, "cat": 3}},
	} {
		converted, got := convertOf(t, formatYOLO().write(t), "--categories-from", c.from)
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, c.want, converted.categories(), name)
		for _, a := range converted.Annotations[:2] { // a cat and a dog
			assert.Contains(t, []int64{c.want["cat"], c.want["dog"]}, a.Category, name)
		}
		assert.Equal(t, c.want["cat"], converted.Annotations[0].Category, name)
	}
	yolo := filepath.Join(t.TempDir(), "yolo")
	require.Zero(t, detsample("convert", file(t, "gt.json", catsAndDogs), "--to", "yolo", "--out", yolo, "--categories-from", file(t, "classes.txt", "ant\ndog\ncat\n")).status)
	label, err := os.ReadFile(filepath.Join(yolo, "labels", "a.txt"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(label), "2 "), "%s", label)

	for from, want := range map[string]string{
		file(t, "names.txt", "cat\n"):              `category "dog" is not among the 1 to number by`,
		file(t, "names.txt", "cat\ndog\ndog\n"):    `have "dog" twice`,
		file(t, "names.txt", "\n"):                 "it names no category",
		file(t, "names.yaml", "path: x\n"):         "no list of names",
		file(t, "other.json", `{"images": [`):      "is it truncated?",
		filepath.Join(t.TempDir(), "missing.json"): "no such file",
	} {
		_, got := convertOf(t, file(t, "gt.json", catsAndDogs), "--categories-from", from)
		assert.Equal(t, statusFailure, got.status, from)
		assert.Contains(t, got.stderr, want)
	}
}

func TestAConversionThatWritesNothingFails(t *testing.T) {
	polygons := vocTree()
	for _, name := range []string{"a", "b", "c", "d"} {
		polygons["Annotations/"+name+".xml"] = vocFile("<object><name>dog</name><polygon></polygon></object>")
	}
	crowds := strings.NewReplacer(`"area": 400`, `"area": 400, "iscrowd": 1`, `"area": 2500`, `"area": 2500, "iscrowd": 1`).Replace(catsAndDogs)
	labels := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(labels, "a.txt"), nil, 0o600))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{file(t, "gt.json", `{"images": [], "annotations": [], "categories": []}`), "--to", "voc"}, "no object to write, of 0 images: nothing was written"},
		{[]string{polygons.write(t), "--to", "coco"}, "no object to write, of 4 images: nothing was written"},
		{[]string{file(t, "gt.json", crowds), "--to", "yolo"}, "no object to write"},
		{[]string{labels, "--to", "results", "--gt", file(t, "gt.json", catsAndDogs)}, "no detection to write: nothing was written"},
	} {
		out := filepath.Join(t.TempDir(), "out")
		got := detsample(append(append([]string{"convert"}, c.args...), "--out", out)...)
		assert.Equal(t, statusFailure, got.status, c.want)
		assert.Contains(t, got.stderr, c.want)
		assert.NoFileExists(t, out)
		assert.NoDirExists(t, out)
	}
	got := detsample("convert", polygons.write(t), "--to", "coco", "--out", filepath.Join(t.TempDir(), "out"))
	assert.Contains(t, got.stderr, "no <bndbox>, but <polygon>: left out (and 3 more like it)", "what was found comes before the error")
}

func TestNamesWithDotsStayWhole(t *testing.T) {
	gt := strings.NewReplacer("a.jpg", "cam.2019.03", "b.jpg", "cam.2019.04").Replace(catsAndDogs)
	for to, want := range map[string]string{"yolo": "labels/cam.2019.03.txt", "voc": "Annotations/cam.2019.04.xml"} {
		out := filepath.Join(t.TempDir(), to)
		got := detsample("convert", file(t, "gt.json", gt), "--to", to, "--out", out)
		require.Zero(t, got.status, got.stderr)
		assert.FileExists(t, filepath.Join(out, filepath.FromSlash(want)))
	}
	labels := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(labels, "cam.2019.04.txt"), []byte("\ufeff1.0 .5 .5 .2 .2 .9\r\n"), 0o600))
	out := filepath.Join(t.TempDir(), "results.json")
	got := detsample("convert", labels, "--to", "results", "--gt", file(t, "gt.json", gt), "--out", out)
	require.Zero(t, got.status, got.stderr)
	assert.Equal(t, outcome{stdout: out + ": 1 detection\n"}, got)
}
