package anchors

import (
	"detsample/internal/prose"
	"detsample/internal/reuse"
)

// The label code of a candidate, in every package: the index of its ground
// truth (or, as a classification target, its class) if >= 0, else one of
// these.
const (
	Negative int32 = -1 // background
	Ignored  int32 = -2 // neither positive nor negative: no loss, no sample
)

// Truth is what an image's annotation says.
type Truth struct {
	Box    []Box   // objects, valid boxes in pixels
	Class  []int32 // their classes, from 0; same length as Box
	Ignore []Box   // regions in which a candidate is not a negative (crowds)
}

// Need says what an assigner must be given beyond boxes and ground truth.
type Need uint8

// What an assigner may need; combine with |.
const (
	NeedGrid        Need = 1 << iota // Candidates.Grid
	NeedPredictions                  // Candidates.Classes, Score and Decoded
	NeedSize                         // Candidates.Width and Height
)

// String lists what is needed in words, such as "a pyramid of anchors, the image's
// size"; "boxes alone" if nothing is.
func (n Need) String() string {
	return prose.Flags(n, []string{"a pyramid of anchors", "the head's predictions", "the image's size"}, "something that is no anchors.Need", "boxes alone")
}

// Candidates are the boxes an [Assigner] labels, with what some assigners
// want to know about them besides.
type Candidates struct {
	Box  []Box
	Grid []Grid // the pyramid they come from, level by level in Box's order; nil for arbitrary boxes

	// Pyramid, if given beside Grid, says that Box are its anchors, unchanged:
	// [MaxIoU] then looks at those alone that can overlap an object.
	Pyramid *Pyramid

	Width, Height float32 // of the image in pixels, for assigners that need them

	// The detector's present predictions, for assigners that need them.
	Classes int
	Score   []float32 // (N, Classes), probabilities
	Decoded []Box     // (N), predicted boxes
}

// Assignment is an assigner's verdict on every candidate. It also keeps the
// assigner's scratch memory, so an Assignment that is used again allocates
// nothing once it has seen its largest input.
type Assignment struct {
	GT  []int32   // index of the ground truth, or Negative, or Ignored
	IoU []float32 // IoU with the best-overlapping ground truth, 0 if none

	// Quality is the soft target of each positive, in [0, 1], from assigners
	// that define one (task-aligned and dynamic soft label assignment); of
	// length 0 from all others, whose targets are hard.
	Quality []float32

	best    []float32 // per ground truth, its best similarity over the candidates
	bestAt  []int32   // per ground truth, the first candidate that has it
	nearest []int32   // per candidate, its argmax ground truth
	similar []float32 // per candidate, its similarity with that ground truth

	row    []float32 // per candidate, its cost for one ground truth
	second []int32   // per candidate, its label by a second rule
	boxes  []Box     // boxes derived from the candidates or the ground truth
	kept   []ranked  // the best candidates of one ground truth
	picked []ranked  // the best candidates of every ground truth or level
	rivals []rivals  // candidates, by level or by what is compared

	matching    matching
	overlapping overlapping
	own         reuse.Kept
}

// Scratch returns memory of an assigner of one's own, a T that is zero at first and
// is kept in dst from one call to the next: whatever it holds then is of another
// image. A T of the assigner's own package is no other's.
func Scratch[T any](dst *Assignment) *T { return reuse.Of[T](&dst.own) }

// Reset makes room for n candidates, all of them Negative with IoU 0.
// Assigners call it first.
func (a *Assignment) Reset(n int) {
	a.GT, a.IoU, a.Quality = reuse.Grow(a.GT, n), reuse.Grow(a.IoU, n), a.Quality[:0]
	for i := range n {
		a.GT[i], a.IoU[i] = Negative, 0
	}
}

// Positives returns the number of candidates matched to a ground truth.
func (a *Assignment) Positives() int {
	n := 0
	for _, g := range a.GT {
		if g >= 0 {
			n++
		}
	}
	return n
}

// Assigner decides which candidate stands for which ground truth. It fills
// dst for all candidates; an image without ground truth leaves every
// candidate Negative (or Ignored, inside an ignore region). An assigner is
// immutable and safe for concurrent use with different dst.
type Assigner interface {
	Needs() Need
	Assign(dst *Assignment, c *Candidates, t *Truth)
}
