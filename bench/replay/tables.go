package replay

import (
	"fmt"
	"strings"

	"detsample/bench/dump"
	"detsample/bench/table"
)

// Tables returns a replay's tables: of strategies what they learn from and, of
// several, have in common; of losses and samplers where each loss puts its gradient and its loss,
// effective weights, classes, what samplers pick, and what is alike.
func (r *Report) Tables() []table.Table {
	switch {
	case r.Strategies && len(r.Samplers) == 1:
		return []table.Table{r.strategyTable()}
	case r.Strategies:
		return []table.Table{r.strategyTable(), r.likenessTable()}
	}
	return []table.Table{r.gradientTable(), r.lossTable(), r.weightTable(), r.classTable(), r.pickTable(), r.likenessTable()}
}

// deciles are columns of the deciles after some others.
func deciles(columns ...table.Column) []table.Column {
	for d := range dump.Deciles {
		head := fmt.Sprint(d + 1)
		if d == 0 {
			head = "decile\n1"
		}
		columns = append(columns, table.Column{Head: head})
	}
	return columns
}

// byDecile writes a quantity of all candidates by decile after some cells.
func byDecile(deciles *[dump.Deciles]Divided, cells ...string) []string {
	for _, d := range deciles {
		cells = append(cells, table.Share(d.Total()))
	}
	return cells
}

func onNegatives(deciles *[dump.Deciles]Divided) (sum float64) {
	for _, d := range deciles {
		sum += d.Negatives
	}
	return sum
}

// strategyTable has a row for each strategy.
func (r *Report) strategyTable() table.Table {
	t := table.Table{
		ID: "strategies", Title: "What the strategies learn from",
		Note: "Candidates kept of an image; then where the gradient of the strategy's loss on them lies: on negatives, and by decile of difficulty (1-p_t) " +
			"from the easiest tenth of all candidates to the hardest.",
	}
	first := []table.Column{{Head: "strategy", Left: true}}
	if len(r.Others) > 0 {
		first = append(first, table.Column{Head: "assigner", Left: true}, table.Column{Head: "labelled\npositive"})
		t.Note = "Candidates of an image that the strategy's assigner labels positive, and those kept" + strings.TrimPrefix(t.Note, "Candidates kept of an image") +
			" Difficulty is that under each strategy's own labels."
	}
	t.Columns = deciles(append(first, table.Column{Head: "positives"}, table.Column{Head: "negatives"}, table.Column{Head: "gradient on\nnegatives"})...)
	for i := range r.Samplers {
		s := &r.Samplers[i]
		cells := []string{s.Name}
		if len(r.Others) > 0 {
			cells = append(cells, s.Assigner, table.Number(float64(r.labelled(s.Labels).Positives)/float64(max(1, r.Images))))
		}
		cells = append(cells, table.Number(s.Positives), table.Number(s.Negatives), table.Share(onNegatives(&s.Gradient)))
		t.Rows = append(t.Rows, byDecile(&s.Gradient, cells...))
	}
	return t
}

// gradientTable has a row for each loss.
func (r *Report) gradientTable() table.Table {
	t := table.Table{
		ID: "gradient-deciles", Title: "Where each loss puts its gradient, over all candidates",
		Note:    "The negatives' shares of the loss and of its gradient; then the gradient by decile of difficulty (1-p_t), from the easiest tenth of the candidates to the hardest.",
		Columns: deciles(table.Column{Head: "loss", Left: true}, table.Column{Head: "negatives\nof loss"}, table.Column{Head: "of\ngradient"}),
	}
	for i := range r.Losses {
		l := &r.Losses[i]
		t.Rows = append(t.Rows, byDecile(&l.Gradient, l.Name, table.Share(l.NegativesLoss), table.Share(l.NegativesWeight)))
	}
	return t
}

// lossTable has a row for each loss.
func (r *Report) lossTable() table.Table {
	t := table.Table{
		ID: "loss-deciles", Title: "Loss by decile of difficulty", Note: "Shares of the sum, the easiest tenth of the candidates first.",
		Columns: deciles(table.Column{Head: "loss", Left: true}),
	}
	for i := range r.Losses {
		t.Rows = append(t.Rows, byDecile(&r.Losses[i].Loss, r.Losses[i].Name))
	}
	return t
}

// weightTable has a row for each loss, with the effective weights of negatives.
func (r *Report) weightTable() table.Table {
	t := table.Table{
		ID: "weights", Title: "Effective weight of negatives by decile, beside cross entropy", Note: "Gradient over that of cross entropy, mean; " + table.Undefined + " where a decile has no negatives.",
		Columns: deciles(table.Column{Head: "loss", Left: true}),
	}
	for _, l := range r.Losses {
		row := []string{l.Name}
		for k, d := range l.Weight {
			if r.Labels.Counts[k].Negatives == 0 {
				row = append(row, table.Undefined)
			} else {
				row = append(row, fmt.Sprintf("%.3g", d.Negatives))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shownClasses is how many classes have columns of their own.
const shownClasses = 20

// classTable has the shares of each loss's gradient by class, of the first classes
// and the background.
func (r *Report) classTable() table.Table {
	t := table.Table{
		ID: "gradient-classes", Title: "Gradient by class", Note: "Shares of the sum; loss by class is in the JSON.",
		Columns: []table.Column{{Head: "loss", Left: true}},
	}
	last := len(r.Classes) - 1
	shown := min(last, shownClasses)
	for _, name := range r.Classes[:shown] {
		t.Columns = append(t.Columns, table.Column{Head: name})
	}
	t.Columns = append(t.Columns, table.Column{Head: r.Classes[last]})
	for _, l := range r.Losses {
		row := []string{l.Name}
		for _, v := range l.GradientClass[:shown] {
			row = append(row, table.Share(v))
		}
		t.Rows = append(t.Rows, append(row, table.Share(l.GradientClass[last])))
	}
	return t
}

// pickTable has a row for each sampler.
func (r *Report) pickTable() table.Table {
	t := table.Table{
		ID: "picks", Title: "What samplers pick of this state",
		Note: "Picks of an image, and the share of them in the hardest tenth; then the share of each loss's gradient, over all candidates, that lies in the picks: " +
			"how much of what a loss would weigh a sampler lets through. The last column is the share of the heaviest 1% of candidates that the picks, weighed by " +
			"cross entropy, and focal loss have in common; of fewer picks than that, of the fewer.",
		Columns: []table.Column{{Head: "sampler", Left: true}, {Head: "positives"}, {Head: "negatives"}, {Head: "of hardest\ntenth"}},
	}
	var shown []int
	for i, l := range r.Losses {
		switch l.Name {
		case "ce", "softmax_ce", "focal", "softmax_focal", "ghm_c", "alpha_ce":
			shown = append(shown, i)
			t.Columns = append(t.Columns, table.Column{Head: "gradient of\n" + strings.TrimPrefix(l.Name, "softmax_")})
		}
	}
	t.Columns = append(t.Columns, table.Column{Head: "top 1% in\ncommon"})
	for _, s := range r.Samplers {
		all := 0.0
		for _, d := range s.Decile {
			all += d.Total()
		}
		row := []string{s.Name, table.Number(s.Positives), table.Number(s.Negatives), table.Share(s.Decile[dump.Deciles-1].Total() / max(all, 1))}
		for _, i := range shown {
			row = append(row, table.Share(s.Mass[i]))
		}
		t.Rows = append(t.Rows, append(row, r.likeFocal(s.Name)))
	}
	return t
}

// likeFocal writes the overlap of a sampler's picks with focal loss.
func (r *Report) likeFocal(sampler string) string {
	for _, focal := range [...]string{"focal", "softmax_focal"} {
		if v, ok := r.Likeness.Pair(sampler, focal); ok {
			return table.Share(v)
		}
	}
	return table.Undefined
}

// likenessTable compares weightings pairwise: strategies, or losses and samplers.
func (r *Report) likenessTable() table.Table {
	t := table.Table{
		ID: "likeness", Title: "How alike the weightings are",
		Note:    "Of the heaviest 1% of the candidates by their gradient, the share that both have; where one gives a weight to fewer than that, of the fewer. A sampler's weights are those of its strategy's loss on its picks, or of cross entropy.",
		Columns: []table.Column{{Head: "weighting", Left: true}},
	}
	first, last := 0, len(r.Likeness.Names)
	if r.Strategies {
		first, last = len(r.Losses), min(last, len(r.Losses)+len(r.Samplers))
		t.Title = "What any two strategies have in common"
		t.Columns[0].Head = "strategy"
	}
	for k := first; k < last; k++ {
		t.Columns = append(t.Columns, table.Column{Head: fmt.Sprintf("(%d)", k-first+1)})
	}
	for i := first; i < last; i++ {
		row := []string{fmt.Sprintf("(%d) %s", i-first+1, r.Likeness.Names[i])}
		for k := first; k < last; k++ {
			if v := r.Likeness.Top[i][k]; v != nil {
				row = append(row, table.Share(*v))
			} else {
				row = append(row, table.Undefined)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
