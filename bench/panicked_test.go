package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/losses"
	"detsample/sampling"
)

// spent counts down to the calls from which on parts of these tests panic; they do
// not while it is negative.
var spent atomic.Int64

// beyond reads beyond the end of a list of three, once the calls are spent.
func beyond(list []int32) {
	if left := spent.Load(); left == 0 || left > 0 && spent.Add(-1) == 0 {
		_ = list[len(list)+3]
	}
}

type beyondSampler struct{ sampling.All }

func (s beyondSampler) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	beyond(c.GT[:3])
	s.All.Sample(dst, c, rng)
}

type beyondAssigner struct{ anchors.MaxIoU }

func (a beyondAssigner) Assign(dst *anchors.Assignment, c *anchors.Candidates, t *anchors.Truth) {
	beyond(make([]int32, 3))
	a.MaxIoU.Assign(dst, c, t)
}

// beyondCls is a loss of the margin, which internal/parallel divides among threads.
type beyondCls struct{}

func (beyondCls) Link() losses.Link                             { return losses.Sigmoid }
func (beyondCls) Margins(m losses.Margins[float32])             { cubed(m) }
func (beyondCls) ExactMargins(m losses.Margins[float64])        { cubed(m) }
func (l beyondCls) Eval(g []float32, b *losses.Batch) float64   { return losses.EvalMargins(l, g, b) }
func (l beyondCls) Row(g, x []float32, t losses.Target) float64 { return losses.MarginRow(l, g, x, t) }

func cubed[F float32 | float64](m losses.Margins[F]) {
	beyond(make([]int32, 3))
	for i, q := range m.Wrong {
		m.Loss[i], m.Slope[i] = q*q*q, 3*q*q*q*m.Right[i]
	}
}

type beyondBox struct{}

func (beyondBox) Space() losses.Space { return losses.L1{}.Space() }

func (beyondBox) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	beyond(make([]int32, 3))
	return losses.L1{}.Row(grad, pred, truth)
}

func init() {
	spent.Store(-1)
	sampling.Register("beyond_sampler", "panics", "these tests", func() sampling.Sampler { return beyondSampler{} })
	anchors.RegisterAssigner("beyond_assigner", "panics", "these tests", func() anchors.Assigner { return beyondAssigner{anchors.NewMaxIoU(0.5, 0.4)} })
	losses.RegisterCls("beyond_cls", "panics", "these tests", func() losses.Cls { return beyondCls{} })
	losses.RegisterBox("beyond_box", "panics", "these tests", func() losses.Box { return beyondBox{} })
}

// panicsFrom has the parts of these tests panic after so many calls.
func panicsFrom(t *testing.T, calls int64) {
	spent.Store(calls)
	t.Cleanup(func() { spent.Store(-1) })
}

// besides is a comparison of a strategy and one with a part of one's own.
func besides(part string) string {
	training, _, _ := strings.Cut(tinyTraining, "strategies:")
	return tinyData + training + "strategies:\n  - {name: good, dense: {}}\n  - {name: mine, dense: {" + part + "}}\n"
}

// A panic in a part of one's own is a record that says at which step and line, and
// the others go on; the stack is in a file. It is done again on resume, as any run
// that broke, and ends as if it had never been.
func TestAPanicCostsItsRunAlone(t *testing.T) {
	for part, names := range map[string]string{
		"sampler: beyond_sampler":   "sampler beyond_sampler",
		"assigner: beyond_assigner": "assigner beyond_assigner",
		"cls: beyond_cls":           "classification loss beyond_cls",
		"box: beyond_box":           "box loss beyond_box",
	} {
		t.Run(names, func(t *testing.T) {
			text, out, whole := besides(part), t.TempDir(), t.TempDir()
			var notes []string
			o := Options{Seeds: 2, Jobs: 2, Out: whole, Report: true}
			compared(t, text, o)

			panicsFrom(t, 17)
			o.Out, o.Note = out, func(n store.Note) { notes = append(notes, n.Text) }
			for _, o.Resume = range []bool{false, true} {
				notes = nil
				study, err := Compare(t.Context(), parsed(t, text), o)
				require.NoError(t, err)
				require.Len(t, study.Records, 4)
				for i, r := range study.Records[2:] {
					assert.Equal(t, []any{"mine", uint64(i + 1), true, -1.0}, []any{r.Run.Strategy, r.Run.Seed, r.Run.Broken, r.Run.AP})
					assert.Regexp(t, `^at step \d+: `+names+` panicked: runtime error: index out of range \[6\] with length 3(; its Needs .*)? \(bench/panicked_test\.go:\d+, called at bench/panicked_test\.go:\d+\)$`, r.Run.Failed)
					file := filepath.Join(out, "panics", fmt.Sprintf("mine-%d.txt", i+1))
					assert.Contains(t, strings.Join(notes, "\n"), fmt.Sprintf(`the run of "mine" with seed %d panicked: its stack is in %s`, i+1, file))
					stack, err := os.ReadFile(file)
					require.NoError(t, err)
					assert.Contains(t, string(stack), fmt.Sprintf(`"mine" with seed %d: %s`, i+1, r.Run.Failed)+"\n\ngoroutine ")
					assert.Contains(t, string(stack), "bench.beyond(")
					assert.Contains(t, string(stack), "small.(*training).stepOver(")
				}
				assert.Equal(t, results(t, whole)[:2], results(t, out)[:2], "those of good")
				assert.Equal(t, o.Resume, strings.Contains(strings.Join(notes, "\n"), `the run of "mine" with seed 2 failed before and is done again: at step `))
			}

			spent.Store(-1)
			_, err := Compare(t.Context(), parsed(t, text), o)
			require.NoError(t, err)
			assert.Equal(t, results(t, whole), results(t, out))
			assert.NoDirExists(t, filepath.Join(out, "panics"))
		})
	}
}

// What is measured before the runs may panic as well: how long they take, the scale
// of losses, and learning rates.
func TestAPanicBeforeTheRunsCostsItsTrialAlone(t *testing.T) {
	text := strings.Replace(besides("sampler: beyond_sampler"), "strategies:", "scale: matched\nstrategies:", 1)
	out, notes := t.TempDir(), ""
	var failed []string
	o := Options{Jobs: 2, Out: out, Tune: true, Note: func(n store.Note) { notes += n.Text + "\n" }, Progress: func(e Event) {
		if e.Done != nil && e.Done.Broken {
			failed = append(failed, e.Strategy+": "+strings.SplitN(e.Phase, ",", 2)[0])
		}
	}}
	panicsFrom(t, 0)
	study, err := Compare(t.Context(), parsed(t, text), o)
	require.NoError(t, err)
	assert.Subset(t, failed, []string{"mine: matching scale", "mine: tuning rates", "mine: "})
	for _, f := range failed {
		assert.True(t, strings.HasPrefix(f, "mine: "), f)
	}
	assert.False(t, study.Records[0].Run.Broken)
	mine := study.Config.Strategies[1]
	assert.Contains(t, mine.ScaleReason, "not matched to good: a training of 24 images of generated scenes failed")
	assert.Contains(t, mine.LRReason, "none of the trainings learned anything")
	assert.Contains(t, notes, `the run of "mine" with seed 0 (matching scale, round 1) panicked: its stack is in `+filepath.Join(out, "panics", "mine-0-"))

	first, _, _ := strings.Cut(text, "  - {name: good")
	notes = ""
	o.Out, o.Tune, o.Report = t.TempDir(), false, true
	study, err = Compare(t.Context(), parsed(t, strings.Replace(first, "scale: matched\n", "", 1)+"  - {name: mine, dense: {sampler: beyond_sampler}}\n"), o)
	require.NoError(t, err)
	assert.Contains(t, notes, `the run of "mine" with seed 1 (measuring how long it takes) panicked: its stack is in `)
	assert.True(t, study.Records[0].Run.Broken)
}

// panicking is a trainer that panics in some runs, and not by a strategy.
type panicking struct{ breaking }

func (p panicking) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	if p.breaks(job) {
		panic("no GPU here")
	}
	return p.scripted.Train(ctx, job, progress)
}

// Without a folder, or with one that takes no file, what is said has the stack.
func TestAPanicOfATrainerIsSaidWithItsStackWhereNoFileHasIt(t *testing.T) {
	for _, folder := range []bool{false, true} {
		var note store.Note
		o := Options{Trainer: panicking{breakingAt("ohem", 1)}, Note: func(n store.Note) { note = n }}
		if folder {
			o.Out = t.TempDir()
			o.Progress = func(Event) { // once the folder has been looked at
				_ = os.WriteFile(filepath.Join(o.Out, "panics"), nil, 0o666)
			}
		}
		study, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), o)
		require.NoError(t, err)
		assert.Regexp(t, `^panicked: no GPU here \(bench/panicked_test\.go:\d+\)$`, study.Records[1].Run.Failed)
		assert.True(t, note.Trouble)
		assert.Contains(t, note.Text, "the stack of \"ohem\" with seed 1: panicked: no GPU here")
		assert.Contains(t, note.Text, "bench.panicking.Train(")
		assert.Equal(t, folder, strings.Contains(note.Text, "cannot make the folder"))
	}
}
