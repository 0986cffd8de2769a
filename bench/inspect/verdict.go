package inspect

import (
	"fmt"
	"strings"

	"detsample/internal/prose"
)

// verdict says in two sentences what the anchors do for the objects, and what
// would change most.
func verdict(r *Report, list []Advice) []string {
	reached := r.All.Objects - r.All.Unreached
	first := fmt.Sprintf("%s of the %d objects have an anchor of IoU %.4g or more", percent(Share(reached, r.All.Objects)), r.All.Objects, r.Setting.PosIoU)
	if c := causesOf(&r.All); c != "" {
		first += "; the others are missed by " + c
	}
	if empty := emptyLevelsOf(r); len(empty) > 0 {
		first += fmt.Sprintf(". No anchor of %s is positive", strides(empty))
	}
	second := "Nothing that was tried gains half a point of objects: keep these anchors and this size."
	changes, anchorsStay := 0, true
	for i := range list {
		if !list[i].Keep {
			changes++
			anchorsStay = anchorsStay && list[i].Gain.Of != OfAnchors
		}
	}
	switch {
	case changes > 0 && anchorsStay:
		second = fmt.Sprintf("Keep these anchors and this size, and change %s: nothing that was tried gains half a point of objects.", prose.Count(changes, "setting", "settings"))
	case changes > 0:
		second = fmt.Sprintf("Nothing that was tried reaches half a point more of the objects; %s advised, first of all %s (%s).",
			prose.Count(changes, "other change is", "other changes are"), list[0].Topic, list[0].Worth())
	}
	if a := &list[0]; a.reaches() {
		second = fmt.Sprintf("What would change most is the %s: %s.", subject(a.Topic), a.Gain)
		if len(list) > 1 && list[1].reaches() && r.Recommended != nil {
			second += " " + together(r)
		}
	}
	return []string{first + ".", second}
}

// together says what all that is recommended of size, anchors and threshold comes to.
func together(r *Report) string {
	after, from := r.Recommended, ""
	if after.PosIoU > 0 && after.PosIoU != r.Setting.PosIoU {
		from = fmt.Sprintf(" from IoU %.4g", after.PosIoU)
	}
	return fmt.Sprintf("With what follows it %s of the objects are reached%s.", percent(Share(after.Reached, r.All.Objects)), from)
}

// subject writes a topic as the subject of a sentence.
func subject(topic string) string {
	if topic == sizeTopic {
		return "size of the images"
	}
	if topic == finerTopic {
		return "lack of a finer level"
	}
	if topic == anchorsTopic || topic == refitTopic {
		return "choice of anchor sizes and ratios"
	}
	return topic
}

// causesOf names the causes by which objects are missed, the commonest first.
func causesOf(g *Group) string {
	list := []struct {
		name string
		n    int
	}{{"size", g.Causes.Size}, {"ratio", g.Causes.Ratio}, {"stride", g.Causes.Stride}, {"the border", g.Causes.Border}}
	for i := range list {
		for k := i; k > 0 && list[k].n > list[k-1].n; k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
	var words []string
	for _, c := range list {
		if c.n > 0 {
			words = append(words, fmt.Sprintf("%s (%d)", c.name, c.n))
		}
	}
	return strings.Join(words, ", ")
}

// emptyLevelsOf returns the strides of the present levels without positives.
func emptyLevelsOf(r *Report) (list []int) {
	for _, l := range r.Levels {
		if l.Positives == 0 {
			list = append(list, l.Stride)
		}
	}
	return list
}
