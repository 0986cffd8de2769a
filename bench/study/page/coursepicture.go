package page

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// together is the most strategies that are drawn in one chart.
const together = 6

// How high a chart is, alone, above another and among others, in points.
const (
	aloneHigh  = vg.Length(240)
	aboveHigh  = vg.Length(180)
	amongsHigh = vg.Length(130)
)

// draw draws AP along training with its intervals, and below it how far each is ahead
// of the first: what is left at the end is too little to be seen beside the rise from
// 0.
func (c *course) draw() ([]byte, error) {
	top := 1.0
	var all []curve
	for i, name := range c.names {
		l := curve{name: name, label: name, look: lookOf(name), images: c.images}
		for _, at := range c.means {
			l.means = append(l.means, at[i])
			if e := at[i]; e.Seeds > 0 {
				top = max(top, e.Mean)
			}
		}
		if outline := l.band(); outline != nil {
			for _, at := range outline {
				top = max(top, min(at.Y, 1.3*top))
			}
		}
		all = append(all, l)
	}
	charts := charted(all)
	for i := range charts {
		charts[i].top = 1.02 * top
	}
	switch {
	case len(charts) > 1:
		if len(charts)%2 > 0 {
			charts = append(charts, chart{}) // those below begin a row
		}
		return drawCharts(append(charts, c.leads()...), 2, amongsHigh)
	case len(all) == 1:
		return drawCharts(charts, 1, aloneHigh)
	}
	return drawCharts(append(charts, c.lead()), 1, aboveHigh)
}

// leads is lead divided as the charts of AP are, all on its scale; of the first
// strategy alone there is none.
func (c *course) leads() []chart {
	whole := c.lead()
	charts := slices.DeleteFunc(charted(whole.curves), func(h chart) bool {
		return len(h.curves) == 1 && h.curves[0].name == c.names[0]
	})
	for i := range charts {
		h := &charts[i]
		h.title = strings.TrimPrefix(h.title, "AP, ") + ", less " + c.names[0]
		h.low, h.top, h.bars = whole.low, whole.top, true
	}
	return charts
}

// lead is the chart of how far each strategy is ahead of the first. Its scale has
// room for all means, and for the intervals from a quarter of the images on: few
// seeds that learn at first, and others that do not yet, have wide ones.
func (c *course) lead() chart {
	h := chart{title: "AP, less that of " + c.names[0], bars: true}
	end := c.images[len(c.images)-1]
	for i, name := range c.names {
		l := curve{name: name, label: name, look: lookOf(name), images: c.images}
		for k, at := range c.ahead {
			e := at[i]
			l.means = append(l.means, e)
			if e.Seeds == 0 || math.IsNaN(e.Mean) {
				continue
			}
			h.low, h.top = min(h.low, e.Mean), max(h.top, e.Mean)
			if 4*c.images[k] >= end && known(e) && !math.IsInf(e.High-e.Low, 0) && !math.IsNaN(e.High-e.Low) {
				h.low, h.top = min(h.low, e.Low), max(h.top, e.High)
			}
		}
		h.curves = append(h.curves, l)
	}
	margin := max(0.03*(h.top-h.low), 0.1)
	h.low, h.top = h.low-margin, h.top+margin
	return h
}

// charted divides curves among charts: many by what their names begin with, and
// each alone where they begin with nothing in common, beside all others in grey.
func charted(all []curve) []chart {
	if len(all) <= together {
		return []chart{{title: "AP", curves: all}}
	}
	var charts []chart
	grouped := !slices.ContainsFunc(all, func(l curve) bool { return !strings.Contains(l.label, ", ") })
	for _, l := range all {
		name := l.label
		l.label = ""
		if grouped {
			name, l.label, _ = strings.Cut(name, ", ")
		}
		title := "AP, " + name
		k := slices.IndexFunc(charts, func(h chart) bool { return h.title == title })
		if k < 0 {
			k = len(charts)
			charts = append(charts, chart{title: title, behind: all})
		}
		charts[k].curves = append(charts[k].curves, l)
	}
	slices.SortStableFunc(charts, func(a, b chart) int { return cmp.Compare(a.value(), b.value()) })
	return charts
}

// value is the number that a chart's title ends with, 0 where it ends with none.
func (h *chart) value() float64 {
	x, err := strconv.ParseFloat(h.title[strings.LastIndex(h.title, " ")+1:], 64)
	if err != nil {
		return 0
	}
	return x
}
