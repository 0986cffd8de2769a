package command

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"detsample/bench/cocoeval"
	"detsample/internal/prose"
)

// print writes an evaluation in the format asked for.
func (e *evaluation) print(w io.Writer, c *evalCommand) error {
	switch c.Format {
	case "json":
		return e.json(w, c)
	case "text":
		return e.text(w, c)
	}
	p := newPrinter(w, c.Format)
	p.line("%s; %s.", sized(e.set), prose.Count(e.detections, "detection", "detections"))
	p.line("")
	p.grid(e.figures())
	if e.lvis != nil {
		p.grid(e.groups())
	}
	if c.PerClass {
		p.grid(e.classes())
	}
	if e.errors != nil {
		p.grid(e.costs())
	}
	return nil
}

// text writes what pycocotools, and for LVIS lvis-api, print.
func (e *evaluation) text(w io.Writer, c *evalCommand) error {
	fmt.Fprint(w, e.result)
	if e.lvis != nil {
		fmt.Fprint(w, e.lvis)
	}
	if c.PerClass {
		for _, s := range e.result.PerClass() {
			fmt.Fprintf(w, " %-18s (AP) %s = %.3f\n", "Average Precision", printable(e.name(s.Class)), s.AP)
		}
	}
	if e.errors != nil {
		for k, count := range e.errors.Count {
			fmt.Fprintf(w, " %-18s dAP %6.2f, %d errors\n", cocoeval.ErrorKind(k), 100*e.errors.DeltaAP[k], count)
		}
		fmt.Fprintf(w, " %-18s dAP %6.2f\n %-18s dAP %6.2f\n", "false positives", 100*e.errors.FalsePositive, "false negatives", 100*e.errors.FalseNegative)
		if note := e.beyondLimit(); note != "" {
			fmt.Fprintln(w, " "+note)
		}
	}
	return nil
}

// name returns the name of a category id.
func (e *evaluation) name(id int32) string {
	for _, c := range e.set.Categories {
		if c.ID == int64(id) {
			return c.Name
		}
	}
	return strconv.Itoa(int(id))
}

// figures is the table of COCO's twelve.
func (e *evaluation) figures() grid {
	p := &e.result.Params
	last := len(p.MaxDets) - 1
	limit := func(m int) string { return strconv.Itoa(p.MaxDets[m]) }
	s := e.result.Summary()
	g := grid{
		title:   "COCO's figures, in %",
		keys:    1,
		columns: []column{{head: "figure", left: true}, {head: "IoU", left: true}, {head: "area", left: true}, {head: "detections"}, {head: "%"}},
		note: fmt.Sprintf("Detections are per image and class. Small is up to %s pixels squared, large from %s; %s is where there is no object.",
			side(p.Areas[1].Max), side(p.Areas[2].Max), undefined),
	}
	const all = "0.50:0.95"
	add := func(name, iou, area string, m int, v float64) {
		g.rows = append(g.rows, []string{name, iou, area, limit(m), percent(v)})
	}
	add("AP", all, "all", last, s.AP)
	add("AP50", "0.50", "all", last, s.AP50)
	add("AP75", "0.75", "all", last, s.AP75)
	add("AP_S", all, "small", last, s.APS)
	add("AP_M", all, "medium", last, s.APM)
	add("AP_L", all, "large", last, s.APL)
	add("AR", all, "all", 0, s.AR1)
	add("AR", all, "all", min(1, last), s.AR10)
	add("AR", all, "all", last, s.AR100)
	add("AR_S", all, "small", last, s.ARS)
	add("AR_M", all, "medium", last, s.ARM)
	add("AR_L", all, "large", last, s.ARL)
	return g
}

// federated says how LVIS counts.
var federated = fmt.Sprintf("Federated: at %d detections an image, only where a category is known to be present or absent; rare is below 10 training images, common below 100.",
	cocoeval.LVISMaxDets)

// groups is the table of LVIS's frequency groups.
func (e *evaluation) groups() grid {
	s := e.lvis.Summary()
	g := grid{
		title:   "LVIS's figures by frequency, in %",
		keys:    1,
		columns: []column{{head: "categories", left: true}, {head: "with\nobjects"}, {head: "AP"}, {head: "AP50"}, {head: "AP75"}, {head: "AP_S"}, {head: "AP_M"}, {head: "AP_L"}, {head: "AR"}},
		note:    federated,
	}
	total := 0
	for _, group := range []struct {
		name string
		key  byte
		ap   float64
	}{{"rare", 'r', s.APR}, {"common", 'c', s.APC}, {"frequent", 'f', s.APF}} {
		n := e.lvis.GroupClasses(group.key)
		total += n
		g.rows = append(g.rows, []string{group.name, strconv.Itoa(n), percent(group.ap), "", "", "", "", "", ""})
	}
	g.rows = append(g.rows, []string{"all", strconv.Itoa(total), percent(s.AP), percent(s.AP50), percent(s.AP75), percent(s.APS), percent(s.APM), percent(s.APL), percent(s.AR)})
	return g
}

// classes is the table of the classes that have objects or detections.
func (e *evaluation) classes() grid {
	p := &e.result.Params
	g := grid{
		title:   "Figures of each class, in %",
		keys:    1,
		columns: []column{{head: "class", left: true}, {head: "objects"}, {head: "detections"}, {head: "AP"}, {head: "AP50"}, {head: "AP75"}, {head: "AP_S"}, {head: "AP_M"}, {head: "AP_L"}, {head: "AR\n@" + strconv.Itoa(p.MaxDets[len(p.MaxDets)-1])}},
	}
	without := 0
	for _, s := range e.result.PerClass() {
		if s.GroundTruths == 0 && s.Detections == 0 {
			without++
			continue
		}
		g.rows = append(g.rows, []string{e.name(s.Class), strconv.Itoa(s.GroundTruths), strconv.Itoa(s.Detections),
			percent(s.AP), percent(s.AP50), percent(s.AP75), percent(s.APS), percent(s.APM), percent(s.APL), percent(s.AR100)})
	}
	if without > 0 {
		g.note = prose.Count(without, "class has", "classes have") + " neither objects nor detections."
	}
	return g
}

// beyondLimit says where the limit on detections misses objects.
func (e *evaluation) beyondLimit() string {
	n := e.errors.BeyondLimit
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("The limit of %d detections an image is what misses %s, which detections beyond it find: raise the last of --max-dets.", e.limit, prose.Count(n, "object", "objects"))
}

// costs is the table of TIDE's kinds of error.
func (e *evaluation) costs() grid {
	g := grid{
		title:   "What errors cost (TIDE)",
		keys:    1,
		columns: []column{{head: "error", left: true}, {head: "count"}, {head: "dAP"}},
		note: fmt.Sprintf("dAP is how many points AP at IoU 0.5, which TIDE counts as %s, would gain if the errors of one kind alone were corrected; background is an IoU up to 0.1. At %d detections an image.",
			percent(e.errors.AP), e.limit),
	}
	if note := e.beyondLimit(); note != "" {
		g.note += " " + note
	}
	points := func(v float64) string { return strconv.FormatFloat(100*v, 'f', 2, 64) }
	for k, count := range e.errors.Count {
		g.rows = append(g.rows, []string{cocoeval.ErrorKind(k).String(), strconv.Itoa(count), points(e.errors.DeltaAP[k])})
	}
	g.rows = append(g.rows,
		[]string{"all false positives", "", points(e.errors.FalsePositive)},
		[]string{"all false negatives", "", points(e.errors.FalseNegative)})
	return g
}

// side writes an area as the square of a side.
func side(area float64) string { return compact(math.Sqrt(area)) }
