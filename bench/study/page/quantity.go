package page

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// quantity is what a contrast is of, and how that is said: its unit, and what more and
// less of it mean.
type quantity struct {
	*evidence.Measure
	unit     string // after a number
	decimals int

	measured string // what is measured, and what it means above 0
	axis     string // the same of all contrasts of this unit

	// What A has, before the size of the difference: where it is more, where it is
	// less, and after a part that said the other. Of a contrast with a constant
	// the figure itself is said, which is no difference.
	more, less, thenMore, thenLess string
}

// quantityOf returns what a contrast is of.
func quantityOf(c *claims.Contrast) quantity {
	states := ""
	if c.Trained != "" && !c.Untrained {
		states = " where " + c.Trained + " trains"
	}
	q := said[c.By()](c, states)
	q.Measure = c.By()
	return q
}

// cameTo says in words what a contrast came to at some budgets, and in which
// experiment.
func cameTo(at []*claims.Judged) string {
	return found(at, func(j *claims.Judged) string {
		q, size := quantityOf(j.Contrast), size(j)
		if step := math.Pow10(-q.decimals); !q.itself() && size < step/2 { // ahead by 0.0 says that it is not
			return "less than " + number(step, q.decimals) + q.unit
		}
		return number(size, q.decimals) + q.unit
	}) + fmt.Sprintf(" (%s)", source(at[0]))
}

// source names the experiment, and the rates of the two where these differ.
func source(j *claims.Judged) string { return from(j.Experiment, "", unlikeRates(j.Rates)) }

func from(experiment, when, rates string) string {
	if rates != "" {
		rates = ", " + rates
	}
	return "`" + experiment + "`" + when + rates
}

// found says what a contrast came to at some budgets, each with its size as
// written; the unit and what is meant are said where they change.
func found(at []*claims.Judged, written func(*claims.Judged) string) string {
	var parts []string
	before, said := "", ""
	for _, j := range at {
		q := quantityOf(j.Contrast)
		is, then := q.more, q.thenMore
		if j.Estimate.Mean < 0 {
			is, then = q.less, q.thenLess
		}
		size := written(j)
		switch {
		case j.Estimate.Seeds == 0:
			before, size = "", "nothing is known"
		case before == is:
			size = strings.TrimSuffix(size, q.unit)
		case said == "":
			before, size = is, is+" "+size
		default:
			before, size = is, then+" "+size
		}
		said = size
		parts = append(parts, strings.TrimSpace(size+" "+after(j)))
	}
	text := prose.Chain(parts, "and")
	if n := strings.Count(text, " images"); n > 1 { // the last one says of what
		text = strings.Replace(text, " images", "", n-1)
	}
	return text
}

// itself reports whether the figure is said itself, which has a sign, and not the
// size of a difference.
func (q *quantity) itself() bool { return q.more == q.less }

// size is the size of the difference, or the figure itself.
func size(j *claims.Judged) float64 {
	if q := quantityOf(j.Contrast); q.itself() {
		return j.Estimate.Mean + j.Constant
	}
	return math.Abs(j.Estimate.Mean)
}

// cut ends an interval at ±most, where its figures do: that of a few seeds, by
// Student's t, goes on beyond.
func cut(r stats.Range, most float64) stats.Range {
	return stats.Range{Low: max(r.Low, -most), High: min(r.High, most)}
}
