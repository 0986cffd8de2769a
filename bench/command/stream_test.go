package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// brief takes n bytes, and then fails.
type brief struct{ n int }

var errFull = errors.New("no space left")

func (b *brief) Write(p []byte) (int, error) {
	if b.n -= len(p); b.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// everyOutput are command lines, one for each way in which something is
// written to standard output.
func everyOutput(t *testing.T) [][]string {
	t.Helper()
	config, gt := file(t, "tiny.yaml", tiny), file(t, "gt.json", catsAndDogs)
	dt, folder := resultFile(t, result(1, 3, 10, 10, 20, 20, 0.9)), t.TempDir()
	state := overlapping(t)
	lines := [][]string{
		{"--help"}, {"--version"}, {"list", "--help"}, {"preset", "small"},
		{"check", config}, {"check", "--print", config},
		{"curves", "--loss", "ce", "--out", filepath.Join(folder, "curves.svg")},
		{"convert", gt, "--to", "yolo", "--out", filepath.Join(folder, "yolo"), "--force"},
	}
	for _, format := range []string{"table", "json", "markdown"} {
		lines = append(lines,
			[]string{"list", "--format", format},
			[]string{"replay", state, "--format", format},
			[]string{"inspect", gt, "--format", format},
			[]string{"eval", "--gt", gt, "--dt", dt, "--tide", "--per-class", "--format", format},
			[]string{"compare", "--seeds", "1", "--config", config, "--only", "focal", "--out", filepath.Join(folder, "out"), "--format", format},
		)
	}
	return append(lines, []string{"eval", "--gt", gt, "--dt", dt, "--format", "text"})
}

func TestAnOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for i, args := range everyOutput(t) {
		if testing.Short() && i%4 != 0 {
			continue // varies what is written
		}
		var whole bytes.Buffer
		require.Zero(t, Main(args, nil, &whole, &bytes.Buffer{}), args)
		if whole.Len() == 0 {
			continue // says nothing where all goes well
		}
		for _, n := range []int{0, whole.Len() * 3 / 4} { // the times in it have no fixed length
			var errs bytes.Buffer
			assert.Equal(t, statusFailure, Main(args, nil, &brief{n}, &errs), args)
			assert.Equal(t, 1, strings.Count(errs.String(), "detsample: the output is not complete: no space left\n"), errs.String())
			assert.Equal(t, 1, strings.Count(errs.String(), errFull.Error()), "said once: %s", errs.String())
		}
	}
}

func TestAFullDeviceIsAFailure(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	var errs bytes.Buffer
	assert.Equal(t, statusFailure, Main([]string{"list"}, nil, full, &errs))
	assert.Equal(t, "detsample: the output is not complete: write /dev/full: no space left on device\n", errs.String())
}

func TestAnErrorKeepsItsStatusWhereTheOutputFailsToo(t *testing.T) {
	var errs bytes.Buffer
	assert.Equal(t, statusUsage, Main([]string{"list", "smapler"}, nil, &brief{}, &errs), "nothing was to be written")
	bad := file(t, "bad.yaml", "strategies: 3\n")
	assert.Equal(t, statusFailure, Main([]string{"check", file(t, "good.yaml", tiny), bad}, nil, &brief{}, &errs))
	assert.Contains(t, errs.String(), bad+":1:13: ")
}

// The names of a folder, its classes, a strategy and a title, and what errors
// quote of them.
func TestNothingFromOutsideSteersTheTerminalOrThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	const evil = "\x1b[31m<script>alert(1)</script>\u202e"
	quoted := `\u001b[31m<script>alert(1)</script>\u202e`
	yaml := strings.Replace(strings.Replace(tiny, "title: Tiny", `title: "`+quoted+`"`, 1), "name: focal", `name: "`+quoted+`"`, 1)
	config := file(t, "tiny.yaml", yaml)
	dir := filepath.Join(t.TempDir(), strings.ReplaceAll(evil, "/", "|"))
	require.NoError(t, os.Mkdir(dir, 0o777))
	var boxes []string
	for i := range 6 {
		boxes = append(boxes, fmt.Sprintf(`{"id": %d, "image_id": %d, "category_id": %d, "bbox": [4, 4, 12, 12], "area": 144, "iscrowd": 0}`, i, i, 1+i%2))
	}
	classes := `"categories": [{"id": 1, "name": "` + quoted + `"}, {"id": 2, "name": "_b_ ` + "`c`" + ` [d](e) *f*"}]`
	data := imageFolder(t, `"annotations": [`+strings.Join(boxes, ", ")+`], `+classes)
	data, moved := filepath.Join(dir, "data"), data
	require.NoError(t, os.Rename(moved, data))
	gt, missing, out := filepath.Join(data, "annotations.json"), filepath.Join(dir, "missing"), filepath.Join(dir, "out")
	dt, state := filepath.Join(dir, "dt.json"), overlapping(t)
	require.NoError(t, os.WriteFile(dt, []byte("["+result(1, 1, 4, 4, 12, 12, 0.9)+"]"), 0o666))
	lines := [][]string{
		{"check", missing}, {"check", "--print", config}, {"check", file(t, "bad.yaml", `"`+quoted+`": 1`)},
		{"eval", "--gt", gt, "--dt", missing}, {"eval", "--gt", missing, "--dt", dt}, {"inspect", missing}, {evil}, {"compare", "--" + evil},
		{"preset", evil}, {"list", evil}, {"compare", "--data", missing, "--config", config, "--out", out}, {"curves", "--loss", evil},
		{"convert", gt, "--to", "yolo", "--out", filepath.Join(dir, "yolo")}, {"convert", missing, "--to", "yolo", "--out", dir},
		{"curves", "--loss", "ce", "--out", filepath.Join(dir, "curves.svg")},
		{"eval", "--gt", gt, "--dt", dt, "--per-class", "--format", "text"},
	}
	for _, format := range []string{"table", "json", "markdown"} {
		lines = append(lines,
			[]string{"eval", "--gt", gt, "--dt", dt, "--per-class", "--format", format},
			[]string{"inspect", gt, "--format", format, "--out", filepath.Join(dir, "inspected")},
			[]string{"replay", state, "--annotations", gt, "--config", config, "--format", format, "--out", filepath.Join(dir, "replayed")},
			[]string{"compare", "--seeds", "1", "--config", config, "--data", data, "--out", out, "--format", format})
	}
	for _, args := range lines {
		got := detsample(args...)
		require.NotContains(t, got.stderr, "panic")
		for _, text := range []string{got.stdout, got.stderr} {
			assert.False(t, strings.ContainsFunc(text, func(r rune) bool {
				return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u202e'
			}), "%q: %q", args, text)
		}
		assert.NotEmpty(t, got.stdout+got.stderr)
		if slices.Contains(args, "markdown") {
			assert.NotContains(t, got.stdout, "<script>", args)
			assert.Contains(t, got.stdout, "&lt;script&gt;", args)
		}
	}
	for _, page := range []string{filepath.Join(out, "report.html"), filepath.Join(dir, "inspected", "inspect.html"), filepath.Join(dir, "replayed", "replay.html")} {
		html, err := os.ReadFile(page)
		require.NoError(t, err)
		assert.NotContains(t, string(html), "<script>alert")
		assert.Contains(t, string(html), "&lt;script&gt;alert")
		assert.NotContains(t, string(html), "\x1b")
		assert.NotContains(t, string(html), "\u202e")
	}
}
