package report

import (
	"cmp"
	"html/template"

	"detsample/bench/stats"
	"detsample/bench/summary"
)

// Bars' geometry in pixels.
const (
	barsWidth  = 570
	barRow     = 30
	barHeight  = 16
	barTop     = 8
	barBottom  = 44
	barNumbers = 44  // room for the figure behind the longest bar
	barNote    = 78  // room for a note on failed runs
	barName    = 30  // characters of a name
	character  = 6.9 // mean width of one
)

// bars draws one figure of every strategy, with its interval.
func bars(strategies []summary.Strategy, label string, figure func(*summary.Strategy) stats.Estimate) template.HTML {
	longest, high, room := 0, 0.0, float64(barNumbers)
	for i := range strategies {
		longest = max(longest, min(barName, len([]rune(strategies[i].Strategy))))
		high = max(high, figure(&strategies[i]).High, figure(&strategies[i]).Mean)
		if marked(&strategies[i]) != "" {
			room = barNumbers + barNote
		}
	}
	bottom := barTop + float64(barRow*len(strategies))
	d := newDrawing(barsWidth, bottom+barBottom, label)
	marks := ticks(100*high, 7)
	x := scale{low: 0, high: marks[len(marks)-1] / 100, from: character*float64(longest) + 14, to: barsWidth - room}
	for _, m := range marks {
		d.line("grid", x.at(m/100), barTop, x.at(m/100), bottom)
		d.text("tick middle", x.at(m/100), bottom+16, tick(m, marks))
	}
	d.text("axis middle", (x.from+x.to)/2, bottom+36, label)
	for i := range strategies {
		bar(d, x, barTop+barRow*(float64(i)+0.5), &strategies[i], figure(&strategies[i]))
	}
	d.line("base", x.from, barTop, x.from, bottom)
	return d.html()
}

// bar draws one strategy about a height.
func bar(d *drawing, x scale, y float64, s *summary.Strategy, e stats.Estimate) {
	d.name("label end", x.from-8, y+4, s.Strategy, barName)
	if !defined(e.Mean) {
		d.text("note start", x.from+6, y+4, cmp.Or(marked(s), "not defined"))
		return
	}
	d.rect("bar "+kind(s.Detector), x.from, y-barHeight/2, x.at(e.Mean)-x.from, barHeight)
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
