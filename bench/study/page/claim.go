package page

import (
	"cmp"
	"fmt"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/claims"
)

// writeClaim writes a claim with its contrasts, one a line, whose budgets are beside
// each other.
func writeClaim(b *strings.Builder, v *claims.Verdict, drawn bool) {
	fmt.Fprintf(b, "\n## Claim %d\n\n%s\n\n**%s.**\n", v.Number, v.Statement, upper(v.Word))
	for _, w := range reasons(v) {
		for _, of := range w.Of {
			fmt.Fprintf(b, "- *%s*: %s.\n", w.Word, of)
		}
	}
	if len(v.Judged) == 0 {
		return
	}
	b.WriteString("\n")
	if drawn {
		fmt.Fprintf(b, "![The contrasts of claim %d](%s)\n\n", v.Number, claimPicture(v))
	}
	b.WriteString("| predicted | published | measured | images | seeds | at a quarter of them | at half | at the end |\n|---|---|---|---|---|---|---|---|\n")
	for budgets := range v.ByContrast() {
		first, last := &budgets[0], &budgets[len(budgets)-1]
		measured := quantityOf(first.Contrast).measured
		if rates := unlikeRates(first.Rates); rates != "" {
			measured += ", " + rates
		}
		fmt.Fprintf(b, "| %s | %s | %s |", predicted(first), first.Published, measured)
		if !first.Ran() {
			fmt.Fprintf(b, " no stored runs of %s | 0 | – | – | – |\n", notRun(first))
			continue
		}
		images := "0"
		if !first.Untrained {
			images = fmt.Sprint(last.Images)
		}
		fmt.Fprintf(b, " %s | %d |", images, last.Estimate.Seeds)
		var cells [len(study.Shares)]string
		for i := range budgets {
			cells[budgets[i].Share] = cellOf(&budgets[i])
		}
		for _, cell := range cells {
			fmt.Fprintf(b, " %s |", cmp.Or(cell, "–"))
		}
		b.WriteString("\n")
	}
}

// cellOf is what a contrast came to at a budget: the difference, or the rank
// correlation, with its own interval, that of all at once, and what follows.
func cellOf(j *claims.Judged) string {
	if j.Estimate.Seeds == 0 {
		return "–"
	}
	q := quantityOf(j.Contrast)
	if q.Correlation {
		return correlationCell(j) + ": " + string(j.Outcome)
	}
	text := difference(j.Estimate, q.decimals)
	if j.All != (stats.Range{}) {
		text += " (" + decidingInterval(j) + ")"
	}
	return text + ": " + string(j.Outcome)
}

func claimPicture(v *claims.Verdict) string { return fmt.Sprintf("claim-%d.svg", v.Number) }
