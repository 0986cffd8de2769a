package command

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"detsample/bench"
	"detsample/bench/stats"
	"detsample/bench/trainer"
)

func TestProgressCountsImagesOverAllRuns(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, 4)
	p.event(bench.Event{Strategy: "a", Seed: 1, Images: 0, Total: 100, Runs: 4})
	p.event(bench.Event{Strategy: "b", Seed: 1, Images: 50, Total: 100, Runs: 4})
	assert.InDelta(t, 0.125, p.done(), 1e-12)
	p.event(bench.Event{Strategy: "a", Seed: 1, Images: 100, Total: 100, Runs: 4, Finished: 1, Done: &trainer.Run{}})
	assert.InDelta(t, 0.375, p.done(), 1e-12)
	assert.Equal(t, "a #1: AP 0.0, 0.0 s, 1/4\n", w.String())

	p = newProgress(&w, true, 0)
	for _, rate := range []string{"rate 0.001", "rate 0.002"} {
		p.event(bench.Event{Phase: "rates", Strategy: "a", Seed: 1, Trial: rate, Images: 50, Total: 100, Runs: 4})
	}
	assert.InDelta(t, 0.25, p.done(), 1e-12, "two trials of a strategy are two runs")
}

func TestRunsThatTakeLongAreHeardOfBeforeTheyEnd(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, 4)
	p.event(bench.Event{Strategy: "a", Seed: 1, Images: 10, Total: 100, Runs: 4})
	assert.Empty(t, w.String(), "not at once")
	p.said = time.Now().Add(-time.Hour)
	p.event(bench.Event{Strategy: "b", Seed: 1, Images: 50, Total: 100, Runs: 4})
	assert.Equal(t, "a #1 at 10 of 100 images, b #1 at 50 of 100 images, 0/4\n", w.String())
	p.event(bench.Event{Strategy: "b", Seed: 1, Images: 60, Total: 100, Runs: 4})
	assert.Equal(t, 1, strings.Count(w.String(), "\n"), "and then not for as long")
	w.Reset()
	p.said, p.whole = time.Now().Add(-time.Hour), ", 1 h left of the study"
	p.event(bench.Event{Phase: "lr", Strategy: "a", Seed: 1, Images: 1, Total: 100, Runs: 2})
	assert.Equal(t, "lr: a #1 at 1 of 100 images, 0/2, 1 h left of the study\n", w.String())
	w.Reset()
	p.quiet, p.said = true, time.Now().Add(-time.Hour)
	p.event(bench.Event{Phase: "lr", Strategy: "a", Seed: 1, Images: 2, Total: 100, Runs: 2})
	assert.Empty(t, w.String())
}

func TestTimeLeftFollowsFromWhatWasTrainedNotTakenOver(t *testing.T) {
	p := newProgress(&strings.Builder{}, true, 4)
	p.event(bench.Event{Strategy: "a", Seed: 1, Total: 100, Runs: 4, Finished: 1, Done: &trainer.Run{}, Resumed: true})
	_, known := p.left(p.done())
	assert.False(t, known)
	p.event(bench.Event{Strategy: "b", Seed: 1, Images: 100, Total: 100, Runs: 4, Finished: 1})
	p.start = time.Now().Add(-10 * time.Second)
	left, known := p.left(p.done())
	assert.True(t, known)
	assert.InDelta(t, 20, left.Seconds(), 0.1)
}

// Data are read and paces measured before the first run: for a minute, of which the
// runs that are left take nothing.
func TestTimeLeftHasNoPartOfWhatCameBeforeTheRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProgress(&strings.Builder{}, true, 4)
		time.Sleep(time.Minute)
		p.event(bench.Event{Strategy: "a", Seed: 1, Total: 100, Runs: 4, Finished: 1, Done: &trainer.Run{}, Resumed: true})
		time.Sleep(time.Minute)
		_, known := p.left(p.done())
		assert.False(t, known)
		p.event(bench.Event{Strategy: "b", Seed: 1, Total: 100, Runs: 4, Finished: 1})
		time.Sleep(10 * time.Second)
		p.event(bench.Event{Strategy: "b", Seed: 1, Images: 50, Total: 100, Runs: 4, Finished: 1})
		left, known := p.left(p.done())
		assert.True(t, known)
		assert.Equal(t, 50*time.Second, left.Round(time.Millisecond))
	})
}

// A run that stopped has no part in a mean; one that learned nothing has.
func TestALineOfARunSaysWhetherItStopped(t *testing.T) {
	line := func(r trainer.Run) string {
		return finishedLine(bench.Event{Strategy: "a", Seed: 1, Finished: 1, Runs: 2, Done: &r})
	}
	assert.True(t, strings.HasSuffix(line(trainer.Run{Failed: "diverged at step 3", Diverged: true}), "1/2, stopped: diverged at step 3"))
	assert.True(t, strings.HasSuffix(line(trainer.Run{Failed: trainer.LearnedNothing}), "1/2, ends no better than the untrained network"))
	assert.True(t, strings.HasSuffix(line(trainer.Run{}), "1/2"))
}

func TestALineOfAFinishedRunSaysHowLongTheOthersWillTake(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, 4)
	finish := func(strategy string, n int) {
		w.Reset()
		p.start = time.Now().Add(-30 * time.Second)
		p.event(bench.Event{Strategy: strategy, Seed: 1, Images: 100, Total: 100, Runs: 4, Finished: n, Done: &trainer.Run{}})
	}
	finish("a", 1)
	assert.Regexp(t, `^a #1: AP 0\.0, 0\.0 s, 1/4, 1:3\d min left\n$`, w.String())
	finish("b", 2)
	assert.Regexp(t, `2/4, 3\d s left\n$`, w.String())
	finish("c", 3)
	finish("d", 4)
	assert.Equal(t, "d #1: AP 0.0, 0.0 s, 4/4\n", w.String(), "nothing is left")
}

// A race adds runs round by round, each of which counts its own.
func TestRoundsOfARaceAreCountedTogether(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, 40)
	for round := range 3 {
		for run := range 2 {
			w.Reset()
			p.start = time.Now().Add(-30 * time.Second)
			p.event(bench.Event{Strategy: "a", Seed: uint64(2*round + run + 1), Total: 100, Runs: 2, Finished: run})
			p.event(bench.Event{Strategy: "a", Seed: uint64(2*round + run + 1), Images: 100, Total: 100, Runs: 2, Finished: run + 1, Done: &trainer.Run{}})
			assert.Contains(t, w.String(), fmt.Sprintf(" %d/%d", 2*round+run+1, 2*round+2))
			assert.NotContains(t, w.String(), "-")
			assert.LessOrEqual(t, p.done(), 1.0)
		}
	}
	assert.Equal(t, "a #6: AP 0.0, 0.0 s, 6/6\n", w.String())
}

func TestProgressFitsTheTerminal(t *testing.T) {
	p := newProgress(&strings.Builder{}, true, 9)
	p.width = 80
	p.event(bench.Event{Strategy: strings.Repeat("long", 30), Seed: 1, Images: 10, Total: 100, Runs: 9})
	got := p.describe(p.done())
	assert.LessOrEqual(t, len([]rune(got))+barWidth+percentWidth, 80)
	assert.Contains(t, got, "…  0/9")
}

func TestClockReadsLikeAClock(t *testing.T) {
	assert.Equal(t, "42 s", clock(42*time.Second))
	assert.Equal(t, "3:20 min", clock(200*time.Second))
	assert.Equal(t, "1:05 h", clock(65*time.Minute))
}

func TestFiguresAreWrittenForReaders(t *testing.T) {
	assert.Equal(t, "41.3", percent(0.4126))
	assert.Equal(t, undefined, percent(-1))
	assert.Equal(t, undefined, plusMinus(stats.Estimate{Mean: -1, Low: -1, High: -1}))
	assert.Equal(t, "50.0 ± 2.0", plusMinus(stats.Estimate{Mean: 0.5, Low: 0.48, High: 0.52}))
	assert.Equal(t, "+1.5 ± 0.5", difference(stats.Estimate{Mean: 0.015, Low: 0.01, High: 0.02}))
	assert.Equal(t, "0.0 ± 0.0", difference(stats.Estimate{Mean: -0.0001, Low: -0.0001, High: -0.0001}))
}

func TestEveryPhaseIsCountedApart(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, 4)
	p.event(bench.Event{Phase: "matching scale, round 1", Strategy: "a", Total: 100, Images: 100, Runs: 2, Finished: 1, Done: &trainer.Run{}, Resumed: true})
	assert.InDelta(t, 0.5, p.done(), 1e-12)
	p.event(bench.Event{Strategy: "a", Seed: 1, Images: 50, Total: 100, Runs: 4})
	assert.InDelta(t, 0.125, p.done(), 1e-12)
	assert.Zero(t, p.resumed)
	assert.Equal(t, "matching scale, round 1: a, 0.0 s, 1/2, taken over\n", w.String())
	assert.NotContains(t, p.describe(0.1), "matching")
	p.phase = "matching scale, round 1"
	assert.Contains(t, p.describe(0.1), "matching scale, round 1  0/4")
}
