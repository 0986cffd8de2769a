package command

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// stepProgress follows the steps of a command on standard error: with a bar on a
// terminal, now and then with a line elsewhere. It says how long a step will
// take yet once its pace is known.
type stepProgress struct {
	w     io.Writer
	quiet bool
	bar   *progressbar.ProgressBar // nil without a terminal
	width int
	now   func() time.Time

	what  string    // the step under way
	start time.Time // of the step
	last  time.Time // of the last line
}

func newStepProgress(w io.Writer, quiet bool) *stepProgress {
	p := &stepProgress{w: w, quiet: quiet, now: time.Now, last: time.Now()}
	if width, ok := terminalWidth(w); ok && !quiet {
		p.width = width
		p.bar = newBar(w, "")
	}
	return p
}

// step names what is under way.
func (p *stepProgress) step(what string) {
	p.what, p.start = what, p.now()
	if p.bar != nil {
		_ = p.bar.Set64(0)
		p.bar.Describe(p.describe(what, 0))
	}
}

// lineEvery is how often a line is written where there is no terminal: short
// steps write none.
const lineEvery = 10 * time.Second

// follow notes the share that is done of a step, which it begins if it is another
// than the one under way.
func (p *stepProgress) follow(what string, done float64) {
	if what != p.what {
		p.step(what)
	}
	p.note(what, done)
}

// share notes the share of a step that is done.
func (p *stepProgress) share(done float64) { p.note(p.what, done) }

// note shows a text and the share of the step that is done. A full bar waits for
// the end.
func (p *stepProgress) note(text string, done float64) {
	switch {
	case p.quiet:
	case p.bar != nil:
		p.bar.Describe(p.describe(text, done))
		_ = p.bar.Set64(min(int64(done*resolution), resolution-1))
	case p.now().Sub(p.last) >= lineEvery:
		p.last = p.now()
		fmt.Fprintf(p.w, "%s, %.0f%%%s\n", printable(text), 100*done, p.left(done, ", "))
	}
}

// describe fits a text and the time left into what the bar leaves of the line.
func (p *stepProgress) describe(text string, done float64) string {
	tail := p.left(done, "  ")
	return shorten(printable(text), max(0, p.width-barWidth-percentWidth-len(tail))) + tail
}

// left writes the time to the end of the step by its pace so far; nothing while
// that is not known.
func (p *stepProgress) left(done float64, before string) string {
	elapsed := p.now().Sub(p.start)
	if done < 0.005 || done >= 1 || elapsed < time.Second {
		return ""
	}
	return before + clock(time.Duration(float64(elapsed)*(1-done)/done)) + " left"
}

// clear takes the bar off the line for something else to be printed.
func (p *stepProgress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// end removes the bar.
func (p *stepProgress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		_ = p.bar.Exit()
		p.bar = nil
	}
}
