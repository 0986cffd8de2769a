package abi

import (
	"fmt"
	"math"
	"slices"

	"detsample/anchors"
)

// each calls add for every image, its ground truth where the caller has it. A
// box that is none and a class that the head lacks are the user's errors,
// offsets that go backwards the caller's.
func (a *Annotations) each(classes int, add func(i int, id uint64, truth anchors.Truth)) error {
	if a.Images < 0 || a.Images > math.MaxInt32 || a.Images > 0 && (a.ImageID == nil || a.Truths == nil) {
		return misusef("images is %d: expected at least 0, with image_id and truths", a.Images)
	}
	ids, starts, ignores := slice(a.ImageID, a.Images), slice(a.Truths, a.Images+1), slice(a.Ignores, a.Images+1)
	for _, offsets := range [][]int64{starts, ignores} {
		if err := ascending("truths or ignores", offsets); err != nil {
			return err
		}
	}
	if a.Images == 0 {
		return nil
	}
	total := starts[a.Images]
	if total > math.MaxInt32 || ignores != nil && ignores[a.Images] > math.MaxInt32 {
		return misusef("truths or ignores ends at more than 2^31-1")
	}
	if total > 0 && (a.TruthBox == nil || a.TruthClass == nil) {
		return misusef("truths has %d ground truths, and truth_box or truth_class is NULL", total)
	}
	box, class := boxes(a.TruthBox, total), slice(a.TruthClass, total)
	var ignore []anchors.Box
	if ignores != nil {
		ignore = boxes(a.IgnoreBox, ignores[a.Images])
		if ignore == nil && ignores[a.Images] > 0 {
			return misusef("ignores has %d regions, and ignore_box is NULL", ignores[a.Images])
		}
	}
	for i := range int(a.Images) {
		t := anchors.Truth{Box: box[starts[i]:starts[i+1]], Class: class[starts[i]:starts[i+1]]}
		if len(ignore) > 0 {
			t.Ignore = ignore[ignores[i]:ignores[i+1]]
		}
		for k, b := range t.Ignore {
			if !finite(b) || b[0] > b[2] || b[1] > b[3] {
				return fmt.Errorf("image %d (id %d): region %d to ignore is %v: expected finite x1 <= x2 and y1 <= y2; leave it out", i, ids[i], k, b)
			}
		}
		for g, b := range t.Box {
			if !b.Valid() {
				return fmt.Errorf("image %d (id %d): ground truth %d is %v: expected finite x1 < x2 and y1 < y2; leave it out", i, ids[i], g, b)
			}
			if c := t.Class[g]; classes > 1 && (c < 0 || int(c) >= classes) {
				return fmt.Errorf("image %d (id %d): ground truth %d has class %d: expected 0 to %d, the head's", i, ids[i], g, c, classes-1)
			}
		}
		add(i, ids[i], t)
	}
	return nil
}

func finite(b anchors.Box) bool {
	for _, x := range b {
		if !(x >= -math.MaxFloat32 && x <= math.MaxFloat32) {
			return false
		}
	}
	return true
}

// ascending returns an error unless offsets begin at 0 and never fall.
func ascending(name string, offsets []int64) error {
	if len(offsets) > 0 && (offsets[0] != 0 || !slices.IsSorted(offsets)) {
		return misusef("%s: offsets are %v: expected ascending ones from 0", name, offsets)
	}
	return nil
}
