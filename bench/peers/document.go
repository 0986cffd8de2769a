package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"detsample/bench/peers/timing"
	"detsample/internal/program"
	"detsample/internal/sgemm"
)

// scalingGoal is the least work that two threads are to do in the time in
// which one does one.
const scalingGoal = 1.7

// document is all that was measured.
type document struct {
	plan      plan
	bandwidth float64 // of a memory copy, bytes read and written in a second
	peers     []hello
	measured  []*measurement
}

// String writes the document's section as Markdown.
func (d *document) String() string {
	var b strings.Builder
	d.writeTable(&b)
	d.writeLegend(&b)
	b.WriteString("\n### What the peers run, and how closely the results agree\n\n")
	d.writeChecks(&b)
	return b.String()
}

func (d *document) writeTable(b *strings.Builder) {
	b.WriteString("| Operation | Size | Peer | detsample, ms | Peer, ms | Ratio | Goal | Share of memory copy |")
	rule := "\n|---|---|---|--:|--:|--:|---|--:|"
	if d.plan.threads > 1 {
		fmt.Fprintf(b, " %d threads: detsample | Peer |", d.plan.threads)
		rule += "--:|--:|"
	}
	b.WriteString(rule + "\n")
	for _, m := range d.measured {
		fmt.Fprintf(b, "| %s | %s | %s |", m.name, m.size, m.peer)
		if m.absent {
			b.WriteString(" - | not installed | - | - | - |")
		} else {
			fmt.Fprintf(b, " %s | %s | **%s**%s | %s | %s |", timing.Spread(m.ours), timing.Spread(m.theirs),
				timing.Digits(m.ratio()), m.fault(), m.verdict(), m.share(d.bandwidth))
		}
		if d.plan.threads > 1 {
			fmt.Fprintf(b, " %s | %s |", scaling(m.ourScaling, d.plan.threads), scaling(m.theirScaling, 0))
		}
		b.WriteString("\n")
	}
}

// fault marks what is slower than its peer.
func (m *measurement) fault() string {
	if m.ratio() < 1 {
		return " **slower**"
	}
	return ""
}

// verdict says whether the goal is reached.
func (m *measurement) verdict() string {
	switch {
	case m.goal == 0:
		return "-"
	case m.ratio() < m.goal:
		return fmt.Sprintf("%g **missed**", m.goal)
	}
	return fmt.Sprintf("%g reached", m.goal)
}

// share is the time of a memory copy of as many bytes as the operation must
// read and write at least, of ours.
func (m *measurement) share(bandwidth float64) string {
	if m.bytes == 0 {
		return "-"
	}
	share := 100 * m.bytes / bandwidth * 1000 / timing.Median(m.ours)
	if share < 0.1 {
		return "<0.1%"
	}
	return fmt.Sprintf("%.*f%%", max(0, min(1, int(10/share))), share)
}

// scaling writes the work done on several threads; of ours, one that misses
// the goal is marked.
func scaling(factor float64, threads int) string {
	switch {
	case factor == 0:
		return "-"
	case threads == 2 && factor < scalingGoal:
		return fmt.Sprintf("%.2f **missed**", factor)
	}
	return fmt.Sprintf("%.2f", factor)
}

func (d *document) writeLegend(b *strings.Builder) {
	reached, asked, slower := 0, 0, 0
	for _, m := range d.measured {
		if !m.absent && m.ratio() < 1 {
			slower++
		}
		if m.goal > 0 && !m.absent {
			asked++
			if m.ratio() >= m.goal {
				reached++
			}
		}
	}
	fmt.Fprintf(b, "\n%d of %d goals reached, %d of %d rows slower than the peer. Times are medians (fastest-slowest) of one thread, the sides in turns, %d rounds of about %v each, fewer where one run takes longer.",
		reached, asked, slower, len(d.measured), d.plan.rounds, d.plan.turn)
	fmt.Fprintf(b, " A copy of memory reads and writes %.1f GB/s in the same run on one thread; its share is the time in which it moves the bytes that the operation must read and write at least, by detsample's; it is above 100%% where they stay in a cache.", d.bandwidth/1e9)
	if d.plan.threads > 1 {
		fmt.Fprintf(b, " %d threads: how much more is done in the same time, by detsample on %d problems at once (goal: %g of 2), by the peer on one, of the fastest runs.", d.plan.threads, d.plan.threads, scalingGoal)
		ours, theirs := d.scalings()
		fmt.Fprintf(b, " Median of all so measured: %.2f and %.2f.", ours, theirs)
	}
	fmt.Fprintf(b, "\n\n- %s, %s, %s/%s, %d processors.\n- detsample: %s, matrix products by the %s kernels.\n",
		program.Processor(), vectors(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), sgemm.Name())
	for _, h := range d.peers {
		fmt.Fprintf(b, "- Peer: %v; glibc told to keep its memory.\n", h)
	}
}

// scalings are the medians of the operations' factors on several threads.
func (d *document) scalings() (ours, theirs float64) {
	var our, their []float64
	for _, m := range d.measured {
		if m.ourScaling > 0 {
			our = append(our, m.ourScaling)
		}
		if m.theirScaling > 0 {
			their = append(their, m.theirScaling)
		}
	}
	if len(our) > 0 {
		ours = timing.Median(our)
	}
	if len(their) > 0 {
		theirs = timing.Median(their)
	}
	return ours, theirs
}

func (d *document) writeChecks(b *strings.Builder) {
	b.WriteString("| Operation | Size | Peer's fastest way | Its other ways, fastest run in ms | Agreement | Ratio in each round |\n|---|---|---|---|---|--:|\n")
	for _, m := range d.measured {
		if m.absent {
			continue
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s-%s |\n", m.name, m.size, m.ways.Chosen, m.ways.others(), m.agreementWords(),
			timing.Digits(slices.Min(m.ratios)), timing.Digits(slices.Max(m.ratios)))
	}
}

// others writes what the ways took that were not chosen.
func (w ways) others() string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(w.Tried)) {
		if name != w.Chosen {
			words = append(words, fmt.Sprintf("%s %s", name, timing.Digits(w.Tried[name])))
		}
	}
	switch {
	case words == nil:
		return "-"
	case len(words) > 3:
		tried := slices.Sorted(maps.Values(w.Tried))
		return fmt.Sprintf("%d, up to %s", len(words), timing.Digits(tried[len(tried)-1]))
	}
	return strings.Join(words, "; ")
}

func (m *measurement) agreementWords() string {
	var words []string
	for _, a := range m.agreement {
		words = append(words, a.String())
	}
	return strings.Join(words, ", ")
}

// String writes a line for whoever waits.
func (m *measurement) String() string {
	if m.absent {
		return fmt.Sprintf("%v: not installed", m.operation)
	}
	return fmt.Sprintf("%v: %s and %s ms, ratio %s; %s",
		m.operation, timing.Spread(m.ours), timing.Spread(m.theirs), timing.Digits(m.ratio()), m.agreementWords())
}
