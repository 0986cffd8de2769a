package study

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/stats"
	"detsample/internal/prose"
)

// quantity is what a contrast is of: its unit, and what more and less of it mean.
type quantity struct {
	unit     string // after a number
	decimals int
	least    float64 // the smallest difference worth speaking of; 0: one of any size is
	most     float64 // the largest that there can be, of either sign; 0: there is none
	whole    bool    // over the whole training, and at no moment of it
	ends     bool    // where training ends alone

	correlation bool // which is written itself, with an interval that ends at ±1

	measured string // what is measured, and what it means above 0
	axis     string // the same of all contrasts of this unit

	// What A has, before the size of the difference: where it is more, where it is
	// less, and after a part that said the other. Of a contrast with a constant
	// the figure itself is said, which is no difference.
	more, less, thenMore, thenLess string
}

// quantity returns what a contrast is of.
func (c *Contrast) quantity() quantity {
	states := ""
	if c.Trained != "" && !c.Untrained {
		states = " where " + c.Trained + " trains"
	}
	switch what, to, _ := strings.Cut(c.Figure, " "); what {
	case "easy":
		return quantity{unit: " points", decimals: 1, least: 1, most: 100, axis: "points of the loss, out of 100",
			measured: fmt.Sprintf("share of %s's loss%s, in points: easy negatives less positives", c.A, states),
			more:     fmt.Sprintf("easy negatives have more of %s's loss than positives%s, by", c.A, states), thenMore: "more by",
			less: fmt.Sprintf("easy negatives have less of %s's loss than positives%s, by", c.A, states), thenLess: "less by"}
	case "negative_loss":
		is := fmt.Sprintf("negatives' share of %s's loss is", c.A)
		return quantity{unit: "%", decimals: 1, least: 1, whole: true, axis: "points of the loss, out of 100",
			measured: fmt.Sprintf("share of %s's loss, in points: negatives less %g", c.A, c.Constant), more: is, less: is}
	case orderFigure:
		is := fmt.Sprintf("the rank correlation of the AP of %s with the paper's is", c.A)
		return quantity{decimals: correlationDecimals, ends: true, correlation: true, measured: fmt.Sprintf("rank correlation of the AP of %s with the paper's", c.A), more: is, less: is}
	case "rank":
		is := fmt.Sprintf("the rank correlation of %s with %s%s is", c.A, to, states)
		return quantity{decimals: correlationDecimals, correlation: true,
			measured: fmt.Sprintf("rank correlation of %s with %s%s", c.A, to, states), more: is, less: is}
	case "kl":
		return quantity{unit: " nats", decimals: 2,
			measured: fmt.Sprintf("divergence from %s's weights%s, in nats: of %s less of %s; below 0 %s is nearer", to, states, c.A, c.B, c.A),
			more:     fmt.Sprintf("%s is farther than %s from %s's weights%s, by", c.A, c.B, to, states), thenMore: "farther by",
			less: fmt.Sprintf("%s is nearer than %s to %s's weights%s, by", c.A, c.B, to, states), thenLess: "nearer by"}
	case "outlier":
		return quantity{unit: " points", decimals: 2,
			measured: fmt.Sprintf("share of the weight that outliers have%s, in points: with %s less with %s", states, c.A, c.B),
			more:     fmt.Sprintf("%s gives outliers more of its weight than %s%s, by", c.A, c.B, states), thenMore: "more by",
			less: fmt.Sprintf("%s gives outliers less of its weight than %s%s, by", c.A, c.B, states), thenLess: "less by"}
	}
	return quantity{unit: " AP", decimals: 1, least: leastAP, axis: "difference in AP (right of 0 the first is ahead)",
		measured: fmt.Sprintf("AP: %s less %s", c.A, c.B),
		more:     fmt.Sprintf("%s is ahead of %s by", c.A, c.B), thenMore: "ahead by",
		less: fmt.Sprintf("%s is behind %s by", c.A, c.B), thenLess: "behind by"}
}

// evidence says in words what a contrast came to at some budgets, and in which
// experiment.
func evidence(at []*Judged) string {
	return found(at, func(j *Judged) string {
		q, size := j.quantity(), j.size()
		if step := math.Pow10(-q.decimals); !q.itself() && size < step/2 { // ahead by 0.0 says that it is not
			return "less than " + number(step, q.decimals) + q.unit
		}
		return number(size, q.decimals) + q.unit
	}) + fmt.Sprintf(" (%s)", at[0].source())
}

// source names the experiment, and the rates of the two where these differ.
func (j *Judged) source() string { return from(j.Experiment, "", j.Rates) }

func from(experiment, when, rates string) string {
	if rates != "" {
		rates = ", " + rates
	}
	return "`" + experiment + "`" + when + rates
}

// found says what a contrast came to at some budgets, each with its size as
// written; the unit and what is meant are said where they change.
func found(at []*Judged, written func(*Judged) string) string {
	var parts []string
	before, said := "", ""
	for _, j := range at {
		q := j.quantity()
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
		parts = append(parts, strings.TrimSpace(size+" "+j.after()))
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
func (j *Judged) size() float64 {
	if q := j.quantity(); q.itself() {
		return j.Estimate.Mean + j.Constant
	}
	return math.Abs(j.Estimate.Mean)
}

// within cuts an interval where the figures that it is of end.
func (q *quantity) within(r stats.Range) stats.Range {
	if q.most == 0 {
		return r
	}
	return cut(r, q.most)
}

// cut ends an interval at ±most, where its figures do: that of a few seeds, by
// Student's t, goes on beyond.
func cut(r stats.Range, most float64) stats.Range {
	return stats.Range{Low: max(r.Low, -most), High: min(r.High, most)}
}

// leastAP is the smallest difference of AP that is worth speaking of.
const leastAP = 1.0
