package report

import (
	"fmt"
	"strconv"

	"detsample/bench/inspect"
)

// objectTable has a row for each group of objects.
func objectTable(r *inspect.Report) inspectionTable {
	t := inspectionTable{
		ID: "objects", Title: "Objects by size",
		How: "Small, medium and large as in COCO, by the box in the original's pixels; the others by √(width × height) in training. " +
			"Unreached objects have no anchor of the positive threshold: because of the anchors' sizes or ratios, where even an anchor centred on them would not do; because of the border or the stride, where it would.",
		Head: []string{"objects", "number", "share", "positives per object", "without positives", "unreached", "by size", "by ratio", "by border", "by stride", "best IoU, 5%", "median", "IoU ≥ 0.5"},
	}
	for _, g := range groupsOf(r) {
		share := func(n int) string { return percent(quotient(n, g.Objects)) }
		t.Rows = append(t.Rows, []string{
			g.Name, count(g.Objects), percent(quotient(g.Objects, r.All.Objects)), quantity(g.PerObject()), share(g.None),
			share(g.Unreached), count(g.Causes.Size), count(g.Causes.Ratio), count(g.Causes.Border), count(g.Causes.Stride),
			decimals(g.BestIoU.P5), decimals(g.BestIoU.Median), share(g.Half),
		})
	}
	return t
}

func groupsOf(r *inspect.Report) []*inspect.Group {
	list := []*inspect.Group{&r.All}
	for i := range r.Sizes {
		list = append(list, &r.Sizes[i])
	}
	for i := range r.Octaves {
		list = append(list, &r.Octaves[i])
	}
	return list
}

func decimals(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// levelTable has a row for each level.
func levelTable(r *inspect.Report) inspectionTable {
	t := inspectionTable{
		ID: "levels", Title: "Levels of the pyramid",
		How:  "Straddling anchors cross the image's border. Positives are counted by the octave of their object's side.",
		Head: []string{"stride", "sizes", "anchors per image", "positives per image", "pos : neg", "ignored", "straddling"},
	}
	for _, g := range r.Octaves {
		t.Head = append(t.Head, "positives, "+g.Name)
	}
	for _, l := range r.Levels {
		row := []string{
			strconv.Itoa(l.Stride), values(l.Sizes), quantity(float64(l.Anchors) / float64(r.Data.Images)), quantity(float64(l.Positives) / float64(r.Data.Images)),
			ratio(float64(l.Positives), float64(l.Negatives)), percent(l.IgnoredShare()), percent(l.Straddles),
		}
		for _, g := range r.Octaves {
			n := l.ByOctave[inspect.Octave(g.From)]
			row = append(row, count(int(n)))
		}
		t.Rows = append(t.Rows, row[:len(t.Head)])
	}
	return t
}

// classTableOf has a row for each class, the commonest first.
func classTableOf(r *inspect.Report) inspectionTable {
	t := inspectionTable{
		ID: "classes", Title: "Classes",
		How:  "The commonest first. The share of positives falls behind the share of objects where anchors suit a class badly.",
		Head: []string{"class", "objects", "images", "share of objects", "share of positives", "median side", "small", "positives per object", "unreached", "median best IoU"},
	}
	after := map[string]float64{}
	if r.Recommended != nil {
		t.Head = append(t.Head, "unreached as recommended")
		for i, c := range r.Classes {
			after[c.Name] = r.Recommended.Class[i]
		}
	}
	for _, c := range inspect.ByObjects(r.Classes) {
		row := []string{
			c.Name, count(c.Objects), count(c.Images), percent(c.ObjectShare), percent(c.PositiveShare), fmt.Sprintf("%.1f", c.MedianSide),
			percent(quotient(c.BySize[0], c.Objects)), quantity(c.PerObject()), percent(quotient(c.Unreached, c.Objects)), decimals(c.BestIoU.Median),
		}
		if r.Recommended != nil {
			row = append(row, percent(1-after[c.Name]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// keptTable has a row for each sampler.
func keptTable(r *inspect.Report) inspectionTable {
	t := inspectionTable{
		ID: "samplers", Title: "What samplers would keep",
		How:  "Means over images; from–to where a detector's scores decide. A sampler is starved by an image that has fewer positives than it wants, that is, keeps of one with plenty; hungry below a quarter of that.",
		Head: []string{"sampler", "positives", "negatives", "wanted positives", "images that starve it", "hungry", "without positives"},
	}
	for _, k := range r.Samplers {
		if k.Reason != "" {
			t.Rows = append(t.Rows, []string{k.Name, dash, dash, dash, dash, dash, k.Reason})
			continue
		}
		images := func(n int) string { return percent(quotient(n, r.Data.Images)) }
		wanted, starved, hungry := "all", dash, dash
		if k.Wanted > 0 {
			wanted, starved, hungry = count(k.Wanted), images(k.Starved), images(k.Hungry)
		}
		t.Rows = append(t.Rows, []string{k.Name, from(k.Positives), from(k.Negatives), wanted, starved, hungry, images(k.Empty)})
	}
	return t
}

func from(r inspect.Range) string {
	if r.Low == r.High {
		return quantity(r.Low)
	}
	return quantity(r.Low) + "–" + quantity(r.High)
}
