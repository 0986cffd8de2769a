package stage

import (
	"fmt"

	"detsample/anchors"
)

// CheckTruth panics, on behalf of the named function, unless every ground
// truth of an image, the i-th of its batch, has a box with finite corners in
// their order and a class below classes: a loss would take an object of another
// class for background, and what cannot overlap anything would teach nothing in
// silence. Where classes is 0 they are not looked at. A box without area is let
// pass: it matches nothing by overlap, and no box is regressed to it.
func CheckTruth(where string, i int, id uint64, t *anchors.Truth, classes int) {
	CheckBoxes(where, i, id, "ground truth", t.Box)
	CheckBoxes(where, i, id, "ignore region", t.Ignore)
	if classes == 0 {
		return
	}
	if len(t.Class) != len(t.Box) {
		panic(fmt.Sprintf("%s: image %d (ID %d): %d classes for %d ground truths", where, i, id, len(t.Class), len(t.Box)))
	}
	for g, class := range t.Class {
		if class < 0 || int(class) >= classes {
			panic(fmt.Sprintf("%s: image %d (ID %d): ground truth %d has class %d of %d: classes count from 0", where, i, id, g, class, classes))
		}
	}
}

// CheckBoxes panics, on behalf of the named function, unless every box has finite
// corners in their order.
func CheckBoxes(where string, i int, id uint64, what string, boxes []anchors.Box) {
	for k, b := range boxes {
		if problem := BoxProblem(b); problem != "" {
			panic(fmt.Sprintf("%s: image %d (ID %d): %s %d is %v%s", where, i, id, what, k, b, problem))
		}
	}
}

// BoxProblem says, to follow the box, what is wrong with it; "" if nothing is.
func BoxProblem(b anchors.Box) string {
	switch {
	case b[0]-b[0] != 0 || b[1]-b[1] != 0 || b[2]-b[2] != 0 || b[3]-b[3] != 0:
		return ": corners must be finite"
	case b[2] < b[0] || b[3] < b[1]:
		return ", with a corner right of or below its opposite: a box is x1, y1, x2, y2, not x, y, width, height"
	}
	return ""
}

// CheckNumbers panics, on behalf of the named function, if one of values is NaN
// or infinite, where a logit of -Inf is let pass: it says that something cannot
// be. They are what a head put out for rows of some columns; where says of which
// image a row is. A step looks once, at the first batch: what turns NaN in
// training is seen in the loss.
func CheckNumbers(function string, what Number, values []float32, columns int, where func(row int) string) {
	for i, v := range values {
		if v-v != 0 && !(what == Logit && v < 0) {
			panic(fmt.Sprintf("%s: a %s is %v, column %d of %s: the first step must be given numbers; check that the head's output was written, its initial weights, and its input", function, what, v, i%columns, where(i/columns)))
		}
	}
}

// Number is what a head puts out.
type Number string

// The two kinds.
const (
	Logit Number = "logit"
	Delta Number = "delta"
)
