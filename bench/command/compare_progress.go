package command

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"detsample/bench"
	"detsample/bench/annotations"
	"detsample/bench/store"
)

// progress follows a comparison on standard error: with a bar on a terminal,
// elsewhere with a line for each finished run, and one of what is under way after
// half a minute without.
type progress struct {
	w        io.Writer
	quiet    bool
	phase    string                   // of the comparison
	bar      *progressbar.ProgressBar // nil without a terminal
	width    int
	start    time.Time     // of the first run of the phase that was not taken over; zero before
	said     time.Time     // when the last line was printed, where there is no bar
	running  []bench.Event // the last event of each run under way
	finished int
	runs     int
	before   int     // runs of earlier rounds of the phase
	ended    float64 // runs' worth of images of those that have ended
	resumed  float64 // and of those that were taken over
	whole    string  // what is said of a study that the comparison is part of
}

func newProgress(w io.Writer, quiet bool, runs int) *progress {
	p := &progress{w: w, quiet: quiet, runs: runs, said: time.Now()}
	if width, ok := terminalWidth(w); ok && !quiet {
		p.width = width
		p.bar = newBar(w, "preparing the data")
	}
	return p
}

// newBar returns the bar that long commands draw on a terminal.
func newBar(w io.Writer, description string) *progressbar.ProgressBar {
	return progressbar.NewOptions64(resolution,
		progressbar.OptionSetWriter(raw(w)),
		progressbar.OptionSetWidth(barWidth),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetTheme(theme),
		progressbar.OptionSetDescription(description),
		progressbar.OptionSetRenderBlankState(true),
	)
}

const (
	resolution = 1000 // steps of the bar
	barWidth   = 24
	// percentWidth is what the bar writes about itself, with a column to spare:
	// a line that wraps cannot be cleared.
	percentWidth = 12
)

var theme = progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: " ", BarEnd: " "}

// event takes note of a moment of the comparison.
func (p *progress) event(e bench.Event) {
	if e.Phase != p.phase { // its runs are counted, and last, apart
		p.phase, p.start, p.running, p.ended, p.resumed = e.Phase, time.Time{}, nil, 0, 0
		p.before, p.runs = 0, e.Runs
	}
	if p.start.IsZero() && !e.Resumed { // reading the data and measuring paces are over
		p.start = time.Now()
	}
	if p.runs > 0 && p.ended >= float64(p.runs) { // a round of a race begins
		p.before = p.runs
	}
	e.Finished, e.Runs = p.before+e.Finished, p.before+e.Runs
	p.finished, p.runs = e.Finished, e.Runs
	p.running = slices.DeleteFunc(p.running, func(r bench.Event) bool {
		return r.Strategy == e.Strategy && r.Seed == e.Seed && r.Trial == e.Trial
	})
	if e.Done == nil {
		p.running = append(p.running, e)
		slices.SortFunc(p.running, byRun)
	} else {
		p.ended++
		if e.Resumed {
			p.resumed++
		}
	}
	switch {
	case p.quiet:
	case p.bar != nil:
		p.draw()
	case e.Done != nil:
		line := finishedLine(e)
		if left, ok := p.left(p.done()); ok && p.finished < p.runs {
			line += ", " + clock(left) + " left"
		}
		p.say(line)
	case time.Since(p.said) >= silence:
		line := p.underWay()
		if left, ok := p.left(p.done()); ok {
			line += ", " + clock(left) + " left"
		}
		p.say(line)
	}
}

// silence is the longest time without a line while runs go on.
const silence = 30 * time.Second

func (p *progress) say(line string) {
	fmt.Fprintln(p.w, line+p.whole)
	p.said = time.Now()
}

// underWay says how far the runs under way have come.
func (p *progress) underWay() string {
	runs := make([]string, len(p.running))
	for i, r := range p.running {
		runs[i] = fmt.Sprintf("%s #%d at %d of %d images", printable(r.Strategy), r.Seed, r.Images, r.Total)
	}
	line := fmt.Sprintf("%s, %d/%d", strings.Join(runs, ", "), p.finished, p.runs)
	if p.phase != "" {
		line = p.phase + ": " + line
	}
	return line
}

// note prints what was found in the folder for results. Trouble is printed even
// if nothing else is, and where results have moved.
func (p *progress) note(n store.Note) {
	if p.quiet && !n.Trouble && !n.Moved {
		return
	}
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	fmt.Fprintln(p.w, "note: "+printable(n.Text))
}

// read prints what was found in the data, before it is trained on.
func (p *progress) read(found []annotations.Problem) {
	if p.quiet {
		return
	}
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	printNotes(p.w, found)
}

func byRun(a, b bench.Event) int {
	return cmp.Or(cmp.Compare(a.Seed, b.Seed), cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.Trial, b.Trial))
}

// done returns the share of all images that the runs have seen.
func (p *progress) done() float64 {
	images := p.ended
	for _, r := range p.running {
		images += float64(r.Images) / float64(max(r.Total, 1))
	}
	return images / float64(max(p.runs, 1))
}

// left estimates the time to the end by the pace since the start. What came
// before that comes once, and not again with the runs that are left.
func (p *progress) left(done float64) (time.Duration, bool) {
	resumed := p.resumed / float64(max(p.runs, 1))
	elapsed := time.Since(p.start)
	if p.start.IsZero() || done-resumed < 0.005 || elapsed < 2*time.Second {
		return 0, false
	}
	return time.Duration(float64(elapsed) * (1 - done) / (done - resumed)), true
}

// draw renews the bar. A full bar waits for the end: the last evaluation runs.
func (p *progress) draw() {
	done := p.done()
	p.bar.Describe(p.describe(done))
	_ = p.bar.Set64(min(int64(done*resolution), resolution-1))
}

// describe says what runs and how long it will take, in what the bar leaves of
// the line.
func (p *progress) describe(done float64) string {
	names := make([]string, len(p.running))
	for i, r := range p.running {
		names[i] = fmt.Sprintf("%s #%d", r.Strategy, r.Seed)
	}
	tail := fmt.Sprintf("  %d/%d", p.finished, p.runs)
	if p.phase != "" {
		tail = "  " + p.phase + tail
	}
	if left, ok := p.left(done); ok {
		tail += "  " + clock(left) + " left"
	}
	tail += p.whole
	room := p.width - barWidth - percentWidth - len(tail)
	return shorten(printable(strings.Join(names, ", ")), max(room, 0)) + tail
}

// shorten cuts s to n characters.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:max(n-1, 0)]) + "…"
	}
	return s
}

// clock writes a duration as people read clocks: 42 s, 3:20 min, 1:05 h.
func clock(d time.Duration) string {
	s := int(math.Ceil(d.Seconds()))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d:%02d min", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d h", s/3600, s%3600/60)
}

// finishedLine reports a run that has ended.
func finishedLine(e bench.Event) string {
	line := fmt.Sprintf("%s #%d: AP %s, %.1f s, %d/%d", printable(e.Strategy), e.Seed, percent(e.Done.AP),
		e.Done.Time.TrainS+e.Done.Time.EvaluateS, e.Finished, e.Runs)
	if e.Phase != "" {
		line = fmt.Sprintf("%s: %s, %.1f s, %d/%d", e.Phase, printable(e.Strategy),
			e.Done.Time.TrainS+e.Done.Time.EvaluateS, e.Finished, e.Runs)
	}
	if e.Resumed {
		line += ", taken over"
	}
	switch {
	case e.Done.Stopped():
		line += ", stopped: " + printable(e.Done.Failed)
	case e.Done.Failed != "":
		line += ", " + printable(e.Done.Failed)
	}
	return line
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		_ = p.bar.Exit()
	}
}
