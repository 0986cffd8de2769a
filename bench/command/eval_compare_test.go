package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoDetectors writes annotations of images with objects of three classes, and
// the results of two detectors that find an object with a probability each, with
// boxes that are off by some of their side.
func twoDetectors(t *testing.T, seed uint64, images int, found, off [2]float64) (gt, first, second string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, seed))
	type object = map[string]any
	var list struct {
		Images      []object `json:"images"`
		Annotations []object `json:"annotations"`
		Categories  []object `json:"categories"`
	}
	for c := range 3 {
		list.Categories = append(list.Categories, object{"id": c + 1, "name": fmt.Sprintf("class %d", c+1)})
	}
	results := [2][]object{{}, {}}
	for i := range images {
		list.Images = append(list.Images, object{"id": i + 1, "file_name": fmt.Sprintf("%d.jpg", i), "width": 400, "height": 400})
		for range 1 + rng.IntN(5) {
			class, side := 1+rng.IntN(3), 20+100*rng.Float64()
			x, y := rng.Float64()*(400-side), rng.Float64()*(400-side)
			list.Annotations = append(list.Annotations, object{"id": len(list.Annotations) + 1, "image_id": i + 1, "category_id": class, "bbox": []float64{x, y, side, side}, "area": side * side, "iscrowd": 0})
			for d := range results {
				shift := off[d] * side * (rng.Float64() - 0.5)
				x := min(max(0, x+shift), 400-side)
				if rng.Float64() < found[d] {
					results[d] = append(results[d], object{"image_id": i + 1, "category_id": class, "bbox": []float64{x, y, side, side}, "score": rng.Float64()})
				}
				if rng.IntN(3) == 0 {
					results[d] = append(results[d], object{"image_id": i + 1, "category_id": 1 + rng.IntN(3), "bbox": []float64{5, 5, side, side}, "score": rng.Float64()})
				}
			}
		}
	}
	dir := t.TempDir()
	write := func(name string, v any) string {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, text, 0o666))
		return path
	}
	return write("gt.json", list), write("before.json", results[0]), write("after.json", results[1])
}

func pairingOf(t *testing.T, args ...string) (p pairingJSON) {
	t.Helper()
	out, errs, status := ran(t, append([]string{"eval", "--format", "json"}, args...)...)
	require.Zero(t, status, errs)
	require.NoError(t, json.Unmarshal([]byte(out), &p))
	return p
}

func TestEvalOfSeveralFilesPairsThemOverImages(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	gt, before, after := twoDetectors(t, 1, 80, [2]float64{0.6, 0.9}, [2]float64{0.3, 0.1})
	p := pairingOf(t, "--gt", gt, "--dt", before, "--dt", after, "--resamples", "200")
	require.Len(t, p.Files, 2)
	require.Len(t, p.Paired, 1)
	d := p.Paired[0]
	assert.Equal(t, [2]string{after, before}, [2]string{d.File, d.To})
	for _, figure := range []string{"AP", "APS", "APM", "APL"} {
		a, b := *p.Files[0].Summary[figure], *p.Files[1].Summary[figure]
		assert.InDelta(t, b-a, d.Figures[figure].Value, 1e-12, figure)
		assert.Less(t, d.Figures[figure].Low, d.Figures[figure].Value)
		assert.Greater(t, d.Figures[figure].High, d.Figures[figure].Value)
	}
	assert.Positive(t, d.Figures["AP"].Low)
	require.Len(t, d.Classes, 3)
	for i, c := range d.Classes {
		assert.InDelta(t, c.After-c.Before, c.Change.Value, 1e-12)
		if i > 0 {
			assert.LessOrEqual(t, math.Abs(c.Change.Value), math.Abs(d.Classes[i-1].Change.Value))
		}
	}
	// What one file alone gives is what it gives beside others.
	alone, errs, status := ran(t, "eval", "--gt", gt, "--dt", after, "--format", "json")
	require.Zero(t, status, errs)
	var single evaluationJSON
	require.NoError(t, json.Unmarshal([]byte(alone), &single))
	assert.Equal(t, single.Summary, p.Files[1].Summary)
	assert.Equal(t, p, pairingOf(t, "--gt", gt, "--dt", before, "--dt", after, "--resamples", "200"), "equal files have equal intervals")

	out, errs, status := ran(t, "eval", "--gt", gt, "--dt", before, "--dt", after, "--resamples", "200", "--tide")
	require.Zero(t, status, errs)
	assert.Regexp(t, `^after\.json is better than before\.json by \d+\.\d points of AP, \[\+\d`, out)
	for _, want := range []string{"Differences to (1), in points", "Classes that changed most", "(2) after.json", "What errors cost"} {
		assert.Contains(t, out, want)
	}
}

// What is asked for of one file is there of each of several.
func TestEvalOfSeveralFilesHasWhatItHasOfOne(t *testing.T) {
	gt, before, after := twoDetectors(t, 5, 40, [2]float64{0.9, 0.9}, [2]float64{0.4, 0.1})
	var list map[string]any
	text, err := os.ReadFile(gt)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &list))
	for i, c := range list["categories"].([]any) {
		c.(map[string]any)["frequency"] = []string{"r", "c", "f"}[i]
	}
	for _, im := range list["images"].([]any) {
		im.(map[string]any)["neg_category_ids"], im.(map[string]any)["not_exhaustive_category_ids"] = []int{1, 2, 3}, []int{}
	}
	text, err = json.Marshal(list)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(gt, text, 0o666))

	flags := []string{"--gt", gt, "--tide", "--groups", "--per-class"}
	p := pairingOf(t, append(flags, "--dt", before, "--dt", after, "--resamples", "20")...)
	for k, file := range []string{before, after} {
		out, errs, status := ran(t, append([]string{"eval", "--dt", file, "--format", "json"}, flags...)...)
		require.Zero(t, status, errs)
		var one evaluationJSON
		require.NoError(t, json.Unmarshal([]byte(out), &one))
		require.NotNil(t, one.Errors)
		require.NotNil(t, one.LVIS["APR"])
		require.Len(t, one.Classes, 3)
		assert.Equal(t, one.askedJSON, p.Files[k].askedJSON)
	}
	assert.NotEqual(t, p.Files[0].Errors, p.Files[1].Errors)

	out, errs, status := ran(t, append([]string{"eval", "--dt", before, "--dt", after, "--resamples", "20"}, flags...)...)
	require.Zero(t, status, errs)
	words := strings.Join(strings.Fields(out), " ")
	assert.Contains(t, words, "LVIS's figures by frequency, in %")
	assert.Contains(t, words, "AP_r is of 1 rare category with objects, AP_c of 1 common and AP_f of 1 frequent ones")
	row := fmt.Sprintf("(2) after.json %s %s %s %s", percent(*p.Files[1].LVIS["AP"]), percent(*p.Files[1].LVIS["APR"]), percent(*p.Files[1].LVIS["APC"]), percent(*p.Files[1].LVIS["APF"]))
	assert.Contains(t, words, row)
}

func TestALimitThatMissesObjectsIsNamedForEachOfSeveralFiles(t *testing.T) {
	gt, before, after := twoDetectors(t, 6, 20, [2]float64{1, 1}, [2]float64{0, 0})
	out, errs, status := ran(t, "eval", "--gt", gt, "--dt", before, "--dt", after, "--resamples", "20", "--tide", "--max-dets", "1,2")
	require.Zero(t, status, errs)
	words := strings.Join(strings.Fields(out), " ")
	for k := range 2 {
		assert.Regexp(t, fmt.Sprintf(`\(%d\) The limit of 2 detections an image is what misses \d+ objects, which detections beyond it find`, k+1), words)
	}
}

func TestEqualResultsCannotBeToldApart(t *testing.T) {
	gt, before, _ := twoDetectors(t, 2, 30, [2]float64{0.7, 0.7}, [2]float64{0.2, 0.2})
	data, err := os.ReadFile(before)
	require.NoError(t, err)
	again := filepath.Join(t.TempDir(), "again.json")
	require.NoError(t, os.WriteFile(again, data, 0o666))
	out, errs, status := ran(t, "eval", "--gt", gt, "--dt", before, "--dt", again, "--resamples", "50")
	require.Zero(t, status, errs)
	assert.Contains(t, out, "again.json and before.json cannot be told apart on these 30 images: 0.0 points of AP, [0.0, 0.0].")
}

// Of detectors that are equally good, a 95% interval of the difference leaves out
// zero about once in twenty sets of images.
func TestAnIntervalOfADifferenceHoldsWhatItSays(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	const sets = 100
	wrong := 0
	for seed := range uint64(sets) {
		gt, before, after := twoDetectors(t, 100+seed, 40, [2]float64{0.7, 0.7}, [2]float64{0.2, 0.2})
		d := pairingOf(t, "--gt", gt, "--dt", before, "--dt", after, "--resamples", "120").Paired[0].Figures["AP"]
		if d.Low > 0 || d.High < 0 {
			wrong++
		}
	}
	t.Logf("%d of %d intervals leave out zero", wrong, sets)
	assert.Less(t, wrong, 13, "5 are expected, and more than 12 in one of 700 times")
}

func TestClassesOfFewImagesHaveNoInterval(t *testing.T) {
	gt, before, after := twoDetectors(t, 3, 4, [2]float64{1, 1}, [2]float64{0.4, 0.1})
	for _, c := range pairingOf(t, "--gt", gt, "--dt", before, "--dt", after, "--resamples", "30").Paired[0].Classes {
		assert.Nil(t, c.Change, "4 images are too few")
	}
}

func TestEvalOfSeveralFilesSaysWhatIsWrong(t *testing.T) {
	gt, before, after := twoDetectors(t, 4, 5, [2]float64{1, 1}, [2]float64{0, 0})
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--dt", before, "--dt", before}, "twice"},
		{[]string{"--dt", before, "--dt", after, "--format", "text"}, "--format text"},
		{[]string{"--dt", before, "--dt", after, "--resamples", "3"}, "expected 20 to"},
		{[]string{"--dt", before, "--dt", "none.json"}, "none.json"},
	} {
		out, errs, status := ran(t, append([]string{"eval", "--gt", gt}, c.args...)...)
		assert.NotZero(t, status)
		assert.Contains(t, errs, c.says)
		assert.Empty(t, out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	assert.Equal(t, statusInterrupted, execute(ctx, []string{"eval", "--gt", gt, "--dt", before, "--dt", after}, nil, &out, &errs))
	assert.Empty(t, out.String())
}

func TestAFigureStandsBesideItsInterval(t *testing.T) {
	gt, before, after := twoDetectors(t, 1, 40, [2]float64{0.6, 0.9}, [2]float64{0.3, 0.1})
	t.Setenv("COLUMNS", "80")
	out, errs, status := ran(t, "eval", "--gt", gt, "--dt", before, "--dt", after, "--resamples", "50")
	require.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^\(1\) before\.json +\d+ +\d+\.\d ± \d+\.\d +\d+\.\d +\d+\.\d `, out)
	assert.NotRegexp(t, `(?m)^file .*±`, out, "no column of its own, which a narrow terminal would part from its figure")
}
