package page

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"detsample/bench/study"
	"detsample/bench/study/chart"
	"detsample/bench/study/evidence"
)

// together is the most strategies that are drawn in one chart.
const together = 6

// How high a chart is, alone, above another and among others, in points.
const (
	aloneHigh  = vg.Length(240)
	aboveHigh  = vg.Length(180)
	amongsHigh = vg.Length(130)
)

// drawCourse draws AP along training with its intervals, and below it how far each is ahead
// of the first: what is left at the end is too little to be seen beside the rise from
// 0.
func drawCourse(c *evidence.Course) ([]byte, error) {
	top := 1.0
	var all []chart.Curve
	for i, name := range c.Names {
		l := chart.Curve{Name: name, Label: name, Images: c.Images}
		for _, at := range c.Means {
			l.Means = append(l.Means, at[i])
			if e := at[i]; e.Seeds > 0 {
				top = max(top, e.Mean)
			}
		}
		if outline := l.Band(); outline != nil {
			for _, at := range outline {
				top = max(top, min(at.Y, 1.3*top))
			}
		}
		all = append(all, l)
	}
	charts := charted(all)
	for i := range charts {
		charts[i].Top = 1.02 * top
	}
	switch {
	case len(charts) > 1:
		if len(charts)%2 > 0 {
			charts = append(charts, chart.Chart{}) // those below begin a row
		}
		return chart.Draw(append(charts, leadCharts(c)...), 2, amongsHigh)
	case len(all) == 1:
		return chart.Draw(charts, 1, aloneHigh)
	}
	return chart.Draw(append(charts, leadChart(c)), 1, aboveHigh)
}

// leadCharts are leadChart divided as the charts of AP are, all on its scale; of the first
// strategy alone there is none.
func leadCharts(c *evidence.Course) []chart.Chart {
	whole := leadChart(c)
	charts := slices.DeleteFunc(charted(whole.Curves), func(h chart.Chart) bool {
		return len(h.Curves) == 1 && h.Curves[0].Name == c.Names[0]
	})
	for i := range charts {
		h := &charts[i]
		h.Title = strings.TrimPrefix(h.Title, "AP, ") + ", less " + c.Names[0]
		h.Low, h.Top, h.Bars = whole.Low, whole.Top, true
	}
	return charts
}

// leadChart is the chart of how far each strategy is ahead of the first. Its scale has
// room for all means, and for the intervals from a quarter of the images on: few
// seeds that learn at first, and others that do not yet, have wide ones.
func leadChart(c *evidence.Course) chart.Chart {
	h := chart.Chart{Title: "AP, less that of " + c.Names[0], Bars: true}
	end := c.Images[len(c.Images)-1]
	for i, name := range c.Names {
		l := chart.Curve{Name: name, Label: name, Images: c.Images}
		for k, at := range c.Ahead {
			e := at[i]
			l.Means = append(l.Means, e)
			if e.Seeds == 0 || math.IsNaN(e.Mean) {
				continue
			}
			h.Low, h.Top = min(h.Low, e.Mean), max(h.Top, e.Mean)
			if float64(c.Images[k]) >= study.Shares[0]*float64(end) && known(e) && !math.IsInf(e.High-e.Low, 0) && !math.IsNaN(e.High-e.Low) {
				h.Low, h.Top = min(h.Low, e.Low), max(h.Top, e.High)
			}
		}
		h.Curves = append(h.Curves, l)
	}
	margin := max(0.03*(h.Top-h.Low), 0.1)
	h.Low, h.Top = h.Low-margin, h.Top+margin
	return h
}

// charted divides curves among charts: many by what their names begin with, and
// each alone where they begin with nothing in common, beside all others in grey.
func charted(all []chart.Curve) []chart.Chart {
	if len(all) <= together {
		return []chart.Chart{{Title: "AP", Curves: all}}
	}
	var charts []chart.Chart
	grouped := !slices.ContainsFunc(all, func(l chart.Curve) bool { return !strings.Contains(l.Label, ", ") })
	for _, l := range all {
		name := l.Label
		l.Label = ""
		if grouped {
			name, l.Label, _ = strings.Cut(name, ", ")
		}
		title := "AP, " + name
		k := slices.IndexFunc(charts, func(h chart.Chart) bool { return h.Title == title })
		if k < 0 {
			k = len(charts)
			charts = append(charts, chart.Chart{Title: title, Behind: all})
		}
		charts[k].Curves = append(charts[k].Curves, l)
	}
	slices.SortStableFunc(charts, func(a, b chart.Chart) int { return cmp.Compare(valueOf(a.Title), valueOf(b.Title)) })
	return charts
}

// valueOf is the number that a title ends with, 0 where it ends with none.
func valueOf(title string) float64 {
	x, err := strconv.ParseFloat(title[strings.LastIndex(title, " ")+1:], 64)
	if err != nil {
		return 0
	}
	return x
}
