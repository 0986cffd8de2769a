package external

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
	"detsample/losses"
)

// left is a run of 24 images whose program has left some files.
func left(t *testing.T, files map[string]string) *run {
	t.Helper()
	r := &run{dir: t.TempDir(), job: trainer.Job{Images: 24, Strategy: &strategy.Strategy{Name: "a"}}}
	require.NoError(t, os.Mkdir(r.out(), 0o777))
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(r.out(), name), []byte(text), 0o666))
	}
	return r
}

func TestALogThatWentBackCountsWhatTookItsPlace(t *testing.T) {
	lines := []string{
		`{"seen": 4, "stage": "rpn", "positives": 8, "negatives": 40, "loss_positives": 1, "loss_negatives": 3, "images": 4}`,
		`{"seen": 4, "stage": "roi", "positives": 4, "negatives": 4, "images": 4}`,
		`{"seen": 8, "stage": "rpn", "positives": 800, "negatives": 40, "images": 4}`,
		`{"seen": 12, "stage": "rpn", "positives": 800, "negatives": 40, "images": 4}`,
		`{"seen": 8, "stage": "r{"seen": 8}`,
		``,
		`{"seen": 8, "stage": "rpn", "positives": 0, "negatives": 8, "loss_positives": 0, "loss_negatives": 4, "grad_positives": Infinity, "images": 4}`,
		`{"stage": "rpn"}`,
		`{"seen": 9, "stage": "rpn", "positives": -1}`,
		`{"seen": 10}`,
	}
	l, err := left(t, map[string]string{logName: strings.Join(lines, "\n")}).readLog()
	require.NoError(t, err)
	assert.Equal(t, 10, l.seen)
	figures := l.figures([]string{"rpn", "roi"})
	require.Len(t, figures, 2)
	assert.Equal(t, []float64{1, 6, 0.875, trainer.Unknown}, []float64{figures[0].Positives, figures[0].Negatives, figures[0].NegativeLoss, figures[0].NegativeGrad})
	assert.Equal(t, 8, figures[0].Scarcity.Images)
	assert.Equal(t, []float64{1, 1}, []float64{figures[1].Positives, figures[1].Negatives})
	assert.Nil(t, l.figures([]string{"dense"}))
	require.Len(t, l.wrong, 3)
	assert.ErrorContains(t, l.wrong[0], "balance.jsonl:5: invalid character")
	assert.EqualError(t, l.wrong[1], `balance.jsonl:8: no "seen", the images so far`)
	assert.EqualError(t, l.wrong[2], `balance.jsonl:9: "positives" is -1: expected 0 to 9007199254740992`)
}

// No line of a log makes a figure of a stage that no run has.
func TestALineWithAFigureThatCannotBeIsLeftOut(t *testing.T) {
	var names []string
	for name := range (losses.Scarcity{}).All() {
		names = append(names, name)
	}
	require.Contains(t, names, "truths")
	names = append(names, "seen", "positives", "negatives", "used_positives", "used_negatives")
	var lines, want []string
	for _, name := range names {
		for _, n := range []string{"-1", "9007199254740994"} {
			lines = append(lines, fmt.Sprintf(`{"seen": 4, "stage": "dense", %q: %s}`, name, n))
			want = append(want, fmt.Sprintf(`balance.jsonl:%d: %q is %s: expected 0 to 9007199254740992`, len(lines), name, n))
		}
	}
	for _, name := range []string{"grad_positives", "grad_negatives"} {
		lines = append(lines, fmt.Sprintf(`{"seen": 4, "stage": "dense", %q: -0.5}`, name))
		want = append(want, fmt.Sprintf(`balance.jsonl:%d: %q is -0.5: expected 0 or more`, len(lines), name))
	}
	lines = append(lines, `{"seen": 4, "stage": "dense", "loss_positives": 1e999}`)
	want = append(want, fmt.Sprintf("balance.jsonl:%d: json: cannot unmarshal number 1e999 into Go struct field line.loss_positives of type float64", len(lines)))
	l, err := left(t, map[string]string{logName: strings.Join(lines, "\n")}).readLog()
	require.NoError(t, err)
	var wrong []string
	for _, w := range l.wrong {
		wrong = append(wrong, regexp.MustCompile(`9\.00\d+e\+15`).ReplaceAllString(w.Error(), "9007199254740994"))
	}
	assert.Equal(t, want, wrong)
	assert.Nil(t, l.figures([]string{"dense"}))
}

// Losses that add up to more than there are numbers for, or that cancel, leave the
// negatives' share unknown.
func TestAShareThatIsNoNumberIsUnknown(t *testing.T) {
	for name, pairs := range map[string][][2]string{
		"they overflow": {{"1e308", "1e308"}, {"1e308", "1e308"}},
		"they cancel":   {{"-1e308", "1e308"}, {"5e-324", "0"}},
		"none is given": {{"0", "0"}},
	} {
		var lines []string
		for i, p := range pairs {
			lines = append(lines, fmt.Sprintf(`{"seen": %d, "stage": "dense", "loss_positives": %s, "loss_negatives": %s, "grad_positives": 1, "grad_negatives": 3}`, i+1, p[0], p[1]))
		}
		l, err := left(t, map[string]string{logName: strings.Join(lines, "\n")}).readLog()
		require.NoError(t, err)
		require.Empty(t, l.wrong, name)
		f := l.figures([]string{"dense"})[0]
		assert.Equal(t, []float64{trainer.Unknown, 0.75}, []float64{f.NegativeLoss, f.NegativeGrad}, name)
	}
}

// What is in the place of how a program ended, but cannot be, is taken for nothing.
func TestAnEndThatCannotBeIsNone(t *testing.T) {
	r := left(t, nil)
	require.NoError(t, r.keep(&ended{Diverged: true, Seconds: 2}))
	assert.Equal(t, &ended{Diverged: true, Seconds: 2}, r.before())
	for _, text := range []string{`{"seconds": -1}`, `{"seconds": 1e999}`, `{"sec`} {
		require.NoError(t, os.WriteFile(r.path("ended.json"), []byte(text), 0o666))
		assert.Nil(t, r.before(), text)
	}
}

// Where lines do not say of how many images they are, they are of all.
func TestALogWithoutImagesIsOfAllThatWereSeen(t *testing.T) {
	l, err := left(t, map[string]string{logName: `{"seen": 4, "stage": "dense", "positives": 8, "negatives": 20}` + "\n" + `{"seen": 10, "stage": "dense", "positives": 12, "negatives": 20}` + "\n"}).readLog()
	require.NoError(t, err)
	assert.InDelta(t, 2, l.figures([]string{"dense"})[0].Positives, 1e-12)
	empty, err := left(t, nil).readLog()
	require.NoError(t, err)
	assert.Zero(t, empty.seen)
}

// A line that is too long costs itself, and not the run.
func TestALineThatIsTooLongIsLeftOut(t *testing.T) {
	for _, long := range []int{mostLine, 3*mostLine + 5} {
		lines := []string{`{"seen": 4}`, `{"seen": 5, "x": "` + strings.Repeat("x", long) + `"}`, "", `{"seen": 6}`}
		for _, end := range []string{"", "\n"} {
			l, err := left(t, map[string]string{logName: strings.Join(lines, "\n") + end}).readLog()
			require.NoError(t, err)
			assert.Equal(t, []int{6, 4}, []int{l.seen, l.lines})
			require.Len(t, l.wrong, 1)
			assert.EqualError(t, l.wrong[0], "balance.jsonl:2: it is longer than 1048576 bytes")
		}
	}
	l, err := left(t, map[string]string{logName: "{\"seen\": 4}\n" + strings.Repeat("x", 2*mostLine)}).readLog()
	require.NoError(t, err)
	assert.Equal(t, []int{4, 2, 1}, []int{l.seen, l.lines, len(l.wrong)})
}

func TestAFollowerTellsOfTheLastWholeLine(t *testing.T) {
	r, seen := left(t, nil), 0
	f := newFollower(r, func(images int) { seen = images })
	say := func(text string) {
		file, err := os.OpenFile(filepath.Join(r.out(), logName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		require.NoError(t, err)
		_, err = file.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		f.look()
	}
	f.look()
	assert.Zero(t, seen)
	say(`{"seen": 4}` + "\n" + `{"seen": 6`)
	assert.Equal(t, 4, seen)
	say("}\n")
	assert.Equal(t, 6, seen)
	say(`{"seen": 99}` + "\n")
	assert.Equal(t, 24, seen, "never beyond the budget")
	require.NoError(t, os.Truncate(filepath.Join(r.out(), logName), 0))
	say(`{"seen": 1}` + "\n")
	assert.Equal(t, 1, seen, "a log that is begun anew is read anew")
}

func TestCheckpointsAreInOrderAndWithinTheBudget(t *testing.T) {
	names := func(points []point) (list []string) {
		for _, p := range points {
			list = append(list, filepath.Base(p.file))
		}
		return list
	}
	files := map[string]string{"results.json": "", "results_16.json": "", "results_8.json": "", "results_24.json": "", "results_x.json": "", "results_1.json.part": ""}
	points, err := left(t, files).checkpoints(outcome{})
	require.NoError(t, err)
	assert.Equal(t, []string{".", "results_8.json", "results_16.json", "results.json"}, names(points))
	points, err = left(t, files).checkpoints(outcome{ended: ended{Diverged: true}})
	require.NoError(t, err)
	assert.Equal(t, []string{".", "results_8.json", "results_16.json", "results_24.json"}, names(points))
	points, err = left(t, map[string]string{"results_0.json": ""}).checkpoints(outcome{})
	require.NoError(t, err)
	assert.Equal(t, []string{"results_0.json", "results.json"}, names(points))
	_, err = left(t, map[string]string{"results_25.json": ""}).checkpoints(outcome{})
	assert.ErrorContains(t, err, "results_25.json is of more images than the budget of 24")
	_, err = left(t, map[string]string{"results_8.json": "", "results_08.json": ""}).checkpoints(outcome{})
	assert.ErrorContains(t, err, "are of the same number of images")
}

// Each of what a run follows from gives it a folder of its own.
func TestAFolderIsOfOneRun(t *testing.T) {
	dir := t.TempDir()
	opened := func(change func(*Trainer, *trainer.Job, *data)) string {
		s, err := strategy.Parse("s.yaml", []byte("{name: Focal / 2, dense: {}}"))
		require.NoError(t, err)
		tr, job, d := &Trainer{dir: dir, note: func(string) {}}, trainer.Job{Strategy: &s, Seed: 3, Images: 24}, &data{dir: "data-1"}
		tr.program.Command = "a"
		change(tr, &job, d)
		r, err := tr.open(t.Context(), job, d)
		require.NoError(t, err)
		defer r.close()
		return filepath.Base(r.dir)
	}
	first := opened(func(*Trainer, *trainer.Job, *data) {})
	assert.Regexp(t, `^focal-2-3-[0-9a-f]{12}$`, first)
	assert.Equal(t, first, opened(func(t *Trainer, j *trainer.Job, _ *data) { t.program.Retries, j.Strategy.LRReason = 3, "tuned" }))
	for _, change := range []func(*Trainer, *trainer.Job, *data){
		func(t *Trainer, _ *trainer.Job, _ *data) { t.program.Command = "b" },
		func(_ *Trainer, j *trainer.Job, _ *data) { j.Images = 25 },
		func(_ *Trainer, j *trainer.Job, _ *data) { j.Seed = 4 },
		func(_ *Trainer, j *trainer.Job, _ *data) { j.Strategy.LR = 1 },
		func(_ *Trainer, _ *trainer.Job, d *data) { d.dir = "data-2" },
	} {
		assert.NotEqual(t, first, opened(change))
	}
}

// What a line lacks is not 0: a stage of which one count is missing has no ratio.
func TestACountThatIsMissingIsNotKnown(t *testing.T) {
	for text, want := range map[string][4]float64{
		`{"seen": 4, "stage": "dense", "images": 4, "positives": 4}`:                                                                       {},
		`{"seen": 4, "stage": "dense", "images": 4, "positives": 4, "negatives": NaN, "used_positives": 4, "used_negatives": 8}`:           {0, 0, 1, 2},
		`{"seen": 4, "stage": "dense", "images": 4, "positives": 4, "negatives": 8, "used_negatives": 8}`:                                  {1, 2, 0, 0},
		`{"seen": 4, "stage": "dense", "images": 4, "positives": 4, "negatives": 0}`:                                                       {1, 0, 0, 0},
		`{"seen": 4, "stage": "dense", "images": 4, "positives": 4, "negatives": 8}` + "\n" + `{"seen": 5, "stage": "dense", "truths": 3}`: {1, 2, 0, 0},
	} {
		l, err := left(t, map[string]string{logName: text}).readLog()
		require.NoError(t, err)
		require.Empty(t, l.wrong)
		f := l.figures([]string{"dense"})[0]
		assert.Equal(t, want, [4]float64{f.Positives, f.Negatives, f.UsedPositives, f.UsedNegatives}, text)
	}
}

func TestWhatIsOddAboutALogIsTold(t *testing.T) {
	for text, want := range map[string][]string{
		`{"seen": 24, "stage": "dense", "positives": 4, "used_positives": 4, "used_negatives": 8}`: {"balance.jsonl has lines without negatives of dense, so that what the stage saw or used is not known"},
		`{"seen": 400, "stage": "dense", "images": 24}`:                                            {"balance.jsonl says that it saw 400 images, of a budget of 24"},
		`{"seen": 26}`: nil, // the last batch is a whole one
		`{"seen": 20}`: {"balance.jsonl ends after 20 images of 24"},
		`{"seen": 24, "stage": "dense", "imges": 24, "pos": 4, "negatives": 8, "loss": 3, "lr": 1, "epoch": 2, "cls": 1, "Truths": 4}`: {
			"balance.jsonl:1: not read: \"imges\" (did you mean \"images\"?) and \"pos\" (did you mean \"positives\"?)",
			"balance.jsonl has lines without positives of dense, so that what the stage saw or used is not known",
		},
		`{"seen": 24, "stage": "dense", "images": 24, "image": 7}`: nil,
	} {
		r, told := left(t, map[string]string{logName: text}), []string(nil)
		r.Trainer = New(config.Program{}, Options{Note: func(text string) { told = append(told, strings.TrimPrefix(text, r.about())) }})
		l, err := r.readLog()
		require.NoError(t, err)
		require.Empty(t, l.wrong)
		r.remark(l, []string{"dense"})
		assert.Equal(t, want, told, text)
	}
}
