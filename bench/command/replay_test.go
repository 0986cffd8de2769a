package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/dump"
	"detsample/bench/replay"
)

// writeState writes a training state of two classes with 40 candidates in each
// of two images.
func writeState(t *testing.T, others ...dump.Array) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.npz")
	logits, labels := make([]float32, 2*40*2), make([]int64, 2*40)
	for i := range labels {
		labels[i] = -1
		logits[2*i], logits[2*i+1] = -3+float32(i)/40, -4
	}
	labels[3], labels[50] = 0, 1
	require.NoError(t, dump.Write(path, append([]dump.Array{
		{Name: "logits", Shape: []int{2, 40, 2}, Float: logits},
		{Name: "labels", Shape: []int{2, 40}, Int: labels}}, others...)...))
	return path
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	return path
}

const twoStrategies = `strategies:
  - {name: ce on all, dense: {sampler: all, cls: ce}}
  - {name: mined, dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}}
`

func TestReplayNeedsNoAnnotationsAndConcludes(t *testing.T) {
	for _, format := range []string{"table", "markdown"} {
		out, errs, status := ran(t, "replay", writeState(t), "--config", writeConfig(t, twoStrategies), "--format", format)
		require.Zero(t, status, errs)
		for _, want := range []string{"look at the same candidates", "mined puts ", "What the strategies learn from", "What any two strategies have in common"} {
			assert.Contains(t, out, want)
		}
		assert.NotContains(t, out, "focal", "nothing but the configuration's strategies")
		if format == "table" {
			for line := range strings.Lines(out) {
				assert.LessOrEqual(t, text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")), fileWidth, line)
			}
			assert.Less(t, strings.Index(out, "mined puts"), strings.Index(out, "What the strategies learn from"), "words come before tables")
		}
	}
}

const threeAssigners = `strategies:
  - {name: iou, dense: {sampler: all, cls: ce}}
  - {name: strict, dense: {assigner: {type: max_iou, pos_iou: 0.9, neg_iou: 0.1}, sampler: all, cls: ce}}
  - {name: predicted, dense: {assigner: task_aligned, sampler: all, cls: ce}}
`

// In words, in the table and in JSON.
func TestReplaySaysWhoseLabelsAreWhose(t *testing.T) {
	set, err := annotations.Open(writeCells(t), annotations.Options{})
	require.NoError(t, err)
	bare, config := bareState(t, set.Images[0].ID, 2), writeConfig(t, threeAssigners)
	out, errs, status := ran(t, "replay", bare, "--config", config, "--annotations", set.Path)
	require.Zero(t, status, errs)
	words := strings.Join(strings.Fields(out), " ")
	assert.Contains(t, words, "Each strategy's own assigner labels the candidates, of which ")
	assert.Contains(t, words, "strict, labelled by max_iou: 1 image, ")
	assert.Contains(t, words, "predicted is left out: assigner task_aligned of predicted needs the predicted boxes")
	for line := range strings.Lines(out) {
		assert.LessOrEqual(t, text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")), fileWidth, line)
	}
	out, errs, status = ran(t, "replay", bare, "--config", config, "--annotations", set.Path, "--format", "json")
	require.Zero(t, status, errs)
	var found replay.Report
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	require.Len(t, found.Others, 1)
	assert.Greater(t, found.Others[0].Ignored, found.Ignored)
	assert.Less(t, found.Samplers[1].Negatives, found.Samplers[0].Negatives)

	out, errs, status = ran(t, "replay", writeState(t), "--config", config)
	require.Zero(t, status, errs)
	assert.Contains(t, strings.Join(strings.Fields(out), " "), "The labels are the dump's for all strategies, whose assigners differ and are not asked: max_iou of iou, max_iou of strict and task_aligned of predicted.")
	page := filepath.Join(t.TempDir(), "found")
	_, errs, status = ran(t, "replay", writeState(t), "--config", config, "--out", page, "--quiet")
	require.Zero(t, status, errs)
	for _, file := range []string{"replay.html", "replay.json"} {
		data, err := os.ReadFile(filepath.Join(page, file))
		require.NoError(t, err)
		assert.Contains(t, string(data), "whose assigners differ and are not asked", file)
	}
}

func TestReplayTakesASingleStrategyAndNamesClasses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "found")
	out, errs, status := ran(t, "replay", writeState(t), "--config", writeConfig(t, "name: one\ndense: {sampler: all, cls: ce}\n"),
		"--annotations", writeCells(t), "--format", "json", "--out", dir)
	require.Zero(t, status, errs)
	var printed, written replay.Report
	require.NoError(t, json.Unmarshal([]byte(out), &printed))
	data, err := os.ReadFile(filepath.Join(dir, "replay.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &written))
	assert.Equal(t, printed, written)
	assert.Equal(t, []string{"cell", "platelet", "background"}, written.Classes)
	require.Len(t, written.Samplers, 1)
	page, err := os.ReadFile(filepath.Join(dir, "replay.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "What is learnt from state.npz")
	assert.NotContains(t, string(page), filepath.Dir(written.Path), "no path of the machine")
}

func TestReplaySaysWhatIsWrong(t *testing.T) {
	state := writeState(t)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"replay"}, statusUsage, "expected"},
		{[]string{"replay", ""}, statusUsage, "name is empty"},
		{[]string{"replay", "none.npz"}, statusFailure, "none.npz"},
		{[]string{"replay", state, "--config", "none.yaml"}, statusFailure, "none.yaml: no such file"},
		{[]string{"replay", state, "--annotations", "none.json"}, statusFailure, "none.json"},
		{[]string{"replay", state, "--annotations", "none.json", "--split", "sideways"}, statusUsage, "--split: "},
		{[]string{"replay", state, "--split", "val"}, statusUsage, "--split and --follow-links are of the annotations of --annotations"},
		{[]string{"replay", state, "--follow-links"}, statusUsage, "--split and --follow-links are of the annotations of --annotations"},
		{[]string{"replay", state, "--label-map", "keras"}, statusFailure, "give one of detsample, torchvision_retinanet"},
		{[]string{"replay", state, "--label-map", "mmdetection"}, statusFailure, "no candidate is background under label map mmdetection"},
		{[]string{"replay", state, "--out", state}, statusFailure, "--out"},
		{[]string{"replay", state, "--config", writeConfig(t, "name: one\ndense: {cls: softmax_ce}\n")}, statusFailure, "no strategy of the configuration can be replayed"},
	} {
		out, errs, status := ran(t, c.args...)
		assert.Equal(t, c.status, status, "%v: %s", c.args, errs)
		assert.Contains(t, errs, c.says, "%v", c.args)
		assert.Empty(t, out, "%v", c.args)
	}
}

// What an interrupt finds unread is not read: a file that does not exist is not
// missed.
func TestAnInterruptedReplayReadsNoAnnotations(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	assert.Equal(t, statusInterrupted, execute(ctx, []string{"replay", writeState(t), "--annotations", "none.json"}, nil, &out, &errs))
	assert.Equal(t, "detsample: interrupted; nothing was written\n", errs.String())
	assert.Empty(t, out.String())
}

// bareState writes a state without labels, of an image that annotations know by an
// id.
func bareState(t *testing.T, id int64, classes int) string {
	t.Helper()
	const n = 400
	var boxes []float32
	for i := range n {
		x, y := float32(i%20), float32(i/20)
		boxes = append(boxes, 4*x, 2*y, 4*x+20, 2*y+10)
	}
	path := filepath.Join(t.TempDir(), "bare.npz")
	require.NoError(t, dump.Write(path,
		dump.Array{Name: "logits", Shape: []int{1, n, classes}, Float: make([]float32, n*classes)},
		dump.Array{Name: "boxes", Shape: []int{n, 4}, Float: boxes},
		dump.Array{Name: "image_ids", Shape: []int{1}, Int: []int64{id}}))
	return path
}

func TestReplayReadsTheSplitThatIsAskedFor(t *testing.T) {
	folder := formatVOC().write(t)
	held, err := annotations.Open(folder, annotations.Options{Splits: []annotations.Split{annotations.Val}})
	require.NoError(t, err)
	all, err := annotations.Open(folder, annotations.Options{})
	require.NoError(t, err)
	require.Less(t, len(held.Images), len(all.Images))
	learnt := slices.IndexFunc(all.Images, func(m annotations.Image) bool {
		return !slices.ContainsFunc(held.Images, func(other annotations.Image) bool { return other.ID == m.ID })
	})
	require.GreaterOrEqual(t, learnt, 0)
	state := bareState(t, all.Images[learnt].ID, 2)
	_, errs, status := ran(t, "replay", state, "--annotations", folder)
	assert.Zero(t, status, errs)
	_, errs, status = ran(t, "replay", state, "--annotations", folder, "--split", "val")
	assert.Equal(t, statusFailure, status)
	assert.Contains(t, errs, "has no image of that id")
}

func TestReplayTakesItsGroundTruthFromAnnotations(t *testing.T) {
	set, err := annotations.Open(writeCells(t), annotations.Options{})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "bare.npz")
	boxes, n := []float32(nil), 400
	for i := range n {
		boxes = append(boxes, float32(i), float32(i)/2, float32(i)+20, float32(i)/2+20)
	}
	ids := dump.Array{Name: "image_ids", Shape: []int{1}, Int: []int64{set.Images[0].ID}}
	for _, c := range []struct {
		arrays []dump.Array
		status int
	}{{nil, statusFailure}, {[]dump.Array{ids}, 0}} {
		require.NoError(t, dump.Write(path, append(c.arrays,
			dump.Array{Name: "logits", Shape: []int{1, n, 2}, Float: make([]float32, 2*n)}, dump.Array{Name: "boxes", Shape: []int{n, 4}, Float: boxes})...))
		out, errs, status := ran(t, "replay", path, "--config", writeConfig(t, twoStrategies), "--annotations", set.Path)
		require.Equal(t, c.status, status, errs)
		if c.status != 0 {
			assert.Contains(t, errs, "write image_ids")
			continue
		}
		assert.Contains(t, strings.Join(strings.Fields(out), " "), "ground truth from the annotations: ")
		assert.NotContains(t, out, "none of them with an object")
	}
}
