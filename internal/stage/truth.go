package stage

import (
	"fmt"

	"detsample/anchors"
)

// CheckTruth panics, on behalf of the named function, unless every ground
// truth has a class below classes: a loss would take an object of any other
// for background.
func CheckTruth(where string, t *anchors.Truth, classes int) {
	if len(t.Class) != len(t.Box) {
		panic(fmt.Sprintf("%s: %d classes for %d ground truths", where, len(t.Class), len(t.Box)))
	}
	for g, class := range t.Class {
		if class < 0 || int(class) >= classes {
			panic(fmt.Sprintf("%s: ground truth %d has class %d of %d", where, g, class, classes))
		}
	}
}
