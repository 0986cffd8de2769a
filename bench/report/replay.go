package report

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"slices"

	"detsample/bench/dump"
	"detsample/bench/replay"
	"detsample/bench/table"
)

// replayPage is what the template of a replay alone shows.
type replayPage struct {
	Style           template.CSS
	Title, Subtitle string
	Headline        []string
	Replay          *replayPart
	Versions        []fact
}

// WriteReplay writes a replay as one HTML page, in the look of [Write] and as
// self-contained: what it comes to, where the gradients lie, what samplers pick
// and which weightings are alike. Equal replays give equal bytes with one
// program.
func WriteReplay(w io.Writer, r *replay.Report) error {
	labelled := count(r.Candidates) + " candidates, " + count(r.Positives) + " of them positive"
	if len(r.Others) > 0 {
		labelled = "candidates labelled by each strategy's own assigner"
	}
	page := replayPage{
		Style: template.CSS(styleSheet), Title: "What is learnt from " + short(filepath.Base(r.Path), 60),
		Subtitle: fmt.Sprintf("%s · %s", number(r.Images, "image"), labelled),
		Headline: r.Conclusion[:min(2, len(r.Conclusion))], Replay: replayOf(r), Versions: versions(),
	}
	page.Replay.Conclusion = r.Conclusion[min(2, len(r.Conclusion)):]
	return render(w, "replay.html", page)
}

// replayPart is the section of a replayed dump.
type replayPart struct {
	Conclusion []string
	Keys       []key
	Curves     template.HTML
	Weights    template.HTML // empty for strategies, which have no effective weights over all candidates
	Tables     []table.Table
	Notes      []string
}

func replayOf(r *replay.Report) *replayPart {
	out := &replayPart{Conclusion: r.Conclusion, Notes: r.Notes, Tables: r.Tables()}
	var gradient, weight []decileCurve
	add := func(name string, deciles *[dump.Deciles]replay.Divided) style {
		s := style(len(out.Keys))
		out.Keys = append(out.Keys, key{name, s})
		c := decileCurve{style: s}
		for _, d := range deciles {
			c.values = append(c.values, d.Total())
		}
		gradient = append(gradient, c)
		return s
	}
	if r.Strategies {
		for i := range r.Samplers[:min(len(r.Samplers), 2*hues)] {
			add(r.Samplers[i].Name, &r.Samplers[i].Gradient)
		}
		out.Curves = deciles("share of the gradient, %", gradient, 100)
		return out
	}
	for _, l := range drawn(r.Losses) {
		w := decileCurve{style: add(l.Name, &l.Gradient)}
		for _, d := range l.Weight {
			w.values = append(w.values, d.Negatives)
		}
		weight = append(weight, w)
	}
	out.Curves = deciles("share of the gradient, %", gradient, 100)
	out.Weights = logDeciles("mean effective weight of negatives", weight)
	return out
}

// drawn returns the losses whose curves are drawn: all, or of many as many as
// there are colours, the best known first.
func drawn(losses []replay.Loss) []replay.Loss {
	if len(losses) <= hues {
		return losses
	}
	known := []string{"ce", "softmax_ce", "alpha_ce", "softmax_alpha_ce", "focal", "softmax_focal", "ghm_c", "quality_focal", "varifocal", "class_balanced", "seesaw"}
	rank := func(l replay.Loss) int {
		if i := slices.Index(known, l.Name); i >= 0 {
			return i
		}
		return len(known)
	}
	list := slices.Clone(losses)
	slices.SortStableFunc(list, func(a, b replay.Loss) int { return rank(a) - rank(b) })
	return list[:hues]
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
	d := newDrawing(chartWidth, chartTop+chartHeight+chartBottom, label)
	p := panel{
		x: scale{low: 1, high: dump.Deciles, from: chartLeft, to: chartWidth - chartRight},
		y: scale{low: 0, high: yMarks[len(yMarks)-1] / unit, from: chartTop + chartHeight, to: chartTop},
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

// logDeciles draws curves over the deciles on a scale of powers of ten; a value of
// 0 is left out, and what is below a millionth of the largest lies at the bottom.
func logDeciles(label string, curves []decileCurve) template.HTML {
	low, high := math.Inf(1), 0.0
	for _, c := range curves {
		for _, v := range c.values {
			if v > 0 {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if high == 0 {
		low, high = 0.1, 1
	}
	top := math.Ceil(math.Log10(high))
	bottom := max(math.Floor(math.Log10(low)), top-6)
	if bottom == top {
		bottom--
	}
	d := newDrawing(chartWidth, chartTop+chartHeight+chartBottom, label)
	p := panel{
		x: scale{low: 1, high: dump.Deciles, from: chartLeft, to: chartWidth - chartRight},
		y: scale{low: bottom, high: top, from: chartTop + chartHeight, to: chartTop},
	}
	var xMarks []float64
	for k := range dump.Deciles {
		xMarks = append(xMarks, float64(k+1))
	}
	p.axes(d, xMarks, nil, 1, 1, "decile of difficulty, 1-p_t", label)
	p.powers(d)
	for _, c := range curves {
		var xs, ys []float64
		for k, v := range c.values {
			if v > 0 {
				xs, ys = append(xs, p.x.at(float64(k+1))), append(ys, p.y.at(max(bottom, math.Log10(v))))
			}
		}
		if len(xs) > 0 {
			d.path(c.style, xs, ys)
		}
	}
	return d.html()
}
