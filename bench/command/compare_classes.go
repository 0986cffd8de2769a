package command

import (
	"fmt"
	"strconv"

	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// maxClasses is how many classes a table shows.
const maxClasses = 20

// classes is AP50 of each class, with AP where both fit in one table.
func classes(ranked []summary.Strategy, p *printer) grid {
	both := classGrid(ranked, true)
	if p.markdown || len(both.parts(p.width)) == 1 {
		return both
	}
	return classGrid(ranked, false)
}

func classGrid(ranked []summary.Strategy, withAP bool) grid {
	g := grid{
		title:   "AP50 of each class",
		keys:    2,
		columns: []column{{head: "#"}, {head: "strategy", left: true}},
	}
	if withAP {
		g.title = "AP50 and AP of each class"
	}
	var named []trainer.ClassFigures // none of a strategy whose runs all diverged
	for _, s := range ranked {
		if len(s.Classes) > len(named) {
			named = s.Classes
		}
	}
	for _, c := range named {
		g.columns = append(g.columns, column{head: fmt.Sprintf("%s\n(%d)", printable(c.Class), c.Objects)})
	}
	g.note = "In brackets: objects in the test images."
	for i, s := range ranked {
		row := []string{strconv.Itoa(i + 1), s.Strategy}
		for k := range named {
			cell := undefined
			if k < len(s.Classes) {
				cell = percent(s.Classes[k].AP50)
				if withAP {
					cell += fmt.Sprintf(" / %4s", percent(s.Classes[k].AP))
				}
			}
			row = append(row, cell)
		}
		g.rows = append(g.rows, row)
	}
	return g
}
