package report

import (
	"fmt"
	"html/template"
	"math"

	"detsample/bench/inspect"
	"detsample/bench/table"
)

// reachCurves draws the share of objects whose best anchor has at least an
// IoU: of all and of each size, and of all with the recommended anchors.
func reachCurves(r *inspect.Report) template.HTML {
	type curve struct {
		name      string
		style     style
		histogram [inspect.IoUBins]int
	}
	curves := []curve{{"all", 0, r.All.Histogram}}
	for i, g := range r.Sizes {
		if g.Objects > 0 {
			curves = append(curves, curve{g.Name, style(i + 1), g.Histogram})
		}
	}
	if r.Recommended != nil {
		curves = append(curves, curve{"all, recommended", hues, r.Recommended.Histogram})
	}
	// The names are on top: curves may pass anywhere.
	perRow := 4
	top := chartTop + nameGap*1.25*float64((len(curves)+perRow-1)/perRow)
	d := newDrawing(chartWidth, top+chartHeight+chartBottom, "Share of objects by the IoU of their best anchor")
	marks := []float64{0, 20, 40, 60, 80, 100}
	p := panel{
		x: scale{low: 0, high: 1, from: chartLeft, to: chartWidth - chartRight},
		y: scale{low: 0, high: 1, from: top + chartHeight, to: top},
	}
	p.axes(d, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}, marks, 1, 100, "IoU of the best anchor, at least", "objects, %")
	pos := p.x.at(r.Setting.PosIoU)
	d.line("even", pos, top, pos, top+chartHeight)
	for i, c := range curves {
		xs, ys := cumulativeFrom(c.histogram)
		d.path(c.style, p.x.each(xs), p.y.each(ys))
		x, y := 8+(chartWidth-8)/float64(perRow)*float64(i%perRow), 10+nameGap*1.25*float64(i/perRow)
		d.addf(`<path class="%s" d="M%.1f %.1fh24"/>`, c.style.line(), x, y)
		d.text("label start", x+30, y+4, c.name)
	}
	return d.html()
}

// cumulativeFrom returns the share of a histogram from each edge on.
func cumulativeFrom(h [inspect.IoUBins]int) (xs, ys []float64) {
	all := 0
	for _, n := range h {
		all += n
	}
	left := all
	for bin := range inspect.IoUBins + 1 {
		xs, ys = append(xs, float64(bin)/inspect.IoUBins), append(ys, inspect.Share(left, all))
		if bin < inspect.IoUBins {
			left -= h[bin]
		}
	}
	return xs, ys
}

// stack is a bar made of parts.
type stack struct {
	name  string
	parts []float64
	note  string // behind the bar
}

// stacks draws bars of parts beside one another, each part in its hue, with a
// legend on top.
func stacks(label string, parts []string, rows []stack, unit float64) template.HTML {
	longest, high, note := 0, 0.0, 0
	for _, s := range rows {
		sum := 0.0
		for _, v := range s.parts {
			sum += v
		}
		longest, high, note = max(longest, min(barName, len([]rune(s.name)))), max(high, sum), max(note, len([]rune(s.note)))
	}
	const legend = 26
	bottom := barTop + legend + float64(barRow*len(rows))
	d := newDrawing(chartWidth, bottom+barBottom, label)
	x := 8.0
	for i, name := range parts {
		d.rect("dot "+hue(i), x, barTop, 12, 12)
		d.text("label start", x+17, barTop+10, name)
		x += 34 + character*float64(len([]rune(name)))
	}
	marks := ticks(high*unit, 4)
	at := scale{low: 0, high: marks[len(marks)-1] / unit, from: character*float64(longest) + 14, to: chartWidth - 14 - character*float64(note)}
	for _, m := range marks {
		d.line("grid", at.at(m/unit), barTop+legend, at.at(m/unit), bottom)
		d.text("tick middle", at.at(m/unit), bottom+16, tick(m, marks))
	}
	d.text("axis middle", (at.from+at.to)/2, bottom+36, label)
	for i, s := range rows {
		y, sum := barTop+legend+barRow*(float64(i)+0.5), 0.0
		d.name("label end", at.from-8, y+4, s.name, barName)
		for k, v := range s.parts {
			if v > 0 {
				d.rect("dot "+hue(k), at.at(sum), y-barHeight/2, at.at(sum+v)-at.at(sum), barHeight)
			}
			sum += v
		}
		d.text("value start", at.at(sum)+6, y+4, s.note)
	}
	d.line("base", at.from, barTop+legend, at.from, bottom)
	return d.html()
}

func hue(i int) string { return fmt.Sprintf("h%d", i%hues) }

// causeBars draws, by octave, the share of objects that no anchor reaches.
func causeBars(r *inspect.Report) template.HTML {
	var rows []stack
	for _, g := range r.Octaves {
		part := func(n int) float64 { return inspect.Share(n, g.Objects) }
		rows = append(rows, stack{g.Name + " px", []float64{part(g.Causes.Size), part(g.Causes.Ratio), part(g.Causes.Border), part(g.Causes.Stride)}, table.Share(part(g.Unreached))})
	}
	return stacks("unreached objects, % of the octave", []string{"size", "ratio", "border", "stride"}, rows, 100)
}

// positiveBars draws the positives of an object by octave.
func positiveBars(r *inspect.Report) template.HTML {
	var rows []stack
	for _, g := range r.Octaves {
		rows = append(rows, stack{g.Name + " px", []float64{g.PerObject()}, quantity(g.PerObject()) + " of " + count(g.Objects)})
	}
	return stacks("positives per object", []string{"positives per object, and number of objects"}, rows, 1)
}

// levelBars draws the positives of each level by the size of their objects.
func levelBars(r *inspect.Report) template.HTML {
	var rows []stack
	images := float64(max(1, r.Data.Images))
	for _, l := range r.Levels {
		s := stack{name: fmt.Sprintf("stride %d", l.Stride), note: table.Ratio(float64(l.Positives), float64(l.Negatives))}
		for _, n := range l.BySize {
			s.parts = append(s.parts, float64(n)/images)
		}
		rows = append(rows, s)
	}
	return stacks("positives per image, and positives : negatives", []string{"of small objects", "medium", "large"}, rows, 1)
}

// anchorBars draws the anchors that overlap an object by their IoU, on a
// scale of powers of ten.
func anchorBars(r *inspect.Report) template.HTML {
	d := newDrawing(chartWidth, chartTop+chartHeight+chartBottom, "Anchors by their IoU")
	images := float64(max(1, r.Data.Images))
	low, high := math.Inf(1), 1.0
	for _, n := range r.Candidates.Histogram {
		if n > 0 {
			low, high = min(low, float64(n)/images), max(high, float64(n)/images)
		}
	}
	bottom := math.Floor(math.Log10(min(low, 1)))
	p := panel{
		x: scale{low: 0, high: 1, from: chartLeft, to: chartWidth - chartRight},
		y: scale{low: bottom, high: math.Ceil(math.Log10(high)), from: chartTop + chartHeight, to: chartTop},
	}
	p.axes(d, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}, nil, 1, 1, "largest IoU with an object", "anchors per image")
	p.powers(d)
	for bin, n := range r.Candidates.Histogram {
		if n == 0 {
			continue
		}
		x, y := p.x.at(float64(bin)/inspect.IoUBins), p.y.at(math.Log10(float64(n)/images))
		h := "h0"
		if float64(bin)+1e-9 < r.Setting.PosIoU*inspect.IoUBins {
			h = "h5"
		}
		d.rect("dot "+h, x+1, y, p.x.at(1.0/inspect.IoUBins)-p.x.from-2, p.y.from-y)
	}
	return d.html()
}
