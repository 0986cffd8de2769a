package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"detsample/internal/sgemm"
)

const (
	begin = "<!-- trainstep: begin -->\n"
	end   = "<!-- trainstep: end -->\n"
)

// section writes the result as Markdown.
func section(h hello, measured []measurement) string {
	var b strings.Builder
	fmt.Fprint(&b, "| Batch | detsample, ms | PyTorch, ms | Ratio of medians | Ratio in each round |\n|---|---|---|---|---|\n")
	for _, m := range measured {
		fmt.Fprintf(&b, "| %d | %s | %s | **%.2f** | %.2f-%.2f |\n", m.images, spread(m.ours), spread(m.theirs),
			m.ratio(), slices.Min(m.ratios), slices.Max(m.ratios))
	}
	fmt.Fprint(&b, "\nMedian of all steps (fastest-slowest), one thread each, in turns.\n\n")
	for _, m := range measured {
		fmt.Fprintf(&b, "- Batch of %d: %d rounds of %d and %d steps. Of detsample's %.2f ms, assignment takes %.2f and the losses %.2f. The fastest of PyTorch's %d arrangements: %s. Before timing, %s.\n",
			m.images, len(m.ratios), len(m.ours)/len(m.ratios), len(m.theirs)/len(m.ratios), median(m.ours), m.assign, m.loss,
			len(m.arrangement.Tried), m.arrangement.Chosen, m.agreement)
	}
	fmt.Fprintf(&b, "- %s, %s/%s. detsample: %s, matrix products by the %s kernels. PyTorch %s: its own kernels %s, oneDNN %s, Python %s, glibc told to keep its memory.\n",
		cpu(), runtime.GOOS, runtime.GOARCH, runtime.Version(), sgemm.Name(), h.Torch, h.Capability, h.OneDNN, h.Python)
	return b.String()
}

func spread(ms []float64) string {
	return fmt.Sprintf("%.2f (%.2f-%.2f)", median(ms), slices.Min(ms), slices.Max(ms))
}

// cpu names the processor as Linux does.
func cpu() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), ":"))
		}
	}
	return "an unnamed processor"
}

// writeSection replaces what stands between the two markers in file.
func writeSection(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, opened := bytes.Cut(old, []byte(begin))
	_, tail, closed := bytes.Cut(rest, []byte(end))
	if !opened || !closed {
		return fmt.Errorf("%s has no section to write: give it the lines %q and %q", file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(file, slices.Concat(head, []byte(begin), []byte(text), []byte(end), tail), 0o644)
}
