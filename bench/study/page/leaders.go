package page

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
	"detsample/bench/study/chart"
	"detsample/bench/study/evidence"
)

// leadersFile is the picture of who leads where.
const leadersFile = "leaders.svg"

// row is an experiment in the picture of who leads: its negatives for each positive,
// and who may be the best at each of its budgets.
type row struct {
	experiment string
	negatives  float64
	contests   []evidence.Contest
}

// The sizes of the picture of who leads, in points: of a dot, of a mark where
// there is none, of a row, and of what stands above and below all rows.
const (
	dotRadius  = vg.Length(4.5)
	markRadius = vg.Length(1.5)
	rowHigh    = vg.Length(33)
	aboveRows  = vg.Length(2*chart.TextHigh + 14)
	belowRows  = vg.Length(2*chart.TextHigh + 8)
)

// drawLeaders draws a table of who may be the best: a row for each experiment, the
// one with most negatives for each positive on top, and a column for each budget. In
// a cell every rival has its place, in the order of the legend: a dot where it may be
// the best, a mark where it may not, and nothing where it has no runs.
func drawLeaders(rows []row) ([]byte, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.negatives, a.negatives) })
	labels := vg.Length(0)
	var budgets []int
	for _, r := range rows {
		for _, line := range r.label() {
			labels = max(labels, figure.Text(chart.TextSize, figure.Ink).Width(line))
		}
		for _, c := range r.contests {
			if !slices.Contains(budgets, c.Images) {
				budgets = append(budgets, c.Images)
			}
		}
	}
	slices.Sort(budgets)
	return figure.SVG(chart.Wide, aboveRows+rowHigh*vg.Length(len(rows))+belowRows, func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		drawLegend(c)
		left := chart.Edge + labels + 8
		across := (c.Max.X - chart.Edge - left) / vg.Length(len(budgets))
		column := func(k int) vg.Length { return left + across*(vg.Length(k)+0.5) }
		top := c.Max.Y - aboveRows
		for i, r := range rows {
			middle := top - rowHigh*(vg.Length(i)+0.5)
			c.StrokeLine2(draw.LineStyle{Color: figure.Grid, Width: 0.8}, chart.Edge, middle+rowHigh/2, c.Max.X-chart.Edge, middle+rowHigh/2)
			for k, line := range r.label() {
				c.FillText(figure.Text(chart.TextSize, []color.Color{figure.Ink, figure.Soft}[k]), vg.Point{X: chart.Edge, Y: middle + 3 - chart.TextHigh*vg.Length(k)}, line)
			}
			for _, at := range r.contests {
				drawCell(&at, c, vg.Point{X: column(slices.Index(budgets, at.Images)), Y: middle}, across)
			}
		}
		bottom := top - rowHigh*vg.Length(len(rows))
		for k := range budgets {
			x := column(k) - across/2
			c.StrokeLine2(draw.LineStyle{Color: figure.Grid, Width: 0.8}, x, bottom, x, top)
		}
		c.StrokeLine2(draw.LineStyle{Color: figure.Soft, Width: 0.6}, chart.Edge, bottom, c.Max.X-chart.Edge, bottom)
		under := figure.Text(chart.TextSize, figure.Soft)
		under.XAlign, under.YAlign = draw.XCenter, draw.YTop
		for k, images := range budgets {
			c.FillText(under, vg.Point{X: column(k), Y: bottom - 4}, chart.Thousands(images))
		}
		c.FillText(under, vg.Point{X: (left + c.Max.X - chart.Edge) / 2, Y: bottom - 4 - chart.TextHigh}, "images seen")
	})
}

// drawLegend says on top who a dot is, and below, over the labels of rows, what
// these begin with.
func drawLegend(c draw.Canvas) {
	text := figure.Text(chart.TextSize, figure.Ink)
	left, y := vg.Length(chart.Edge), c.Max.Y-chart.Edge-chart.TextHigh/2
	say := func(words string) {
		c.FillText(text, vg.Point{X: left, Y: y - 4}, words)
		left += text.Width(words) + 10
	}
	say("may be the best:")
	for _, name := range rivals {
		c.DrawGlyph(glyphOf(name, dotRadius), vg.Point{X: left + dotRadius, Y: y})
		left += 2*dotRadius + 4
		say(name)
	}
	c.DrawGlyph(mark, vg.Point{X: left + markRadius, Y: y})
	left += 2*markRadius + 4
	say("not")
	c.FillText(figure.Text(chart.TextSize, figure.Soft), vg.Point{X: chart.Edge, Y: y - 4 - chart.TextHigh - 4}, "negatives for each positive")
}

// label names a row in two lines.
func (r *row) label() [2]string {
	of := ofSeeds(r.contests[len(r.contests)-1].Means)
	return [2]string{fmt.Sprintf("%s · %s", number(r.negatives, 0), of), r.experiment}
}

// drawCell draws a cell of the picture of who leads, so wide.
func drawCell(at *evidence.Contest, c draw.Canvas, middle vg.Point, wide vg.Length) {
	apart := min(2*dotRadius+1, wide/vg.Length(len(rivals)+1))
	for k, name := range rivals {
		glyph := mark
		switch i := slices.Index(at.Names, name); {
		case i < 0 || at.Means[i].Seeds == 0:
			continue
		case slices.Contains(at.May, name):
			glyph = glyphOf(name, min(dotRadius, apart/2))
		}
		c.DrawGlyph(glyph, vg.Point{X: middle.X + apart*(vg.Length(k)-vg.Length(len(rivals)-1)/2), Y: middle.Y})
	}
}

// mark is where a rival that may not be the best has its place.
var mark = draw.GlyphStyle{Color: figure.Faint, Radius: markRadius, Shape: draw.CircleGlyph{}}

// glyphOf is how a rival is drawn.
func glyphOf(name string, radius vg.Length) draw.GlyphStyle {
	return draw.GlyphStyle{Color: chart.LookOf(name).Color(), Radius: radius, Shape: draw.CircleGlyph{}}
}
