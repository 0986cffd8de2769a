package annotations

import (
	"fmt"

	"detsample/internal/prose"
)

// tally counts the annotated objects of a set, and those that could not be used as
// they are written. Objects that are there twice are no loss.
type tally struct {
	objects, lost, clipped int
	outside                int // of those lost
}

func (t *tally) add(other tally) {
	t.objects += other.objects
	t.lost += other.lost
	t.clipped += other.clipped
	t.outside += other.outside
}

// judged counts what [Policy.box] said of the box of an object that was counted.
func (t *tally) judged(w *wrong, keep bool) {
	switch {
	case !w.is:
	case keep && w.what == "":
		t.clipped++
	case !keep:
		t.lost++
		if w.what == "" {
			t.outside++
		}
	}
}

const (
	// leastTallied is of how many objects a share says something.
	leastTallied = 10
	// mostOutside is the share of boxes outside their images beyond which they are
	// in other units or of other images.
	mostOutside = 0.75
	// muchLost is the share left out or clipped beyond which that is said first.
	muchLost = 1. / 3
)

// outsideError returns an error where most boxes lie outside their images: what is
// left is what happens to lie within.
func (t *tally) outsideError() error {
	if t.objects < leastTallied || float64(t.outside) <= mostOutside*float64(t.objects) {
		return nil
	}
	return fmt.Errorf("%d of %s lie outside their images: these are other images, or other units than pixels: mend the boxes or the sizes of the images", t.outside, prose.Count(t.objects, "box", "boxes"))
}

// headline says, where much was left out or clipped, that figures are of the rest.
func (t *tally) headline() (p Problem, is bool) {
	if t.objects < leastTallied || t.lost == t.objects || float64(t.lost+t.clipped) <= muchLost*float64(t.objects) {
		return p, false
	}
	return Problem{Message: fmt.Sprintf("of %s %d are left out and %d clipped: whatever follows is of what is left; mend what is said below first",
		prose.Count(t.objects, "annotated object", "annotated objects"), t.lost, t.clipped)}, true
}

// judge chooses the splits of a set that was read, unless it is none to go on with.
func (s *Set) judge(o *Options, found *findings) error {
	if err := found.tally.outsideError(); err != nil {
		return err
	}
	return s.choose(o.Splits)
}
