package command

import (
	"path/filepath"

	"detsample/bench/replay"
)

// printReplay shows a replay: what it comes to, then the tables.
func printReplay(p *printer, r *replay.Report) {
	if p.markdown {
		p.line("## Replay of %s\n", filepath.Base(r.Path))
	}
	for _, s := range r.Conclusion {
		p.item(s)
	}
	for _, note := range r.Notes {
		p.line("Note: %s.", printable(note))
	}
	p.line("")
	for _, t := range r.Tables() {
		switch t.ID {
		case "loss-deciles", "gradient-classes", "likeness":
			if !r.Strategies { // the page has them
				continue
			}
		}
		p.grid(gridOf(t))
	}
}
