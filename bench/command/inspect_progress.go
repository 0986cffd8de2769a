package command

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// inspectProgress follows an inspection on standard error: with a bar on a
// terminal, now and then with a line elsewhere.
type inspectProgress struct {
	w     io.Writer
	quiet bool
	bar   *progressbar.ProgressBar // nil without a terminal
	last  time.Time                // of the last line
}

func newInspectProgress(w io.Writer, quiet bool) *inspectProgress {
	p := &inspectProgress{w: w, quiet: quiet, last: time.Now()}
	if _, ok := terminalWidth(w); ok && !quiet {
		p.bar = newBar(w, "")
	}
	return p
}

// step names what is under way.
func (p *inspectProgress) step(what string) {
	if p.bar != nil {
		p.bar.Describe(shorten(printable(what), stepWidth))
	}
}

const stepWidth = 30

// lineEvery is how often a line is written where there is no terminal: short
// inspections write none.
const lineEvery = 10 * time.Second

// images notes how many images are done. A full bar waits for the end.
func (p *inspectProgress) images(done, all int) {
	switch {
	case p.quiet:
	case p.bar != nil:
		p.bar.Describe(fmt.Sprintf("%d of %s", done, plural(all, "image", "images")))
		_ = p.bar.Set64(min(int64(done)*resolution/int64(all), resolution-1))
	case time.Since(p.last) >= lineEvery:
		p.last = time.Now()
		fmt.Fprintf(p.w, "%d of %s\n", done, plural(all, "image", "images"))
	}
}

// end removes the bar.
func (p *inspectProgress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		_ = p.bar.Exit()
		p.bar = nil
	}
}
