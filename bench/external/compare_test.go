package external_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// compared runs a comparison and returns what it said beside.
func compared(t *testing.T, command, trainer string, o bench.Options) (*summary.Study, []string) {
	t.Helper()
	var notes []string
	o.Note = func(n store.Note) { notes = append(notes, n.Text) }
	study, err := bench.Compare(t.Context(), configuration(t, command, trainer), o)
	require.NoError(t, err)
	return study, notes
}

// folderOf returns the folder of a run.
func folderOf(t *testing.T, out, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(out, "trainer", "runs", name+"-*"))
	require.NoError(t, err)
	require.Len(t, found, 1, name)
	return found[0]
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(text)
}

func TestAProgramTakesPartAsTheSmallDetectorsDo(t *testing.T) {
	out := t.TempDir()
	var seen []int
	study, notes := compared(t, program(t, "-checkpoints -log"), "", bench.Options{
		Seeds: 2, Jobs: 2, Out: out, Report: true, Progress: func(e bench.Event) { seen = append(seen, e.Images) },
	})
	assert.Equal(t, []string{`the run of "Two stages" with seed 1: balance.jsonl is not of the strategy's stages [rpn roi]: left out`,
		`the run of "Two stages" with seed 2: balance.jsonl is not of the strategy's stages [rpn roi]: left out`}, slices.Sorted(slices.Values(notes)))
	require.Len(t, study.Records, 4)
	run := &study.Records[0].Run
	assert.Equal(t, []any{"focal", "one-stage", uint64(1), 24, 0.125, ""}, []any{run.Strategy, run.Detector, run.Seed, run.Images, run.LR, run.Failed})
	assert.Equal(t, []int{0, 12, 24}, []int{run.Curve[0].Images, run.Curve[1].Images, run.Curve[2].Images})
	assert.Equal(t, -1.0, run.UntrainedAP, "not measured")
	assert.Greater(t, run.AP, run.Curve[1].AP)
	assert.Len(t, run.Resamples, 100)
	assert.Positive(t, run.Calibration.Detections)
	assert.Len(t, study.Records[0].Trace.Pictures, 6)
	assert.Greater(t, run.Time.TrainS, 0.0)
	require.Len(t, run.Stages, 1)
	stage := run.Stages[0]
	assert.Equal(t, []float64{2, 98, 2, 6, 0.75, -1}, []float64{stage.Positives, stage.Negatives, stage.UsedPositives, stage.UsedNegatives, stage.NegativeLoss, stage.NegativeGrad})
	assert.Equal(t, 48, stage.Scarcity.Truths)
	assert.Greater(t, study.Summary.Strategies[0].AP.Mean, study.Summary.Strategies[1].AP.Mean)
	assert.Contains(t, seen, 24)

	dir := folderOf(t, out, "focal-1")
	assert.Contains(t, read(t, dir, "strategy.yaml"), "name: focal\nlr: 0.125\n")
	assert.Equal(t, "training focal on \n", read(t, dir, "stdout-1.txt"))
	page := read(t, out, "report.html")
	assert.Contains(t, page, "Two stages")

	// The figures are those of the files, by anybody's evaluation.
	data, err := filepath.Glob(filepath.Join(out, "trainer", "data-*"))
	require.NoError(t, err)
	require.Len(t, data, 1)
	set, err := annotations.Open(filepath.Join(data[0], "annotations", "instances_test.json"), annotations.Options{})
	require.NoError(t, err)
	truth, err := cocoeval.TruthOf(set)
	require.NoError(t, err)
	found, err := annotations.OpenResults(filepath.Join(dir, "out", "results.json"))
	require.NoError(t, err)
	result, err := cocoeval.Evaluate(cocoeval.DefaultParams(), truth.Objects, found)
	require.NoError(t, err)
	assert.InDelta(t, result.Summary().AP, run.AP, 1e-12)
	train, err := os.ReadDir(filepath.Join(data[0], "train"))
	require.NoError(t, err)
	assert.Len(t, train, 24, "scenes that are drawn anew are as many as a run sees")

	again, _ := compared(t, program(t, "-checkpoints -log"), "", bench.Options{Seeds: 2, Out: out, Resume: true})
	assert.Equal(t, study.Records[0].Run, again.Records[0].Run, "with its times: it was taken over")
	assert.Equal(t, "x", read(t, dir, "out", "starts"))
}

// Each mishap costs the run that it befalls, and is told by what was seen.
func TestMishapsAreRecordsThatSayWhatHappened(t *testing.T) {
	for flags, want := range map[string]string{
		"-crashes 9":        `^exit status 1: Traceback \(most recent call last\): / step 3 / RuntimeError: CUDA out of \\u001b\[1mmemory \(.*/focal-1-.*/stderr-1\.txt\)$`,
		"-hangs":            `^it took longer than 3s \(trainer\.timeout\): training focal on \(.*stdout-1\.txt\)$`,
		"-results junk":     `^.*/out/results\.json: .*expected a COCO result file, an array of objects$`,
		"-results foreign":  `^.*/out/results\.json: \d+ of \d+ detections have an image_id that .*instances_test\.json does not list, such as \d+: evaluate on`,
		"-results shares":   `^.*/out/results\.json: detection 1: box \[0\.25 0\.5 0\.125 0\.25\], like each of the file's \d+ boxes, lies between 0 and 1, in an image of \d+x\d+: a share of the image`,
		"-results negative": `^.*/out/results\.json: detection 1: box \[\S+ \S+ -\S+ \S+\] has a negative size: COCO has x, y, width, height$`,
		"-results none":     `^the program ended with status 0 and left no .*/focal-1-.*/out/results\.json$`,
	} {
		if testing.Short() && flags != "-results none" {
			continue // a start of a program more each
		}
		out, timeout := t.TempDir(), "timeout: 1m"
		if flags == "-hangs" {
			timeout = "timeout: 3s"
		}
		study, _ := compared(t, program(t, "-only focal "+flags), timeout, bench.Options{Out: out})
		broken, whole := study.Records[0].Run, study.Records[1].Run
		assert.Regexp(t, regexp.MustCompile(want), broken.Failed)
		assert.True(t, broken.Broken)
		assert.Empty(t, whole.Failed, "the other goes on")
		assert.Greater(t, whole.AP, 0.0)
		assert.NoFileExists(t, filepath.Join(folderOf(t, out, "focal-1"), "ended.json"), "so that it is run again")
	}
}

// A number that cannot be costs its line or, where no record can be made with it,
// the run, which is done again; the comparison goes on either way.
func TestANumberThatCannotBeEndsNoComparison(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	out := t.TempDir()
	study, notes := compared(t, program(t, "-only focal -truths -1 -log"), "", bench.Options{Out: out})
	assert.Contains(t, notes, `the run of "focal" with seed 1: 1 of 25 lines cannot be read and are left out, the first: `+
		`balance.jsonl:25: "truths" is -1: expected 0 to 9007199254740992`)
	assert.Empty(t, study.Records[0].Run.Failed)
	assert.Equal(t, 48, study.Records[0].Run.Stages[0].Scarcity.Truths)

	command := program(t, "-only focal -truths 9007199254740992 -lines 1025") // just above what an int64 holds
	out = t.TempDir()
	for _, resume := range []bool{false, true} {
		study, _ = compared(t, command, "", bench.Options{Out: out, Resume: resume})
		broken, whole := study.Records[0].Run, study.Records[1].Run
		assert.Regexp(t, `^no record can be made of what is in .*/focal-1-.*/out: stage dense: scarcity\.truths is -9\.\d+e\+18: expected 0 or more$`, broken.Failed)
		assert.True(t, broken.Broken)
		assert.Greater(t, broken.Time.TrainS, 0.0)
		assert.Empty(t, whole.Failed)
		assert.NoFileExists(t, filepath.Join(folderOf(t, out, "focal-1"), "ended.json"), "so that it is run again")
	}
	assert.Equal(t, "xx", read(t, folderOf(t, out, "focal-1"), "out", "starts"))
}

// A box that COCO's files may have, and float32 does not hold, is drawn nearer.
func TestABoxThatIsFarAwayIsDrawnNearer(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	study, _ := compared(t, program(t, "-only focal -results far"), "", bench.Options{Out: t.TempDir()})
	require.Empty(t, study.Records[0].Run.Failed)
	var far []trainer.DrawnDetection
	for _, p := range study.Records[0].Trace.Pictures {
		for _, d := range p.Detections {
			if d.Box[0] > 1000 {
				far = append(far, d)
			}
		}
	}
	require.Len(t, far, 1)
	assert.Equal(t, [4]float32{1 << 20, -1 << 20, 1 << 20, 0}, far[0].Box)
}

func TestAProgramThatDivergesIsAResult(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	out := t.TempDir()
	study, _ := compared(t, program(t, "-only focal -diverges -checkpoints"), "retries: 3", bench.Options{Out: out})
	run := study.Records[0].Run
	assert.Equal(t, "diverged after 18 images, by its exit status 3", run.Failed)
	assert.Equal(t, []any{true, false, 18, 2}, []any{run.Diverged, run.Broken, run.Images, len(run.Curve)})
	assert.Greater(t, run.AP, 0.0, "of the checkpoint before")
	assert.Equal(t, "x", read(t, folderOf(t, out, "focal-1"), "out", "starts"), "and not tried again")

	study, _ = compared(t, program(t, "-only focal -diverges"), "", bench.Options{Out: t.TempDir()})
	run = study.Records[0].Run
	assert.Equal(t, []any{true, 1, 0.0}, []any{run.Diverged, len(run.Curve), run.AP})
	assert.Len(t, run.Classes, 2)
}

// One that trained to its end and learned nothing is a result, and no mishap.
func TestAProgramThatFindsNothingLearnedNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	study, _ := compared(t, program(t, "-only focal -results empty"), "", bench.Options{Out: t.TempDir()})
	run := study.Records[0].Run
	assert.Equal(t, []any{"ends no better than the untrained network", false, 24, 0.0}, []any{run.Failed, run.Stopped(), run.Images, run.AP})
}

// Boxes of another form match nothing, as those of a network that learned nothing.
func TestBoxesThatAreNotCOCOsAreSaidToBe(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	study, notes := compared(t, program(t, "-results corners"), "", bench.Options{Out: t.TempDir()})
	require.Len(t, notes, 2)
	boxes := study.Records[0].Run.Boxes
	assert.Regexp(t, `^of \d+ boxes \d+ reach out of their images as x, y, width, height, and \d+ lie within as x1, y1, x2, y2: `, boxes)
	assert.Contains(t, notes, `the run of "focal" with seed 1: `+boxes)
	require.NotEmpty(t, study.Summary.Verdict.Change)
	assert.Equal(t, "see how the program writes boxes (focal #1: "+boxes+")", study.Summary.Verdict.Change[0])
}

func TestACrashIsTriedAgainWithWhatItLeft(t *testing.T) {
	out := t.TempDir()
	study, _ := compared(t, program(t, "-crashes 2"), "retries: 2", bench.Options{Out: out})
	assert.Empty(t, study.Records[0].Run.Failed)
	dir := folderOf(t, out, "focal-1")
	assert.Equal(t, "xxx", read(t, dir, "out", "starts"))
	assert.Contains(t, read(t, dir, "stderr-1.txt"), "RuntimeError")
	assert.Empty(t, read(t, dir, "stderr-3.txt"))

	out = t.TempDir()
	study, _ = compared(t, program(t, "-crashes 9"), "retries: 2", bench.Options{Out: out})
	assert.Contains(t, study.Records[0].Run.Failed, "stderr-3.txt), in the last of 3 attempts")
	study, notes := compared(t, program(t, "-crashes 9"), "", bench.Options{Out: out, Resume: true})
	assert.Contains(t, notes[0], " failed before and is done again: ")
	assert.Contains(t, study.Records[0].Run.Failed, "stderr-4.txt")
}

// Runs that are there stay when an edit of the program is gone on with, but not in
// one mean with others without a word.
func TestAProgramThatChangedIsNotMixedWithoutAWord(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	out, file := t.TempDir(), filepath.Join(t.TempDir(), "v.py")
	require.NoError(t, os.WriteFile(file, []byte("K = 0.5"), 0o666))
	command := program(t, "") + " " + file
	compared(t, command, "", bench.Options{Out: out})
	study, notes := compared(t, command, "", bench.Options{Seeds: 2, Out: out, Resume: true})
	assert.Empty(t, notes)
	assert.Empty(t, study.Summary.Mixed)

	require.NoError(t, os.WriteFile(file, []byte("K = 0.95"), 0o666))
	study, notes = compared(t, command, "", bench.Options{Seeds: 2, Out: out, Resume: true})
	assert.Empty(t, notes, "nothing is trained")
	assert.Empty(t, study.Summary.Mixed)

	study, notes = compared(t, command, "", bench.Options{Seeds: 3, Out: out, Resume: true, Report: true})
	assert.Equal(t, []string{file + " has changed since 4 of the runs that are there were trained, and the figures will be of both versions: " +
		"put back what it was, or leave out --resume to train all anew"}, notes)
	require.Len(t, study.Summary.Mixed, 1)
	assert.Contains(t, study.Summary.Mixed[0], file+", which the trainer's command names, changed between runs, of which "+
		"4 are of one version (first focal #1) and 2 are of another (first focal #3). ")
	assert.Contains(t, read(t, out, "report.html"), "The figures are of several programs: ")
	assert.Equal(t, "x", read(t, folderOf(t, out, "focal-1"), "out", "starts"), "they are not thrown away")
}

// Two runs at a time, each with a GPU of its own, which it alone sees.
func TestEachRunHasAGPUOfItsOwn(t *testing.T) {
	out := t.TempDir()
	command := program(t, "-step 5ms -alone") + " {gpu}"
	study, _ := compared(t, command, "gpus: [GPU-a, GPU-b]", bench.Options{Seeds: 2, Jobs: 2, Out: out})
	for _, r := range study.Records {
		assert.Empty(t, r.Run.Failed)
	}
	on := map[string]int{}
	for _, name := range []string{"focal-1", "focal-2", "two-stages-1", "two-stages-2"} {
		text := read(t, folderOf(t, out, name), "stdout-1.txt")
		on[strings.TrimSpace(text[strings.Index(text, " on ")+4:])]++
	}
	assert.Len(t, on, 2)
	assert.Positive(t, on["GPU-a"])
	assert.Positive(t, on["GPU-b"])

	t.Setenv("CUDA_VISIBLE_DEVICES", "")
	_, err := bench.Compare(t.Context(), configuration(t, command, ""), bench.Options{Out: t.TempDir()})
	assert.EqualError(t, err, "the trainer's command has {gpu}, and no GPU is named: give --gpus 0,1 or CUDA_VISIBLE_DEVICES")
}
