package cocoeval

import (
	"fmt"
	"math"

	"detsample/bench/annotations"
)

// Truth is a set of annotations as an evaluation takes it.
type Truth struct {
	Objects []GroundTruth
	// Images and Classes are the ids of all images and categories.
	Images  []int64
	Classes []int32
	// Federation is nil unless the set is of LVIS.
	Federation *Federation
}

// TruthOf returns the objects of a set by its ids. A category's id beyond 32
// bits is an error.
func TruthOf(set *annotations.Set) (*Truth, error) {
	t := &Truth{
		Objects: make([]GroundTruth, 0, set.Objects()+set.Ignored()),
		Images:  make([]int64, 0, len(set.Images)),
		Classes: make([]int32, 0, len(set.Categories)),
	}
	for _, c := range set.Categories {
		if c.ID < math.MinInt32 || c.ID > math.MaxInt32 {
			return nil, fmt.Errorf("cocoeval: %s: category id %d: want one below 2^31", set.Path, c.ID)
		}
		t.Classes = append(t.Classes, int32(c.ID))
	}
	for i := range set.Images {
		im := &set.Images[i]
		t.Images = append(t.Images, im.ID)
		for j := range im.Objects {
			o := &im.Objects[j]
			t.Objects = append(t.Objects, GroundTruth{
				Image: im.ID, Class: t.Classes[o.Category], Box: o.Box, Area: o.Area, Crowd: o.Crowd, Ignore: o.Ignore, Unmatched: o.Unmatched,
			})
		}
	}
	if set.Format == annotations.LVIS {
		t.federate(set)
	}
	return t, nil
}

// federate notes what LVIS states about the images of set.
func (t *Truth) federate(set *annotations.Set) {
	f := &Federation{
		Images: t.Images, Classes: t.Classes, Frequency: map[int32]byte{},
		Negative: map[ImageClass]bool{}, NotExhaustive: map[ImageClass]bool{},
	}
	for i, c := range set.Categories {
		if c.Frequency != "" {
			f.Frequency[t.Classes[i]] = c.Frequency[0]
		}
	}
	for i := range set.Images {
		im := &set.Images[i]
		for _, c := range im.Negative {
			f.Negative[ImageClass{im.ID, t.Classes[c]}] = true
		}
		for _, c := range im.NotExhaustive {
			f.NotExhaustive[ImageClass{im.ID, t.Classes[c]}] = true
		}
	}
	t.Federation = f
}
