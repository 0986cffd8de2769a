package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"detsample/bench/annotations"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		"--to coco --classes cta":           `unknown class "cta": did you mean cat?`,
		"--to coco --classes cat,cat":       `--classes names "cat" twice`,
		"--to pascal":                       "--to must be one of",
	} {
		got := detsample(append([]string{"convert", gt, "--out", filepath.Join(t.TempDir(), "x")}, strings.Fields(args)...)...)
		assert.Equal(t, statusUsage, got.status, args)
		assert.Contains(t, got.stderr, message)
	}
}
