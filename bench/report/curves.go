package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"detsample/bench/summary"
	"detsample/internal/prose"
)

const (
	curveName = 15 // characters of a name beside its curve; the legend has it whole
	nameGap   = 15 // pixels from one to the next
)

// curvePanel is the curves of one kind of detector.
type curvePanel struct {
	Title string
	SVG   template.HTML
}

// curvePanels draws AP along training, a panel for each kind of detector, all
// to the same scales, which reach to the budget of images and beyond if a
// curve does, and a legend of all.
func curvePanels(strategies []summary.Strategy, budget int) (panels []curvePanel, legend []key) {
	images, high := max(1, budget), 0.0
	look := styles(strategies)
	for i := range strategies {
		for _, p := range strategies[i].Curve {
			images, high = max(images, p.Images), max(high, p.AP, p.High)
		}
	}
	for _, detector := range []string{oneStage, twoStage} {
		var chosen []int
		for i := range strategies {
			if kind(strategies[i].Detector) == kind(detector) && len(trained(strategies[i].Curve)) > 0 {
				chosen = append(chosen, i)
				legend = append(legend, key{strategies[i].Strategy, look[i]})
			}
		}
		if len(chosen) > 0 {
			panels = append(panels, curvePanel{Title: detector + " detectors", SVG: curves(strategies, chosen, images, high)})
		}
	}
	return panels, legend
}

// curves draws the chosen strategies.
func curves(strategies []summary.Strategy, chosen []int, images int, high float64) template.HTML {
	height := max(float64(chartHeight), float64(nameGap*len(chosen)))
	longest := 0
	for _, i := range chosen {
		longest = max(longest, min(curveName, len([]rune(strategies[i].Strategy))))
	}
	xMarks, yMarks := ticks(float64(images), 3), ticks(100*high, 7)
	if last := len(xMarks) - 1; last > 0 && xMarks[last] > float64(images) {
		xMarks = xMarks[:last]
	}
	p := panel{
		x: scale{low: 0, high: float64(images), from: chartLeft, to: chartWidth - 24 - character*float64(longest)},
		y: scale{low: 0, high: yMarks[len(yMarks)-1] / 100, from: chartTop + height, to: chartTop},
	}
	d := newDrawing(chartWidth, chartTop+height+chartBottom, "AP along training")
	p.axes(d, xMarks, yMarks, 1, 100, "training images seen", "AP")
	look := styles(strategies)
	for _, i := range chosen {
		if strategies[i].Runs > 1 {
			xs, _ := p.trace(&strategies[i], func(c summary.CurvePoint) float64 { return c.AP })
			_, low := p.trace(&strategies[i], func(c summary.CurvePoint) float64 { return c.Low })
			_, upper := p.trace(&strategies[i], func(c summary.CurvePoint) float64 { return c.High })
			d.band(look[i], xs, low, upper)
		}
	}
	for _, i := range chosen {
		xs, ys := p.trace(&strategies[i], func(c summary.CurvePoint) float64 { return c.AP })
		d.path(look[i], xs, ys)
		for k := range xs {
			d.addf(`<circle class="%s" cx="%.1f" cy="%.1f" r="2.6"/>`, look[i].dot(), xs[k], ys[k])
		}
	}
	p.names(d, strategies, chosen)
	return d.html()
}

// trace returns a strategy's curve in pixels.
func (p panel) trace(s *summary.Strategy, figure func(summary.CurvePoint) float64) (xs, ys []float64) {
	for _, c := range trained(s.Curve) {
		xs = append(xs, p.x.at(float64(c.Images)))
		ys = append(ys, p.y.at(max(0, figure(c))))
	}
	return xs, ys
}

// names writes the strategies in the order in which their curves end.
func (p panel) names(d *drawing, strategies []summary.Strategy, chosen []int) {
	type end struct {
		strategy int
		x, y     float64
	}
	var ends []end
	for _, i := range chosen {
		xs, ys := p.trace(&strategies[i], func(c summary.CurvePoint) float64 { return c.AP })
		ends = append(ends, end{i, xs[len(xs)-1], ys[len(ys)-1]})
	}
	slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.y, b.y) })
	at := make([]float64, len(ends))
	for k, e := range ends {
		at[k] = e.y
	}
	spread(at, nameGap, p.y.to, p.y.from)
	look := styles(strategies)
	for k, e := range ends {
		leader := "leader"
		if e.x < p.x.to-1 {
			leader = "leader early"
			d.addf(`<path class="cross h%d" d="M%.1f %.1fl10 10m0 -10l-10 10"/>`, look[e.strategy].hue(), e.x-5, e.y-5)
		}
		d.addf(`<path class="%s h%d" d="M%.1f %.1fL%.1f %.1f"/>`, leader, look[e.strategy].hue(), e.x+6, e.y, p.x.to+16, at[k])
		name := strategies[e.strategy].Strategy
		d.name("label start", p.x.to+20, at[k]+4, name, curveName)
	}
}

// trained returns the moments of a curve whose AP is defined.
func trained(curve []summary.CurvePoint) []summary.CurvePoint {
	return slices.DeleteFunc(slices.Clone(curve), func(p summary.CurvePoint) bool { return !defined(p.AP) })
}

// noneHigher stands for the leader where all are equal.
const noneHigher = "none (all equal)"

// crossings says who leads at which checkpoint, of those that did not fail and by the
// checkpoints that all of these have.
func crossings(strategies []summary.Strategy) string {
	var whole []*summary.Strategy
	var failed []string
	for i := range strategies {
		switch s := &strategies[i]; {
		case len(s.Failed) > 0:
			failed = append(failed, short(s.Strategy, 60))
		case len(trained(s.Curve)) > 1: // beyond the start
			whole = append(whole, s)
		}
	}
	type lead struct {
		strategy    string // or several
		several     bool
		first, last int
	}
	var leads []lead
	for _, images := range checkpoints(whole) {
		var equal []string
		ap, beaten := -1.0, 0
		for _, s := range whole {
			if v, _ := reached(s, images); v >= ap {
				if v > ap {
					beaten, equal = beaten+len(equal), nil
				}
				equal, ap = append(equal, short(s.Strategy, 60)), v
			} else {
				beaten++
			}
		}
		best := prose.List(equal, "and")
		if len(equal) > 1 && beaten == 0 {
			best = noneHigher
		}
		if n := len(leads); n > 0 && leads[n-1].strategy == best {
			leads[n-1].last = images
		} else if ap > 0 {
			leads = append(leads, lead{best, len(equal) > 1, images, images})
		}
	}
	without := ""
	if len(failed) > 0 {
		without = ", " + prose.List(failed, "and") + " apart, of which runs failed or learned nothing"
	}
	switch {
	case len(leads) == 0:
		return ""
	case len(leads) == 1 && leads[0].strategy == noneHigher:
		return "All have equal means at every checkpoint" + without + "."
	case len(leads) == 1 && leads[0].several:
		return leads[0].strategy + " have the highest mean, an equal one, at every checkpoint" + without + "."
	case len(leads) == 1:
		return leads[0].strategy + " has the highest mean at every checkpoint" + without + "."
	}
	parts := make([]string, len(leads))
	for i, l := range leads {
		parts[i] = fmt.Sprintf("%s at %s", l.strategy, count(l.first))
		if l.last > l.first {
			parts[i] = fmt.Sprintf("%s from %s to %s", l.strategy, count(l.first), count(l.last))
		}
	}
	return "The highest mean changes: " + prose.List(parts, "and") + " images" + without + ". A ranking depends on the budget at which it is read."
}

// checkpoints returns the moments after the start at which all of some strategies were
// evaluated, ascending.
func checkpoints(strategies []*summary.Strategy) (shared []int) {
	for i, s := range strategies {
		var own []int
		for _, p := range trained(s.Curve) {
			if p.Images > 0 {
				own = append(own, p.Images)
			}
		}
		if i == 0 {
			shared = own
			continue
		}
		shared = slices.DeleteFunc(shared, func(images int) bool { return !slices.Contains(own, images) })
	}
	return shared
}

// reached returns a strategy's AP at a checkpoint, if it got there.
func reached(s *summary.Strategy, images int) (ap float64, ok bool) {
	for _, p := range s.Curve {
		if p.Images == images && defined(p.AP) {
			return p.AP, true
		}
	}
	return 0, false
}
