package dataset

import (
	"fmt"
	"math"
	"slices"

	"detsample/anchors"
)

// picture is one image as its annotation describes it, not yet decoded.
type picture struct {
	file   string // the image, relative to the set's folder
	source string // the annotation file
	id     int64
	// width and height are as annotated, 0 where they are not.
	width, height int
	noun          string // what source calls a mark: "object" or "annotation"
	marks         []mark
}

// mark is one annotated object in the pixels of the original.
type mark struct {
	id     int64
	class  string
	box    [4]float64
	line   int
	ignore bool
}

// problem returns a finding about a mark of p.
func (p *picture) problem(m *mark, format string, args ...any) Problem {
	return Problem{
		File:    p.source,
		Object:  fmt.Sprintf("%s %d (%s)", p.noun, m.id, m.class),
		Line:    m.line,
		Message: fmt.Sprintf(format, args...),
	}
}

// objects turns the marks of p into objects of an image of size w x h that is
// scaled by sx and sy.
func (p *picture) objects(classes map[string]int32, w, h int, sx, sy float64) ([]Object, problems) {
	var log problems
	objects := make([]Object, 0, len(p.marks))
	for i := range p.marks {
		m := &p.marks[i]
		class, ok := classes[m.class]
		if !ok {
			continue // counted and reported by chooseClasses
		}
		box, lost := clip(m.box, float64(w), float64(h))
		if lost == 1 {
			log = append(log, p.problem(m, "box %v lies outside the image of %dx%d: left out", m.box, w, h))
			continue
		}
		if lost > 0.5 {
			log = append(log, p.problem(m, "%.0f%% of box %v lies outside the image of %dx%d: clipped to it", 100*lost, m.box, w, h))
		}
		scaled := anchors.Box{float32(box[0] * sx), float32(box[1] * sy), float32(box[2] * sx), float32(box[3] * sy)}
		if !scaled.Valid() {
			log = append(log, p.problem(m, "box %v vanishes at the network's resolution: left out", m.box))
			continue
		}
		objects = append(objects, Object{Box: scaled, Class: class, Ignore: m.ignore})
	}
	return objects, log
}

// dropUnusable removes the marks whose boxes no image could hold, which is
// known before any is decoded.
func (p *picture) dropUnusable() problems {
	var log problems
	p.marks = slices.DeleteFunc(p.marks, func(m mark) bool {
		wrong := m.wrong()
		if wrong != "" {
			log = append(log, p.problem(&m, "%s: left out", wrong))
		}
		return wrong != ""
	})
	return log
}

// wrong says what makes a mark unusable in any image; empty where nothing does.
func (m *mark) wrong() string {
	for _, v := range m.box {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprintf("box %v is not finite", m.box)
		}
	}
	switch {
	case m.box[2] <= m.box[0] || m.box[3] <= m.box[1]:
		return fmt.Sprintf("box %v is degenerate (no width or no height)", m.box)
	case m.class == "":
		return "no class name"
	}
	return ""
}

// clip returns the part of b within an image of size w x h and the share of
// its area that it loses, 1 where nothing is left.
func clip(b [4]float64, w, h float64) (in [4]float64, lost float64) {
	in = [4]float64{max(b[0], 0), max(b[1], 0), min(b[2], w), min(b[3], h)}
	if in[2] <= in[0] || in[3] <= in[1] {
		return in, 1
	}
	kept := (in[2] - in[0]) / (b[2] - b[0]) * ((in[3] - in[1]) / (b[3] - b[1]))
	return in, 1 - kept
}
