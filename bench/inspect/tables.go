package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"detsample/bench/table"
)

// Tables returns an inspection's tables: objects by size, levels, classes where
// there are several, the commonest first, and samplers.
func (r *Report) Tables() []table.Table {
	list := []table.Table{r.objectTable(), r.levelTable()}
	if len(r.Classes) > 1 {
		list = append(list, r.classTable())
	}
	return append(list, r.samplerTable())
}

// objectTable has a row for each group of objects.
func (r *Report) objectTable() table.Table {
	t := table.Table{
		ID: "objects", Title: "Objects by size",
		Note: fmt.Sprintf("Small, medium and large as in COCO, by the box in the original's pixels; the others by √(width × height) in training. "+
			"Unreached objects have no anchor of IoU %.4g: because of the anchors' sizes or ratios, where even an anchor centred on them would not do; "+
			"because of the border or the stride, where it would. Best IoU is of each object's best anchor.", r.Setting.PosIoU),
		Columns: []table.Column{
			{Head: "objects", Left: true}, {Head: "number"}, {Head: "share"}, {Head: "positives\nper object"}, {Head: "without\npositives"},
			{Head: "unreached"}, {Head: "by\nsize"}, {Head: "by\nratio"}, {Head: "by\nborder"}, {Head: "by\nstride"},
			{Head: "best IoU\n5%"}, {Head: "median"}, {Head: "IoU\n≥ 0.5"},
		},
	}
	for _, g := range r.groups() {
		share := func(n int) string { return table.Share(Share(n, g.Objects)) }
		t.Rows = append(t.Rows, []string{
			g.Name, table.Count(int64(g.Objects)), table.Share(Share(g.Objects, r.All.Objects)), table.Number(g.PerObject()), share(g.None),
			share(g.Unreached), table.Count(int64(g.Causes.Size)), table.Count(int64(g.Causes.Ratio)), table.Count(int64(g.Causes.Border)), table.Count(int64(g.Causes.Stride)),
			table.Hundredths(g.BestIoU.P5), table.Hundredths(g.BestIoU.Median), share(g.Half),
		})
	}
	return t
}

// groups returns all objects, those of each size that has any, and those of each
// octave.
func (r *Report) groups() []*Group {
	list := []*Group{&r.All}
	for i := range r.Sizes {
		if r.Sizes[i].Objects > 0 {
			list = append(list, &r.Sizes[i])
		}
	}
	for i := range r.Octaves {
		list = append(list, &r.Octaves[i])
	}
	return list
}

// levelTable has a row for each level of the pyramid.
func (r *Report) levelTable() table.Table {
	t := table.Table{
		ID: "levels", Title: "Levels of the pyramid",
		Note: "Positives by the size of their objects; straddling anchors cross the image's border.",
		Columns: []table.Column{
			{Head: "stride"}, {Head: "sizes", Left: true}, {Head: "anchors\nper image"}, {Head: "positives\nper image"}, {Head: "pos:neg"}, {Head: "ignored"},
			{Head: "positives\nsmall"}, {Head: "medium"}, {Head: "large"}, {Head: "straddling"},
		},
	}
	images := float64(max(1, r.Data.Images))
	for _, l := range r.Levels {
		t.Rows = append(t.Rows, []string{
			strconv.Itoa(l.Stride), sizes(l.Sizes), table.Number(float64(l.Anchors) / images), table.Number(float64(l.Positives) / images),
			table.Ratio(float64(l.Positives), float64(l.Negatives)), table.Share(l.IgnoredShare()),
			table.Count(l.BySize[0]), table.Count(l.BySize[1]), table.Count(l.BySize[2]), table.Share(l.Straddles),
		})
	}
	return t
}

// sizes writes the sizes of a level's anchors.
func sizes(values []float32) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = table.Number(float64(v))
	}
	return strings.Join(words, " ")
}

// classTable has a row for each class.
func (r *Report) classTable() table.Table {
	t := table.Table{
		ID: "classes", Title: "Classes",
		Note: "The commonest first; shares of all objects and of all positives. The share of positives falls behind that of objects where anchors suit a class badly.",
		Columns: []table.Column{
			{Head: "class", Left: true}, {Head: "objects"}, {Head: "images"}, {Head: "share of\nobjects"}, {Head: "share of\npositives"}, {Head: "median\nside"},
			{Head: "small"}, {Head: "positives\nper object"}, {Head: "unreached"}, {Head: "median\nbest IoU"},
		},
	}
	after := map[string]float64{}
	if r.Recommended != nil {
		t.Columns = append(t.Columns, table.Column{Head: "unreached as\nrecommended"})
		for i, c := range r.Classes {
			after[c.Name] = r.Recommended.Class[i]
		}
	}
	for _, c := range ByObjects(r.Classes) {
		row := []string{
			c.Name, table.Count(int64(c.Objects)), table.Count(int64(c.Images)), table.Share(c.ObjectShare), table.Share(c.PositiveShare), table.Number(c.MedianSide),
			table.Share(Share(c.BySize[0], c.Objects)), table.Number(c.PerObject()), table.Share(Share(c.Unreached, c.Objects)), table.Hundredths(c.BestIoU.Median),
		}
		if r.Recommended != nil {
			row = append(row, table.Share(1-after[c.Name]))
		}
		if c.Objects == 0 {
			for i := 5; i < len(row); i++ { // of its objects, of which there are none
				row[i] = table.Undefined
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// samplerTable has a row for each sampler.
func (r *Report) samplerTable() table.Table {
	t := table.Table{
		ID: "samplers", Title: "What samplers would keep",
		Note: "Means over images; from-to where a detector's scores decide. A sampler is starved by an image that has fewer positives than it wants, " +
			"that is, keeps of one with plenty; hungry below a quarter of that.",
		Columns: []table.Column{
			{Head: "sampler", Left: true}, {Head: "positives"}, {Head: "negatives"}, {Head: "pos:neg"}, {Head: "wanted\npositives"},
			{Head: "images that\nstarve it"}, {Head: "hungry"}, {Head: "without\npositives"},
		},
	}
	for _, k := range r.Samplers {
		if k.Reason != "" {
			row := []string{k.Name}
			for range t.Columns[1:] {
				row = append(row, table.Undefined)
			}
			t.Rows = append(t.Rows, row)
			t.Note += fmt.Sprintf(" %s is not counted: %s.", k.Name, k.Reason)
			continue
		}
		images := func(n int) string { return table.Share(Share(n, r.Data.Images)) }
		wanted, starved, hungry := "all", table.Undefined, table.Undefined
		if k.Wanted > 0 {
			wanted, starved, hungry = table.Count(int64(k.Wanted)), images(k.Starved), images(k.Hungry)
		}
		kept := table.Ratio(k.Positives.Low, k.Negatives.High)
		if k.Positives.Low != k.Positives.High {
			kept = table.Undefined
		}
		t.Rows = append(t.Rows, []string{k.Name, k.Positives.String(), k.Negatives.String(), kept, wanted, starved, hungry, images(k.Empty)})
	}
	return t
}

// String writes a range, such as 337 to 512.
func (r Range) String() string {
	if r.Low == r.High {
		return table.Number(r.Low)
	}
	return table.Number(r.Low) + " to " + table.Number(r.High)
}
