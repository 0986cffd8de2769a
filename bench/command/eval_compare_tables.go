package command

import (
	"fmt"
	"slices"
	"strconv"

	"detsample/bench/cocoeval"
	"detsample/bench/table"
	"detsample/internal/prose"
)

// label is what tables call file k.
func (c *pairing) label(k int) string { return fmt.Sprintf("(%d) %s", k+1, c.names[k]) }

// figureGrid has a row for each file.
func (c *pairing) figureGrid() grid {
	g := grid{
		title: "COCO's figures, in %",
		note:  fmt.Sprintf("± is half of a 95%% interval over the choice of images: %d draws of as many with replacement.", c.draws),
		keys:  1,
		columns: []column{{head: "file", left: true}, {head: "detections"}, {head: "AP"}, {head: "AP50"}, {head: "AP75"},
			{head: "AP_S"}, {head: "AP_M"}, {head: "AP_L"}, {head: "AR"}},
	}
	for k, e := range c.files {
		s := e.result.Summary()
		about := func(i int) string {
			f := &pairedFigures[i]
			text, d := percent(f.value(e)), c.alone(k, f)
			if !d.known {
				return text
			}
			return text + " ± " + percent((d.high-d.low)/2)
		}
		g.rows = append(g.rows, []string{c.label(k), strconv.Itoa(e.detections), about(0), percent(s.AP50), percent(s.AP75),
			about(1), about(2), about(3), percent(s.AR100)})
	}
	return g
}

// differenceGrid has a row for each file but the first.
func (c *pairing) differenceGrid() grid {
	g := grid{
		title: "Differences to (1), in points, with 95% intervals",
		note:  "Paired: both files on the same images of every draw. An interval without 0 tells which is better.",
		keys:  1, columns: []column{{head: "file", left: true}},
	}
	for _, f := range pairedFigures {
		g.columns = append(g.columns, column{head: f.name})
	}
	for k := 1; k < len(c.files); k++ {
		row := []string{c.label(k)}
		for i := range pairedFigures {
			if d := c.difference(k, &pairedFigures[i]); d.known {
				row = append(row, table.Signed(d.value)+" "+bounded(d))
			} else {
				row = append(row, undefined)
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// groupGrid has a row for each file, with LVIS's figures.
func (c *pairing) groupGrid() grid {
	first := c.files[0].lvis
	g := grid{
		title: "LVIS's figures by frequency, in %",
		note: fmt.Sprintf("%s AP_r is of %s with objects, AP_c of %d common and AP_f of %d frequent ones.", federated,
			prose.Count(first.GroupClasses('r'), "rare category", "rare categories"), first.GroupClasses('c'), first.GroupClasses('f')),
		keys: 1,
		columns: []column{{head: "file", left: true}, {head: "AP"}, {head: "AP_r"}, {head: "AP_c"}, {head: "AP_f"},
			{head: "AP50"}, {head: "AP75"}, {head: "AP_S"}, {head: "AP_M"}, {head: "AP_L"}, {head: "AR"}},
	}
	for k, e := range c.files {
		s := e.lvis.Summary()
		row := []string{c.label(k)}
		for _, v := range []float64{s.AP, s.APR, s.APC, s.APF, s.AP50, s.AP75, s.APS, s.APM, s.APL, s.AR} {
			row = append(row, percent(v))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// shownChanges is how many classes are shown of many.
const shownChanges = 10

// classGrid has a row for each class that changed most, or for all.
func (c *pairing) classGrid(k int, list []changedClass, all bool) grid {
	g := grid{
		title:   fmt.Sprintf("Classes that changed most, AP in %% of (1) and (%d)", k+1),
		note:    fmt.Sprintf("Of so many classes one in twenty has an interval without 0 by chance alone. Classes in fewer than %d images have none.", fewestImages),
		keys:    1,
		columns: []column{{head: "class", left: true}, {head: "objects"}, {head: "images"}, {head: "(1)"}, {head: fmt.Sprintf("(%d)", k+1)}, {head: "change"}, {head: "95% interval"}},
	}
	if all {
		g.title = fmt.Sprintf("Classes, AP in %% of (1) and (%d)", k+1)
	} else {
		known := slices.DeleteFunc(slices.Clone(list), func(x changedClass) bool { return !x.change.known })
		if len(known) == 0 {
			known = list
		}
		if shown := min(shownChanges, len(known)); shown < len(list) {
			g.note = fmt.Sprintf("%d of %d classes; --per-class shows all. ", shown, len(list)) + g.note
			known = known[:shown]
		}
		list = known
	}
	for _, x := range list {
		row := []string{x.name, strconv.Itoa(x.objects), strconv.Itoa(x.images), percent(x.before), percent(x.after), table.Signed(x.after - x.before), undefined}
		if x.change.known {
			row[6] = bounded(x.change)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// costGrid has a row for each kind of error, and two columns for each file.
func (c *pairing) costGrid() grid {
	g := grid{
		title:   "What errors cost (TIDE)",
		note:    fmt.Sprintf("dAP is how many points AP at IoU 0.5 would gain if the errors of one kind alone were corrected. At %d detections an image.", c.files[0].limit),
		keys:    1,
		columns: []column{{head: "error", left: true}},
	}
	points := func(v float64) string { return strconv.FormatFloat(100*v, 'f', 2, 64) }
	for k := range cocoeval.ErrorKind(len(c.files[0].errors.Count)) {
		g.rows = append(g.rows, []string{k.String()})
	}
	g.rows = append(g.rows, []string{"all false positives"}, []string{"all false negatives"})
	for i, e := range c.files {
		g.columns = append(g.columns, column{head: fmt.Sprintf("(%d)\ncount", i+1)}, column{head: "dAP"})
		for k, n := range e.errors.Count {
			g.rows[k] = append(g.rows[k], strconv.Itoa(n), points(e.errors.DeltaAP[k]))
		}
		if note := e.beyondLimit(); note != "" {
			g.note += fmt.Sprintf(" (%d) %s", i+1, note)
		}
		at := len(e.errors.Count)
		g.rows[at] = append(g.rows[at], "", points(e.errors.FalsePositive))
		g.rows[at+1] = append(g.rows[at+1], "", points(e.errors.FalseNegative))
	}
	return g
}
