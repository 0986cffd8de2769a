package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/summary"
)

func TestCompareRanksAndWritesItsResults(t *testing.T) {
	out := t.TempDir()
	got := detsample("compare", "--config", file(t, "tiny.yaml", tiny), "--seeds", "2", "--out", out)
	require.Zero(t, got.status, got.stderr)
	for _, want := range []string{
		"8 + 4 images", "3 classes", "anchors per image", "positives:negatives 1:",
		"No conclusion: nothing was learned", "not ranked", "First stage (rpn)", "AP along training", "AP50 and AP of each class",
		"focal", "two-stage", "SD", "Results are in " + out,
	} {
		assert.Contains(t, strings.Join(strings.Fields(got.stdout), " "), want)
	}
	for line := range strings.Lines(got.stdout) {
		assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), fileWidth+len(out)-len("out"), line)
	}
	runs, warnings, _ := strings.Cut(got.stderr, "warning: ")
	assert.Equal(t, 4, strings.Count(runs, "\n"), got.stderr)
	assert.Contains(t, runs, "4/4")
	assert.Contains(t, warnings, "two-stage: rpn.sampler: 100% of images: ")
	for line := range strings.Lines(warnings) {
		assert.LessOrEqual(t, len([]rune(line)), fileWidth+1, line)
	}
	assert.True(t, strings.HasSuffix(warnings, "\nWhat to do about warnings is in "+filepath.Join(out, "report.html")+".\n"), warnings)
	for _, name := range []string{"report.html", "summary.json", "results.jsonl", "config.yaml"} {
		assert.FileExists(t, filepath.Join(out, name))
	}
	assert.Zero(t, detsample("check", filepath.Join(out, "config.yaml")).status)
}

func TestCompareAsJSONIsTheSummaryAlone(t *testing.T) {
	got := detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--out", t.TempDir(), "--format", "json")
	require.Zero(t, got.status, got.stderr)
	var s summary.Summary
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &s))
	assert.Len(t, s.Strategies, 2)
	assert.Equal(t, "Tiny", s.Title)
}

func TestCompareAsMarkdownHasTables(t *testing.T) {
	got := detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--out", t.TempDir(), "--format", "markdown")
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "### Strategies, not ranked: nothing was learned\n\n| # | strategy |")
	assert.NotContains(t, got.stdout, "─")
}

func TestQuietPrintsNothing(t *testing.T) {
	got := detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--out", t.TempDir(), "--quiet", "--only", "focal")
	assert.Equal(t, outcome{}, got)
}

// results returns the runs in a folder without what they took.
func results(t *testing.T, out string) string {
	data, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(data)) {
		var run map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &run))
		require.Contains(t, run, "time")
		delete(run, "time")
		stripped, err := json.Marshal(run)
		require.NoError(t, err)
		lines = append(lines, string(stripped))
	}
	return strings.Join(lines, "\n")
}

func TestResultsDoNotDependOnJobs(t *testing.T) {
	path, one, two := file(t, "tiny.yaml", tiny), t.TempDir(), t.TempDir()
	require.Zero(t, detsample("compare", "--config", path, "--seeds", "2", "--jobs", "1", "--out", one, "-q").status)
	require.Zero(t, detsample("compare", "--config", path, "--seeds", "2", "--jobs", "2", "--out", two, "-q").status)
	assert.Equal(t, results(t, one), results(t, two))
	assert.Equal(t, 3, strings.Count(results(t, one), "\n"))
}

func TestResumeTrainsNothingAgain(t *testing.T) {
	path, out := file(t, "tiny.yaml", tiny), t.TempDir()
	require.Zero(t, detsample("compare", "--seeds", "1", "--config", path, "--out", out).status)
	first, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	got := detsample("compare", "--seeds", "1", "--config", path, "--out", out, "--resume")
	require.Zero(t, got.status)
	assert.Equal(t, 2, strings.Count(got.stderr, "taken over"))
	second, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	assert.Equal(t, string(first), string(second), "even the times are those of the first call")
}

func TestOnlyTakesNamesWithCommas(t *testing.T) {
	c := &config.Config{Strategies: []strategy.Strategy{{Name: "a"}, {Name: "a, b"}, {Name: "c"}}}
	for value, want := range map[string][]string{"a, b": {"a, b"}, "a,c": {"a", "c"}, "c": {"c"}, "c,a,c": {"a", "c"}} {
		got, err := strategiesIn(c, []string{value})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := strategiesIn(c, []string{"a,d"})
	assert.ErrorContains(t, err, `unknown strategy "d"`)
}

func TestOnlyAndBudgetReachTheConfiguration(t *testing.T) {
	out := t.TempDir()
	got := detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--only", "two-stage", "--budget", "0.5", "--out", out, "-q")
	require.Zero(t, got.status, got.stderr)
	c, err := config.Load(filepath.Join(out, "config.yaml"))
	require.NoError(t, err)
	assert.Equal(t, []string{"two-stage"}, names(c))
	assert.Equal(t, 8, c.Training.Images)
}

// imageFolder is a COCO set of six grey images with these annotations and
// categories.
func imageFolder(t *testing.T, annotations string) string {
	folder := t.TempDir()
	var images []string
	for i := range 6 {
		name := fmt.Sprintf("%d.png", i)
		var picture bytes.Buffer
		require.NoError(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 32, 32))))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), picture.Bytes(), 0o600))
		images = append(images, fmt.Sprintf(`{"id": %d, "file_name": %q, "width": 32, "height": 32}`, i, name))
	}
	list := fmt.Sprintf(`{"images": [%s], %s}`, strings.Join(images, ", "), annotations)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "annotations.json"), []byte(list), 0o600))
	return folder
}

func TestCompareOnAFolderReportsWhatIsWrongWithIt(t *testing.T) {
	var boxes []string
	for i := range 6 {
		boxes = append(boxes, fmt.Sprintf(`{"id": %d, "image_id": %d, "category_id": 1, "bbox": [4, 4, 12, 12], "area": 144, "iscrowd": 0}`, i, i))
	}
	boxes = append(boxes, `{"id": 9, "image_id": 3, "category_id": 1, "bbox": [4, 4, -12, 12], "area": 0, "iscrowd": 0}`)
	folder := imageFolder(t, `"annotations": [`+strings.Join(boxes, ", ")+`], "categories": [{"id": 1, "name": "cell"}]`)
	got := detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--data", folder, "--out", t.TempDir())
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "of 1 class,")
	assert.Contains(t, got.stderr, "data: annotations.json: byte ")
}

func TestWhatIsFoundInTheDataIsALineAKind(t *testing.T) {
	var w strings.Builder
	problems := []annotations.Problem{{File: "a.xml", Line: 1, Message: "x"}, {Message: "fewer images", Notice: true}}
	for i := range 102 {
		problems = append(problems, annotations.Problem{Message: strings.Repeat("z", i+1)}, annotations.Problem{File: "b.xml", Message: "x"})
	}
	printNotes(&w, problems)
	assert.True(t, strings.HasPrefix(w.String(), "data: a.xml:1: x (and 102 more like it)\ndata: fewer images\ndata: z\n"), w.String())
	assert.True(t, strings.HasSuffix(w.String(), "data: "+strings.Repeat("z", 98)+"\ndata: and 4 findings of another kind\n"), w.String())
}

func TestABatchThatNoMachineHoldsIsRefused(t *testing.T) {
	config, out := file(t, "huge.yaml", strings.Replace(tiny, "training: {", "training: {batch: 2000000000, ", 1)), filepath.Join(t.TempDir(), "out")
	for _, got := range []outcome{detsample("check", config), detsample("compare", "--config", config, "--out", out)} {
		assert.Equal(t, statusFailure, got.status)
		assert.Regexp(t, `a run of ".*" takes about \S+ GiB of memory beside 0 MiB of images, this machine has \S+ [GM]iB: lower training.batch \(now 2000000000\)`, got.stderr)
	}
	assert.NoDirExists(t, out)
}
