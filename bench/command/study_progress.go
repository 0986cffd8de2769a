package command

import (
	"fmt"
	"io"

	"detsample/bench/study"
)

// studyProgress follows a study: its runs as those of a comparison, and the
// whole in a line for each experiment that begins.
type studyProgress struct {
	w          io.Writer
	quiet      bool
	runs       *progress
	experiment string
	trained    int // runs that have ended or were taken over
	measured   int // and those by which a setting is chosen, a scale or a rate
}

func newStudyProgress(w io.Writer, quiet bool) *studyProgress {
	return &studyProgress{w: w, quiet: quiet, runs: newProgress(w, quiet, 0)}
}

// event takes note of a moment of the study.
func (p *studyProgress) event(e study.Event) {
	if e.Experiment != p.experiment {
		p.experiment = e.Experiment
		p.runs.end()
		if !p.quiet {
			fmt.Fprintf(p.w, "%s (experiment %d of %d), %.0f%% of the study done%s\n", printable(e.Experiment), e.Index, e.Of, 100*e.Share, leftOf(e))
		}
		p.runs = newProgress(p.w, p.quiet, e.Runs)
	}
	switch {
	case e.Done == nil:
	case e.Trial != "":
		p.measured++
	default:
		p.trained++
	}
	p.runs.whole = leftOf(e)
	p.runs.event(e.Event)
}

// leftOf says how long the study will take yet, once that is known; not of a
// single experiment whose runs say it already.
func leftOf(e study.Event) string {
	if e.Left <= 0 || e.Of == 1 && e.Phase == "" {
		return ""
	}
	return ", " + clock(e.Left) + " left of the study"
}

func (p *studyProgress) end() { p.runs.end() }
