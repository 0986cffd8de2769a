package command

import (
	"fmt"
	"path/filepath"
	"strings"

	"detsample/bench/dump"
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
	for _, g := range replayGrids(r) {
		p.grid(g)
	}
}

// replayGrids are the tables of a replayed dump: where strategies or losses put
// their gradient, and what samplers pick of it.
func replayGrids(r *replay.Report) []grid {
	if r.Strategies {
		return []grid{strategyGrid(r), likenessGrid(r)}
	}
	return []grid{gradientGrid(r), weightGrid(r), pickGrid(r)}
}

// strategyGrid has a row for each strategy.
func strategyGrid(r *replay.Report) grid {
	g := grid{
		title: "What the strategies learn from",
		note: "Candidates kept of an image, and where the gradient of the strategy's loss on them lies: its share on negatives, and by decile of " +
			"difficulty (1-p_t) from the easiest tenth of all candidates to the hardest, in %.",
		keys:    1,
		columns: []column{{head: "strategy", left: true}, {head: "positives"}, {head: "negatives"}, {head: "gradient on\nnegatives"}},
	}
	for d := range dump.Deciles {
		head := fmt.Sprint(d + 1)
		if d == 0 {
			head = "decile\n1"
		}
		g.columns = append(g.columns, column{head: head})
	}
	for _, s := range r.Samplers {
		onNegatives := 0.0
		for _, d := range s.Gradient {
			onNegatives += d.Negatives
		}
		row := []string{s.Name, compact(s.Positives), compact(s.Negatives), percent(onNegatives)}
		for _, d := range s.Gradient {
			row = append(row, percent(d.Total()))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// likenessGrid compares the strategies pairwise.
func likenessGrid(r *replay.Report) grid {
	g := grid{
		title:   "What any two strategies have in common",
		note:    "Of the heaviest 1% of the candidates by their gradient, the share that both have, in %.",
		keys:    1,
		columns: []column{{head: "strategy", left: true}},
	}
	first := len(r.Losses)
	for k := range r.Samplers {
		g.columns = append(g.columns, column{head: fmt.Sprintf("(%d)", k+1)})
	}
	for i, s := range r.Samplers {
		row := []string{fmt.Sprintf("(%d) %s", i+1, s.Name)}
		for k := range r.Samplers {
			if v := r.Likeness.Top[first+i][first+k]; v != nil {
				row = append(row, percent(*v))
			} else {
				row = append(row, undefined)
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// gradientGrid has a row for each loss.
func gradientGrid(r *replay.Report) grid {
	g := grid{
		title: "Where each loss puts its gradient, over all candidates",
		note: "Shares of each loss, and of its gradient by decile of difficulty (1-p_t) from the easiest tenth of the candidates to the hardest, in %. " +
			"By class, and loss by decile, in the JSON.",
		keys: 1,
		columns: []column{
			{head: "loss", left: true}, {head: "negatives\nof loss"}, {head: "of grad."},
		},
	}
	for d := range dump.Deciles {
		head := fmt.Sprint(d + 1)
		if d == 0 {
			head = "decile\n1"
		}
		g.columns = append(g.columns, column{head: head})
	}
	for _, l := range r.Losses {
		row := []string{l.Name, percent(l.NegativesLoss), percent(l.NegativesWeight)}
		for _, d := range l.Gradient {
			row = append(row, percent(d.Total()))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// weightGrid has a row for each loss, with the effective weights of negatives.
func weightGrid(r *replay.Report) grid {
	g := grid{
		title:   "Effective weight of negatives by decile, beside cross entropy",
		keys:    1,
		columns: []column{{head: "loss", left: true}},
	}
	for d := range dump.Deciles {
		g.columns = append(g.columns, column{head: fmt.Sprint(d + 1)})
	}
	for _, l := range r.Losses {
		row := []string{l.Name}
		for _, d := range l.Weight {
			row = append(row, fmt.Sprintf("%.3g", d.Negatives))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// pickGrid has a row for each sampler.
func pickGrid(r *replay.Report) grid {
	g := grid{
		title: "What samplers pick of this state",
		note: "Share of each loss's gradient, over all candidates, that lies in the picks, in %. Picks of the hardest tenth, in % of all picks. " +
			"The last column is the share of the heaviest 1% of candidates that the picks, weighed by cross entropy, and focal loss have in common.",
		keys: 1,
		columns: []column{
			{head: "sampler", left: true}, {head: "positives"}, {head: "negatives"}, {head: "of hardest\ntenth"},
		},
	}
	var shown []int
	for i, l := range r.Losses {
		switch l.Name {
		case "ce", "softmax_ce", "focal", "softmax_focal", "ghm_c", "alpha_ce":
			shown = append(shown, i)
			g.columns = append(g.columns, column{head: "gradient of\n" + strings.TrimPrefix(l.Name, "softmax_")})
		}
	}
	g.columns = append(g.columns, column{head: "top 1% in\ncommon"})
	for _, s := range r.Samplers {
		all := 0.0
		for _, d := range s.Decile {
			all += d.Total()
		}
		row := []string{s.Name, compact(s.Positives), compact(s.Negatives), percent(s.Decile[dump.Deciles-1].Total() / max(all, 1))}
		for _, i := range shown {
			row = append(row, percent(s.Mass[i]))
		}
		g.rows = append(g.rows, append(row, inCommon(r, s.Name)))
	}
	return g
}

// inCommon returns the overlap of a sampler's picks with focal loss.
func inCommon(r *replay.Report, sampler string) string {
	for _, focal := range [...]string{"focal", "softmax_focal"} {
		if v, ok := r.Likeness.Pair(sampler, focal); ok {
			return percent(v)
		}
	}
	return undefined
}
