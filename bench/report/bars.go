package report

import (
	"cmp"
	"html/template"

	"detsample/bench/stats"
	"detsample/bench/summary"
)

// Drawings are as wide in pixels as a telephone leaves room for, so that what is
// written in them can be read there; on a larger page they grow.
const (
	chartWidth  = 360
	chartHeight = 230
	chartLeft   = 58
	chartTop    = 12
	chartRight  = 12
	chartBottom = 48
)

// Bars' geometry in pixels.
const (
	barRow     = 38 // a name, and its bar beneath
	barHeight  = 13
	barTop     = 4
	barBottom  = 44
	barNumbers = 40  // room for the figure behind the longest bar
	barNote    = 78  // room for a note on failed runs
	barName    = 40  // characters of a name
	character  = 6.5 // mean width of one
)

// bars draws one figure of every strategy, with its interval, in the order of the
// ranking.
func bars(sum *summary.Summary, label string, figure func(*summary.Strategy) stats.Estimate) template.HTML {
	strategies := sum.Strategies
	high, room := 0.0, float64(barNumbers)
	for i := range strategies {
		high = max(high, figure(&strategies[i]).High, figure(&strategies[i]).Mean)
		if marked(&strategies[i]) != "" {
			room = barNumbers + barNote
		}
	}
	bottom := barTop + float64(barRow*len(strategies))
	d := newDrawing(chartWidth, bottom+barBottom, label)
	marks := ticks(100*high, 6)
	x := scale{low: 0, high: marks[len(marks)-1] / 100, from: 8, to: chartWidth - room}
	for _, m := range marks {
		d.line("grid", x.at(m/100), barTop, x.at(m/100), bottom)
		text := tick(m, marks)
		d.text("tick middle", max(x.at(m/100), character*float64(len(text))/2), bottom+16, text)
	}
	d.text("axis middle", (x.from+x.to)/2, bottom+36, label)
	for k, i := range order(sum) {
		bar(d, x, barTop+barRow*float64(k), &strategies[i], figure(&strategies[i]))
	}
	d.line("base", x.from, barTop, x.from, bottom)
	return d.html()
}

// bar draws one strategy below a height.
func bar(d *drawing, x scale, top float64, s *summary.Strategy, e stats.Estimate) {
	d.addf(`<text class="label start" x="%.1f" y="%.1f">%s<tspan class="kind" dx="7">%s</tspan><title>%s</title></text>`,
		x.from+4, top+13, escape(starred(s, short(s.Strategy, barName))), escape(s.Detector), escape(s.Strategy))
	y := top + 18 + barHeight/2.0
	if !defined(e.Mean) {
		d.text("note start", x.from+6, y+4, cmp.Or(marked(s), "not defined"))
		return
	}
	d.rect("bar "+kind(s.Detector), x.from, y-barHeight/2.0, x.at(e.Mean)-x.from, barHeight)
	end := e.Mean
	if e.High > e.Low {
		low := max(e.Low, 0)
		d.line("whisker", x.at(low), y, x.at(e.High), y)
		for _, v := range []float64{low, e.High} {
			d.line("whisker", x.at(v), y-4, x.at(v), y+4)
		}
		end = max(end, e.High)
	}
	d.text("value start", x.at(end)+6, y+4, points(e.Mean))
	if note := marked(s); note != "" {
		d.text("failed start", x.at(end)+barNumbers, y+4, note)
	}
}
