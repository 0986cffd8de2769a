package study

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// together is the most strategies that are drawn in one chart.
const together = 6

// How high a chart is, alone and among others, in points.
const (
	aloneHigh  = vg.Length(240)
	amongsHigh = vg.Length(130)
)

// draw draws AP along training with its intervals.
func (c *course) draw() ([]byte, error) {
	top := 1.0
	var all []curve
	for i, name := range c.names {
		l := curve{label: name, look: lookOf(name), images: c.images}
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
	if len(charts) == 1 {
		return drawCharts(charts, aloneHigh)
	}
	return drawCharts(charts, amongsHigh)
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
		title := "AP, " + l.label
		l.label = ""
		if grouped {
			title, l.label, _ = strings.Cut(title, ", alpha")
			l.label = "alpha" + l.label
		}
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
