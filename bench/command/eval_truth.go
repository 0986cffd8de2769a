package command

import (
	"fmt"
	"math"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
)

// truth is a set of annotations as an evaluation takes it.
type truth struct {
	objects []cocoeval.GroundTruth
	images  []int64
	classes []int32
}

func newTruth(set *annotations.Set) (*truth, error) {
	t := &truth{
		objects: make([]cocoeval.GroundTruth, 0, set.Objects()),
		images:  make([]int64, 0, len(set.Images)),
		classes: make([]int32, 0, len(set.Categories)),
	}
	for _, c := range set.Categories {
		if c.ID < math.MinInt32 || c.ID > math.MaxInt32 {
			return nil, fmt.Errorf("%s: category id %d: expected one below 2^31", set.Path, c.ID)
		}
		t.classes = append(t.classes, int32(c.ID))
	}
	for i := range set.Images {
		im := &set.Images[i]
		t.images = append(t.images, im.ID)
		for _, o := range im.Objects {
			t.objects = append(t.objects, cocoeval.GroundTruth{
				Image: im.ID, Class: t.classes[o.Category], Box: o.Box, Area: o.Area, Crowd: o.Crowd,
				Ignore: o.Ignore && set.Format != annotations.COCO,
			})
		}
	}
	return t, nil
}

// federation is what LVIS states about the images of set.
func (t *truth) federation(set *annotations.Set) cocoeval.Federation {
	f := cocoeval.Federation{
		Images: t.images, Classes: t.classes, Frequency: map[int32]byte{},
		Negative: map[cocoeval.ImageClass]bool{}, NotExhaustive: map[cocoeval.ImageClass]bool{},
	}
	for i, c := range set.Categories {
		if c.Frequency != "" {
			f.Frequency[t.classes[i]] = c.Frequency[0]
		}
	}
	for i := range set.Images {
		im := &set.Images[i]
		for _, c := range im.Negative {
			f.Negative[cocoeval.ImageClass{Image: im.ID, Class: t.classes[c]}] = true
		}
		for _, c := range im.NotExhaustive {
			f.NotExhaustive[cocoeval.ImageClass{Image: im.ID, Class: t.classes[c]}] = true
		}
	}
	return f
}

func hasFrequencies(set *annotations.Set) bool {
	for _, c := range set.Categories {
		if c.Frequency != "" {
			return true
		}
	}
	return false
}

// foreign returns an error where detections are of images or categories that
// the annotations do not list.
func foreign(set *annotations.Set, dts []cocoeval.Detection, file string) error {
	images := make(map[int64]bool, len(set.Images))
	for i := range set.Images {
		images[set.Images[i].ID] = true
	}
	categories := make(map[int64]bool, len(set.Categories))
	for _, c := range set.Categories {
		categories[c.ID] = true
	}
	var ofImage, ofCategory int
	var image, category int64
	for i := range dts {
		if !images[dts[i].Image] {
			ofImage, image = ofImage+1, dts[i].Image
		}
		if id := int64(dts[i].Class); !categories[id] {
			ofCategory, category = ofCategory+1, id
		}
	}
	const remedy = "%s: %d of %d detections have a%s that %s does not list, such as %d: evaluate on the annotations that the detector was run on"
	switch {
	case ofImage > 0:
		return fmt.Errorf(remedy, file, ofImage, len(dts), "n image_id", set.Path, image)
	case ofCategory > 0:
		return fmt.Errorf(remedy, file, ofCategory, len(dts), " category_id", set.Path, category)
	}
	return nil
}
