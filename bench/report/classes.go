package report

import (
	"cmp"
	"slices"

	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// shownClasses is the number of classes in view; the rest can be unfolded.
const shownClasses = 20

// classTable has a row for each class and a column for each strategy.
type classTable struct {
	Strategies  []key
	Shown, Rest []classRow
}

type classRow struct {
	Class   string
	Objects string
	Cells   []classCell
}

type classCell struct {
	AP, AP50 string
	Heat     float64 // of the highest AP in the table
	Best     bool    // of the row
}

// classes tabulates AP by class, the commonest classes first if they are too
// many to show.
func classes(strategies []summary.Strategy) classTable {
	var t classTable
	var names []trainer.ClassFigures
	high := 0.0
	look := styles(strategies)
	for i := range strategies {
		t.Strategies = append(t.Strategies, key{strategies[i].Strategy, look[i]})
		if len(names) == 0 {
			names = slices.Clone(strategies[i].Classes)
		}
		for _, c := range strategies[i].Classes {
			high = max(high, c.AP)
		}
	}
	if len(names) > shownClasses {
		slices.SortStableFunc(names, func(a, b trainer.ClassFigures) int { return cmp.Compare(b.Objects, a.Objects) })
	}
	for k, c := range names {
		row := classRow{Class: c.Class, Objects: count(c.Objects)}
		best := -1.0
		for i := range strategies {
			f := ofClass(strategies[i].Classes, c.Class)
			cell := classCell{AP: points(f.AP), AP50: points(f.AP50)}
			if high > 0 {
				cell.Heat = max(0, f.AP) / high
			}
			best = max(best, f.AP)
			row.Cells = append(row.Cells, cell)
		}
		for i := range strategies {
			row.Cells[i].Best = best > 0 && len(strategies) > 1 && ofClass(strategies[i].Classes, c.Class).AP == best
		}
		if k < shownClasses {
			t.Shown = append(t.Shown, row)
		} else {
			t.Rest = append(t.Rest, row)
		}
	}
	return t
}

// ofClass returns the figures of a class; not defined if a strategy has none.
func ofClass(all []trainer.ClassFigures, class string) trainer.ClassFigures {
	for _, c := range all {
		if c.Class == class {
			return c
		}
	}
	return trainer.ClassFigures{AP: -1, AP50: -1}
}
