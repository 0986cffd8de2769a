package command

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/text"

	"detsample/bench/config"
)

// printWarnings prints the traps that the strategies of a comparison are in: a
// line for each trap of each part, with the first strategy that is in it.
func printWarnings(w io.Writer, warnings []config.Warning, out string) {
	type place struct{ trap, where string }
	strategies := map[place]int{}
	for _, v := range warnings {
		strategies[place{string(v.Trap), v.Where}]++
	}
	for _, v := range warnings {
		p := place{string(v.Trap), v.Where}
		name := printable(v.Strategy)
		switch n := strategies[p]; {
		case n == 0:
			continue
		case n > 1:
			name += fmt.Sprintf(" and %d more", n-1)
		}
		strategies[p] = 0
		line := fmt.Sprintf("warning: %s: %s: %s", name, v.Where, printable(v.Detail))
		fmt.Fprintln(w, text.Snip(line, fileWidth, "…"))
	}
	if len(warnings) > 0 && out != "" {
		fmt.Fprintf(w, "What to do about warnings is in %s.\n", filepath.Join(out, "report.html"))
	}
}
