package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	insight "detsample/bench/inspect"
)

const cells = `{
	"images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}, {"id": 2, "file_name": "b.jpg", "width": 640, "height": 480}],
	"categories": [{"id": 1, "name": "cell"}, {"id": 2, "name": "platelet"}],
	"annotations": [
		{"id": 1, "image_id": 1, "category_id": 1, "bbox": [100, 100, 110, 100], "area": 11000, "iscrowd": 0},
		{"id": 2, "image_id": 1, "category_id": 1, "bbox": [300, 100, 100, 120], "area": 12000, "iscrowd": 0},
		{"id": 3, "image_id": 1, "category_id": 2, "bbox": [20, 30, 28, 30], "area": 840, "iscrowd": 0}]
}`

func writeCells(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cells.json")
	require.NoError(t, os.WriteFile(path, []byte(cells), 0o666))
	return path
}

func ran(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = execute(context.Background(), args, nil, &out, &errs)
	return out.String(), errs.String(), status
}

func TestInspectPrintsTablesThatFitAndEndsWithAdvice(t *testing.T) {
	out, errs, status := ran(t, "inspect", writeCells(t))
	require.Zero(t, status, errs)
	assert.Empty(t, errs)
	for _, want := range []string{"Objects by size", "Levels of the pyramid", "Classes", "What samplers would keep", "Recommendations", "platelet is the small class", "Because: "} {
		assert.Contains(t, out, want)
	}
	for line := range strings.Lines(out) {
		assert.LessOrEqual(t, text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")), fileWidth, line)
	}
}

func TestInspectWritesAPageAndJSONThatAgreeWithWhatItPrints(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "found")
	out, errs, status := ran(t, "inspect", writeCells(t), "--anchors", "retinanet", "--format", "json", "--out", dir)
	require.Zero(t, status, errs)
	var printed, written insight.Report
	require.NoError(t, json.Unmarshal([]byte(out), &printed))
	data, err := os.ReadFile(filepath.Join(dir, "inspect.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &written))
	assert.Equal(t, printed, written)
	assert.Equal(t, 3, written.Data.Objects)
	assert.Equal(t, "retinanet", written.Setting.Anchors)
	page, err := os.ReadFile(filepath.Join(dir, "inspect.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "platelet")
}

func TestInspectReadsAssignersAndSamplersFromAConfiguration(t *testing.T) {
	out, errs, status := ran(t, "preset", "default")
	require.Zero(t, status, errs)
	file := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(file, []byte(out), 0o666))
	found, errs, status := ran(t, "inspect", writeCells(t), "--config", file, "--size", "original", "--format", "json")
	require.Zero(t, status, errs)
	var r insight.Report
	require.NoError(t, json.Unmarshal([]byte(found), &r))
	assert.Equal(t, insight.Resize{}, r.Setting.Resize)
	assert.NotEmpty(t, r.Samplers)
	assert.NotEqual(t, insight.Samplers()[1].Name, r.Samplers[0].Name)
}

func TestInspectReplaysADump(t *testing.T) {
	out, errs, status := ran(t, "inspect", writeCells(t), "--dump", writeState(t))
	require.Zero(t, status, errs)
	assert.Contains(t, out, "Replay of")
	assert.Contains(t, out, "What samplers pick of this state")
	for line := range strings.Lines(out) {
		assert.LessOrEqual(t, text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")), fileWidth, line)
	}
}

func TestInspectSaysWhatIsWrong(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	file := writeCells(t)
	broken := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(broken, []byte(`{"images": [`), 0o666))
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"inspect"}, statusUsage, "expected"},
		{[]string{"inspect", ""}, statusUsage, "name is empty"},
		{[]string{"inspect", "no-such-file.json"}, statusFailure, "no-such-file.json"},
		{[]string{"inspect", broken}, statusFailure, "broken.json"},
		{[]string{"inspect", file, "--anchors", "yolo"}, statusUsage, "retinanet"},
		{[]string{"inspect", file, "--anchors", "retnanet"}, statusUsage, "; did you mean retinanet?"},
		{[]string{"inspect", file, "--size", "huge"}, statusUsage, "SHORTxLONG"},
		{[]string{"inspect", file, "--jobs", "-1"}, statusUsage, "--jobs"},
		{[]string{"inspect", file, "--anchors", "retinanet", "--config", "x.yaml"}, statusUsage, "one of them"},
		{[]string{"inspect", file, "--config", "no.yaml"}, statusFailure, "no such file"},
		{[]string{"inspect", file, "--dump", "no.npz"}, statusFailure, "no.npz"},
		{[]string{"inspect", file, "--out", file}, statusFailure, "--out"},
	} {
		out, errs, status := ran(t, c.args...)
		assert.Equal(t, c.status, status, "%v: %s", c.args, errs)
		assert.Contains(t, errs, c.says, "%v", c.args)
		assert.Empty(t, out, "%v", c.args)
	}
}

func TestAnInterruptedInspectionEndsWith130(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	assert.Equal(t, statusInterrupted, execute(ctx, []string{"inspect", writeCells(t)}, nil, &out, &errs))
	assert.Contains(t, errs.String(), "interrupted")
	assert.Empty(t, out.String())
}

func TestClassesWithoutObjectsAreCountedAsListed(t *testing.T) {
	list := file(t, "list.json", `{"images": [{"id": 1, "file_name": "none.png", "width": 64, "height": 64}], "categories": [{"id": 1, "name": "c"}, {"id": 2, "name": "d"}],
		"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 1200}]}`)
	out, errs, status := ran(t, "inspect", list)
	require.Zero(t, status, errs)
	assert.Contains(t, out, "1 object of 1 class (2 listed), ")
}

// folder.strict of a comparison is obeyed as compare does.
func TestInspectRefusesDataWhereTheComparisonIsStrict(t *testing.T) {
	list := file(t, "list.json", `{"images": [{"id": 1, "file_name": "none.png", "width": 64, "height": 64}], "categories": [{"id": 1, "name": "c"}],
		"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 1200}, {"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 2, -3, 4], "area": 12}]}`)
	strict := file(t, "strict.yaml", tiny+"folder: {strict: true}\n")
	out, errs, status := ran(t, "inspect", list, "--config", strict)
	assert.Equal(t, statusFailure, status)
	assert.Empty(t, out)
	assert.Regexp(t, `^detsample: \S*list.json:2: annotation 2 .*\n$`, errs)
	_, errs, status = ran(t, "inspect", list, "--config", file(t, "lax.yaml", tiny), "-q")
	assert.Zero(t, status, errs)

	folder := imageSets["one class"].write(t)
	broken := filepath.Join(folder, "val", "000.png")
	pixels, err := os.ReadFile(broken)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(broken, pixels[:len(pixels)/2], 0o666)) // of which the header is well
	_, errs, status = ran(t, "inspect", folder, "--config", strict)
	assert.Equal(t, statusFailure, status)
	assert.Regexp(t, "detsample: "+regexp.QuoteMeta(folder)+`: val/000.png: .*: image left out\n$`, errs)
}

// The lines on single images and the note on all of them count the same ones, be it
// their headers that cannot be read, what follows these, or their labels.
func TestInspectCountsTheImagesThatItSaysAreNotRead(t *testing.T) {
	files := yoloTree().with(tree{"images/e.png": picture[:len(picture)/2], "labels/e.txt": yoloTree()["labels/a.txt"]})
	files["images/b.png"], files["images/c.png"] = "text", "text"
	folder, out := files.write(t), t.TempDir()
	printed, errs, status := ran(t, "inspect", folder, "--anchors", "detsample", "--out", out)
	require.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^data: images/b.png: it is text.* \(and 1 more like it\)$`, errs)
	assert.Regexp(t, `(?m)^data: images/e.png: .*: image left out$`, errs)
	assert.Contains(t, strings.Join(strings.Fields(printed), " "), "3 of 5 images are left out, as they are by compare")
	var report insight.Report
	text, err := os.ReadFile(filepath.Join(out, "inspect.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &report))
	assert.Equal(t, [2]int{2, 3}, [2]int{report.Data.Images, report.Data.Unread})

	for name := range files {
		if strings.HasSuffix(name, ".png") {
			files[name] = "text"
		}
	}
	_, errs, status = ran(t, "inspect", files.write(t))
	assert.Equal(t, statusFailure, status)
	assert.Regexp(t, `inspect: \S+ has 5 images, and none that can be read; the first of 5 problems: images/a.png: it is text`, errs)
}
