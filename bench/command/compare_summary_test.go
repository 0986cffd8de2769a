package command

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/stats"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// Where a report could not be written, it is not said to be there.
func TestResultsThatCouldNotBeWrittenAreNotSaidToBeThere(t *testing.T) {
	study := &summary.Study{Set: &dataset.Set{}, Summary: summary.Summary{Seeds: []uint64{1}, Strategies: []summary.Strategy{{Strategy: "ce"}}}}
	for _, failed := range []error{nil, errors.New("cannot write out/report.html")} {
		var b bytes.Buffer
		err := (&session{stdout: &b, stderr: io.Discard}).conclude(study, failed, "out", "table", false)
		assert.Equal(t, failed, err)
		assert.Equal(t, failed == nil, strings.Contains(b.String(), "Results are in out: report.html"), b.String())
	}
}

func TestTheVerdictComesFirstThenTheTableThenWhy(t *testing.T) {
	study := &summary.Study{Set: &dataset.Set{}, Summary: summary.Summary{
		Verdict: summary.Verdict{
			Decision: stats.Decision{Outcome: stats.NotToldApart, MayBe: []string{"focal", "ce"}, Confidence: 0.99},
			Headline: "focal or ce: not told apart.", Outlook: "About 9 seeds would tell.", Why: []string{"focal learned from 3 negatives a positive."},
		},
		Seeds: []uint64{1, 2, 3}, Mixed: []string{"Of several programs."},
		Strategies: []summary.Strategy{{Strategy: "ce", AP: stats.Estimate{Mean: 0.3}}, {Strategy: "focal", AP: stats.Estimate{Mean: 0.4}, MayBeBest: true, Curve: []summary.CurvePoint{{Images: 9, AP: 0.4}}}},
	}}
	for _, format := range []string{"table", "markdown"} {
		var b bytes.Buffer
		printSummary(&printer{w: &b, width: 80, markdown: format == "markdown"}, study, "")
		text := b.String()
		assert.True(t, strings.HasPrefix(text, "focal or ce: not told apart. About 9 seeds would tell.\nOf several programs.\n\n"), text)
		at := 0
		for _, next := range []string{"Strategies by AP; ", "may be the best (99% confidence)", "focal", "ce", "Why\n", "- focal learned from 3 negatives a positive.\n", "Data ", "AP along training"} {
			k := strings.Index(text[at:], next)
			if assert.GreaterOrEqual(t, k, 0, "%s after\n%s", next, text[:at]) {
				at += k + len(next)
			}
		}
	}
}

// Of runs that all failed there is nothing to table but that.
func TestNoTableIsEmpty(t *testing.T) {
	study := &summary.Study{Set: &dataset.Set{}, Summary: summary.Summary{
		Verdict: summary.Verdict{Decision: stats.Decision{Reason: stats.NoFigures}, Unranked: "no run has an AP"},
		Data:    summary.Data{Classes: []string{"a", "b"}}, Seeds: []uint64{1},
		Strategies: []summary.Strategy{{Strategy: "ce", Runs: 1, Failed: []string{"no GPU"}, AP: stats.Estimate{Mean: -1}}},
	}}
	said := func() string {
		var b bytes.Buffer
		printSummary(&printer{w: &b, width: 80}, study, "")
		return b.String()
	}
	text := said()
	assert.Contains(t, text, "Strategies, not ranked: no run has an AP\n")
	assert.NotContains(t, text, "AP along training")
	assert.NotContains(t, text, "In brackets")
	s := &study.Summary.Strategies[0]
	s.Curve, s.Classes = []summary.CurvePoint{{Images: 9, AP: 0.4}}, []trainer.ClassFigures{{Class: "a"}, {Class: "b"}}
	text = said()
	assert.Contains(t, text, "AP along training")
	assert.Contains(t, text, "In brackets")
}

func TestCandidatesThatWereNotCountedAreUndefined(t *testing.T) {
	assert.Equal(t, undefined, balance(trainer.StageFigures{Stage: "dense"})[0])
	assert.Equal(t, "1:3.0 → –", balance(trainer.StageFigures{Stage: "dense", Positives: 2, Negatives: 6})[0])
}

func TestEachReasonIsGivenWithTheRunsThatFailedForIt(t *testing.T) {
	study := &summary.Study{}
	for seed, reason := range []string{"no GPU", "diverged\x1b", "", "no GPU", ""} {
		study.Records = append(study.Records, trainer.Record{Run: trainer.Run{Strategy: "focal", Seed: uint64(seed), Failed: reason}})
	}
	study.Records = append(study.Records, trainer.Record{Run: trainer.Run{Strategy: "ce", Failed: "no GPU"}})
	var b bytes.Buffer
	printFailed(&printer{w: &b, width: 80}, study, []summary.Strategy{{Strategy: "ce", Runs: 1}, {Strategy: "focal", Runs: 5}})
	assert.Equal(t, "† ce: 1 of 1 run failed: no GPU.\n† focal: 2 of 5 runs failed: no GPU.\n† focal: 1 of 5 runs failed: diverged\\u001b.\n\n", b.String())
	b.Reset()
	flat := &summary.Study{Records: []trainer.Record{{Run: trainer.Run{Strategy: "ce", Failed: trainer.LearnedNothing}}}}
	printFailed(&printer{w: &b, width: 200}, flat, []summary.Strategy{{Strategy: "ce", Runs: 2}})
	assert.Equal(t, "† ce: 1 of 2 runs learned nothing, and counts as it is: its AP at the end is no better than the untrained network's.\n\n", b.String())
	b.Reset()
	printFailed(&printer{w: &b, width: 80}, &summary.Study{}, []summary.Strategy{{Strategy: "ce", Runs: 1}})
	assert.Empty(t, b.String())
}

// A reason often names the run itself, so that each run has one of its own.
func TestOfManyReasonsTheFirstAreGiven(t *testing.T) {
	study := &summary.Study{}
	for seed, reason := range []string{"exit status 1.", "no file", "no GPU", "no GPU"} {
		study.Records = append(study.Records, trainer.Record{Run: trainer.Run{Strategy: "ce", Seed: uint64(seed), Failed: reason}})
	}
	var b bytes.Buffer
	printFailed(&printer{w: &b, width: 80}, study, []summary.Strategy{{Strategy: "ce", Runs: 4}})
	assert.Equal(t, "† ce: 1 of 4 runs failed: exit status 1.\n† ce: 1 of 4 runs failed: no file.\n† ce: 2 runs more failed for other reasons, which the report has.\n\n", b.String())
}

func TestAStrategyWithoutAnAPHasNoDeviation(t *testing.T) {
	study := &summary.Study{Summary: summary.Summary{Seeds: []uint64{1, 2, 3}, LossScale: &summary.Spread{Where: "dense.cls", Times: 1.01, Largest: "a", Smallest: "b"}}}
	s := &study.Summary
	s.Strategies = []summary.Strategy{{Strategy: "a", AP: stats.Estimate{Mean: 0.5, SD: 0.01, Seeds: 3}}, {Strategy: "b", AP: stats.Estimate{Mean: -1}}}
	g := ranking(study, s.Strategies)
	require.Equal(t, "SD", g.columns[4].head)
	assert.Equal(t, []string{"1.0", undefined}, []string{g.rows[0][4], g.rows[1][4]})
	assert.NotContains(t, g.note, "Gradients", "nothing differs")
	s.LossScale.Times = 1.3
	assert.Contains(t, ranking(study, s.Strategies).note, "Gradients at the shared trunk differ by up to 1.3 times")
}

// What is small is not the same in scenes, COCO and a folder of one's own.
func TestWhatSmallIsIsSaid(t *testing.T) {
	c := config.Default()
	c.Areas.Small = 12.5
	study := &summary.Study{Summary: summary.Summary{Seeds: []uint64{1}, Strategies: []summary.Strategy{{Strategy: "a"}}}}
	assert.NotContains(t, ranking(study, study.Summary.Strategies).note, "AP_S", "a study without its configuration")
	study.Config = &c
	assert.Contains(t, ranking(study, study.Summary.Strategies).note, "Objects of AP_S have a √area of at most 12.5 px at the images' own size.")
}

// What is small goes by the images' own pixels, and sides are of those that are
// trained on.
func TestSidesSayOfWhichPixelsTheyAre(t *testing.T) {
	d := summary.Data{SmallestSide: 19, LargestSide: 74, AnchorsPerImg: 8064}
	study := &summary.Study{Summary: summary.Summary{Data: d}, Set: &dataset.Set{}}
	assert.Contains(t, facts(study), "most of 19 to 74 pixels as trained on; 8064 anchors")
	study.Summary.Data.AnchorsPerImg = 0
	assert.Contains(t, facts(study), "most of 19 to 74 pixels.", "a program of one's own has them at their own size")
}

// A folder's name may have what a shell and a pattern read otherwise.
func TestTheCommandThatEvaluatesARunIsAsAShellReadsIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its paths are written otherwise")
	}
	out := filepath.Join(t.TempDir(), "my [9] results")
	assert.Empty(t, evaluationOf(out))
	folder := filepath.Join(out, store.Trainer, "data-1", "annotations")
	require.NoError(t, os.MkdirAll(folder, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "instances_test.json"), nil, 0o666))
	assert.Equal(t, called+" eval --gt '"+out+"/"+store.Trainer+"/data-1/annotations/instances_test.json' --dt '"+out+"/"+store.Trainer+"/runs'/NAME-SEED-*/out/results.json", evaluationOf(out))
}

func TestImagesOfSeveralSizesAreUpToTheLargest(t *testing.T) {
	d := &summary.Data{Width: 96, Height: 96}
	assert.Equal(t, "96x96 pixels", pixels(d))
	d.UpTo = true
	assert.Equal(t, "up to 96x96 pixels", pixels(d))
}
