package report

import (
	"fmt"
	"html/template"

	"detsample/bench/dump"
	"detsample/bench/inspect"
)

// replayPart is the section of a replayed dump.
type replayPart struct {
	Text    string
	Keys    []key
	Curves  template.HTML
	Weights template.HTML
	Tables  []inspectionTable
	Notes   []string
}

func replayOf(r *inspect.Replay) *replayPart {
	out := &replayPart{
		Text:  fmt.Sprintf("%s: %s, %s positives and %s negatives.", r.Path, number(r.Images, "image"), count(r.Positives), count(r.Negatives)),
		Notes: r.Notes,
	}
	var gradient, weight []decileCurve
	for i, l := range r.Losses {
		out.Keys = append(out.Keys, key{l.Name, style(i)})
		g, w := decileCurve{style: style(i)}, decileCurve{style: style(i)}
		for k := range l.Gradient {
			g.values = append(g.values, l.Gradient[k].Total())
			w.values = append(w.values, l.Weight[k].Negatives)
		}
		gradient, weight = append(gradient, g), append(weight, w)
	}
	out.Curves = deciles("share of the gradient, %", gradient, 100)
	out.Weights = deciles("mean effective weight of negatives", weight, 1)
	out.Tables = []inspectionTable{
		massTable("gradient-deciles", "Gradient by decile of difficulty", r, func(l *inspect.ReplayedLoss) *[dump.Deciles]inspect.Divided { return &l.Gradient }),
		massTable("loss-deciles", "Loss by decile of difficulty", r, func(l *inspect.ReplayedLoss) *[dump.Deciles]inspect.Divided { return &l.Loss }),
		byClass(r), picks(r), likeness(r),
	}
	return out
}

type decileCurve struct {
	style  style
	values []float64
}

// deciles draws curves over the deciles, the easiest first.
func deciles(label string, curves []decileCurve, unit float64) template.HTML {
	high := 0.0
	for _, c := range curves {
		for _, v := range c.values {
			high = max(high, v)
		}
	}
	yMarks := ticks(high*unit, 6)
	d := newDrawing(reachWidth, reachTop+reachHeight+48, label)
	p := panel{
		x: scale{low: 1, high: dump.Deciles, from: reachLeft, to: reachWidth - 12},
		y: scale{low: 0, high: yMarks[len(yMarks)-1] / unit, from: reachTop + reachHeight, to: reachTop},
	}
	var xs, xMarks []float64
	for k := range dump.Deciles {
		xs, xMarks = append(xs, float64(k+1)), append(xMarks, float64(k+1))
	}
	p.axes(d, xMarks, yMarks, 1, unit, "decile of difficulty, 1-p_t", label)
	for _, c := range curves {
		d.path(c.style, p.x.each(xs), p.y.each(c.values))
	}
	return d.html()
}

// massTable has the shares of a quantity by decile.
func massTable(id, title string, r *inspect.Replay, of func(*inspect.ReplayedLoss) *[dump.Deciles]inspect.Divided) inspectionTable {
	t := inspectionTable{ID: id, Title: title, How: "Shares of the sum, the easiest tenth of the candidates first; then that of all negatives.", Head: []string{"loss"}}
	for k := range dump.Deciles {
		t.Head = append(t.Head, fmt.Sprint(k+1))
	}
	t.Head = append(t.Head, "negatives")
	for i := range r.Losses {
		row, negatives := []string{r.Losses[i].Name}, 0.0
		for _, d := range of(&r.Losses[i]) {
			row = append(row, percent(d.Total()))
			negatives += d.Negatives
		}
		t.Rows = append(t.Rows, append(row, percent(negatives)))
	}
	return t
}

// byClass has the shares of each loss's gradient by class, of the first
// classes and the background.
func byClass(r *inspect.Replay) inspectionTable {
	t := inspectionTable{ID: "gradient-classes", Title: "Gradient by class", How: "Shares of the sum; loss by class is in inspect.json.", Head: []string{"loss"}}
	last := len(r.Classes) - 1
	shown := min(last, shownClasses)
	t.Head = append(t.Head, r.Classes[:shown]...)
	t.Head = append(t.Head, r.Classes[last])
	for _, l := range r.Losses {
		row := []string{l.Name}
		for _, v := range l.GradientClass[:shown] {
			row = append(row, percent(v))
		}
		t.Rows = append(t.Rows, append(row, percent(l.GradientClass[last])))
	}
	return t
}

// picks has a row for each sampler.
func picks(r *inspect.Replay) inspectionTable {
	t := inspectionTable{ID: "picks", Title: "What samplers pick of this state", How: "Picks of an image, then the share of each loss's gradient, over all candidates, that lies in the picks: how much of what a loss would weigh a sampler lets through.", Head: []string{"sampler", "positives", "negatives"}}
	for _, l := range r.Losses {
		t.Head = append(t.Head, l.Name)
	}
	for _, s := range r.Samplers {
		row := []string{s.Name, quantity(s.Positives), quantity(s.Negatives)}
		for _, v := range s.Mass {
			row = append(row, percent(v))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// likeness compares weightings pairwise.
func likeness(r *inspect.Replay) inspectionTable {
	t := inspectionTable{ID: "likeness", Title: "How alike the weightings are", How: "Of the heaviest 1% of the candidates, the share that two weightings have in common. A sampler's weights are those of cross entropy on its picks.", Head: append([]string{""}, r.Likeness.Names...)}
	for i, row := range r.Likeness.Top {
		cells := []string{r.Likeness.Names[i]}
		for _, v := range row {
			if v == nil {
				cells = append(cells, dash)
			} else {
				cells = append(cells, fmt.Sprintf("%.2f", *v))
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
