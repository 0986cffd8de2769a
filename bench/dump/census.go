package dump

import (
	"fmt"
	"strings"

	"detsample/anchors"
)

// census counts the candidates of a dump by label, to tell a label map that
// cannot be.
type census struct {
	values                       map[int64]int
	positives, negatives, others int // under the dump's label map; others are ignored
}

// add counts an image's labels as they are stored, and as they were understood.
func (c *census) add(values []int64, class []int32) {
	if c.values == nil {
		c.values = map[int64]int{}
	}
	for _, v := range values {
		c.values[v]++
	}
	for _, v := range class {
		switch {
		case v >= 0:
			c.positives++
		case v == anchors.Negative:
			c.negatives++
		default:
			c.others++
		}
	}
}

// under returns the positives and negatives under a label map, and false if it
// has no meaning for one of the values.
func (c *census) under(m *labelMap, classes int) (positives, negatives int, ok bool) {
	for v, n := range c.values {
		switch class, ok := m.label(v, classes); {
		case !ok:
			return 0, 0, false
		case class >= 0:
			positives += n
		case class == anchors.Negative:
			negatives += n
		}
	}
	return positives, negatives, true
}

// crowded is how many positives for each negative, where the label map was not
// stated and another gives fewer, are more than a detector has; and how many
// ignored candidates for each of the others are worth a note.
const crowded = 9

// judge reports labels of which none is background, which no detector trains
// on, and those that only another label map makes sense of.
func (c *census) judge(d *Dump) error {
	fits := c.fitting(d)
	switch {
	case c.negatives == 0:
		detail := fmt.Sprintf("no candidate is background under label map %s: %d have a class and %d are ignored", d.labels.name, c.positives, c.others)
		if len(fits) > 0 {
			return d.label.problem(detail, "set label_map to "+strings.Join(fits, ", or to "))
		}
		return d.label.problem(detail, "dump every candidate of an image, the background too")
	case !d.stated && c.positives > crowded*c.negatives && len(fits) > 0:
		return d.label.problem(fmt.Sprintf("%d candidates have a class and %d are background under label map %s, which is in force as the dump names none", c.positives, c.negatives, d.labels.name),
			"set label_map to "+strings.Join(fits, ", or to ")+"; or to "+d.labels.name+" if that is so")
	case c.others > crowded*(c.positives+c.negatives) && len(fits) > 0:
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d candidates are ignored under label map %s, as where a region proposal network has sampled; under others they are background: %s",
			c.others, c.positives+c.negatives+c.others, d.labels.name, strings.Join(fits, ", ")))
	}
	return nil
}

// fitting names the label maps under which there are more negatives than
// positives, one of those that mean the same.
func (c *census) fitting(d *Dump) (fits []string) {
	seen := map[[2]int]int{}
	for i := range labelMaps {
		m := &labelMaps[i]
		positives, negatives, ok := c.under(m, d.Classes)
		if !ok || negatives <= positives {
			continue
		}
		found := [2]int{positives, negatives}
		if at, known := seen[found]; known {
			fits[at] = strings.Replace(fits[at], " (", " or "+m.name+" (", 1)
			continue
		}
		seen[found] = len(fits)
		fits = append(fits, fmt.Sprintf("%s (%d with a class, %d background)", m.name, positives, negatives))
	}
	return fits
}
