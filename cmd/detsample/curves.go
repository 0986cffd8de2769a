package main

import (
	"fmt"
	"strconv"

	"detsample/bench"
)

// maxMoments is how many moments of training a table shows.
const maxMoments = 10

// curve is AP along training, a column for each moment.
func curve(ranked []bench.StrategySummary, p *printer) grid {
	g := grid{
		title:   "AP along training, by images seen",
		keys:    2,
		columns: []column{{head: "#"}, {head: "strategy", left: true}},
	}
	var longest []bench.CurvePoint
	for _, s := range ranked {
		if len(s.Curve) > len(longest) {
			longest = s.Curve
		}
	}
	moments := spread(len(longest), maxMoments)
	for _, k := range moments {
		g.columns = append(g.columns, column{head: strconv.Itoa(longest[k].Images)})
	}
	for i, s := range ranked {
		row := []string{strconv.Itoa(i + 1), s.Strategy}
		for _, k := range moments {
			cell := undefined // a run ended before
			if k < len(s.Curve) {
				cell = percent(s.Curve[k].AP)
			}
			row = append(row, cell)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// spread returns up to limit places of n, the first and the last among them.
func spread(n, limit int) []int {
	if n <= limit {
		return all(n)
	}
	places := make([]int, limit)
	for i := range places {
		places[i] = i * (n - 1) / (limit - 1)
	}
	return places
}

// maxClasses is how many classes a table shows.
const maxClasses = 20

// classes is AP50 of each class, with AP where both fit in one table.
func classes(ranked []bench.StrategySummary, p *printer) grid {
	both := classGrid(ranked, true)
	if p.markdown || len(both.parts(p.width)) == 1 {
		return both
	}
	return classGrid(ranked, false)
}

func classGrid(ranked []bench.StrategySummary, withAP bool) grid {
	g := grid{
		title:   "AP50 of each class",
		keys:    2,
		columns: []column{{head: "#"}, {head: "strategy", left: true}},
	}
	if withAP {
		g.title = "AP50 and AP of each class"
	}
	for _, c := range ranked[0].Classes {
		g.columns = append(g.columns, column{head: fmt.Sprintf("%s\n(%d)", printable(c.Class), c.Objects)})
	}
	g.note = "In brackets: objects in the test images."
	for i, s := range ranked {
		row := []string{strconv.Itoa(i + 1), s.Strategy}
		for _, c := range s.Classes {
			cell := percent(c.AP50)
			if withAP {
				cell += fmt.Sprintf(" / %4s", percent(c.AP))
			}
			row = append(row, cell)
		}
		g.rows = append(g.rows, row)
	}
	return g
}
