package replay

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/annotations"
)

// truthOf returns the ground truth of annotations as a dump takes it; nil of none.
// Categories are classes by their order where there are as many, and one class
// where a dump has one, as a region proposal network's does. Where a dump has one
// more than the largest id, ids are classes, as in torchvision's detectors.
func truthOf(set *annotations.Set) func(id int64, classes int) (anchors.Truth, error) {
	if set == nil {
		return nil
	}
	byID := make(map[int64]*annotations.Image, len(set.Images))
	for i := range set.Images {
		byID[set.Images[i].ID] = &set.Images[i]
	}
	return func(id int64, classes int) (t anchors.Truth, err error) {
		image := byID[id]
		if image == nil {
			return t, fmt.Errorf("%s has no image of that id", set.Path)
		}
		class, err := classOf(set, classes)
		if err != nil {
			return t, err
		}
		for _, o := range image.Objects {
			box := anchors.Box{float32(o.Box[0]), float32(o.Box[1]), float32(o.Box[0] + o.Box[2]), float32(o.Box[1] + o.Box[3])}
			switch {
			case !o.ToFind():
				t.Ignore = append(t.Ignore, box)
			case box.Valid():
				t.Box, t.Class = append(t.Box, box), append(t.Class, class(o.Category))
			}
		}
		return t, nil
	}
}

// classOf returns how the categories of annotations become a dump's classes.
func classOf(set *annotations.Set, classes int) (func(category int32) int32, error) {
	largest := int64(-1)
	for _, c := range set.Categories {
		largest = max(largest, c.ID)
	}
	switch {
	case len(set.Categories) == classes:
		return func(category int32) int32 { return category }, nil
	case classes == 1:
		return func(int32) int32 { return 0 }, nil
	case int64(classes) == largest+1:
		return func(category int32) int32 { return int32(set.Categories[category].ID) }, nil
	}
	return nil, fmt.Errorf("%s has %s, the largest id %d, and the dump %d classes", set.Path, plural(len(set.Categories), "category", "categories"), largest, classes)
}

// classNames returns the names of a dump's classes, nil where annotations do not
// tell them.
func classNames(set *annotations.Set, classes int) []string {
	if set == nil || classes == 1 && len(set.Categories) != 1 {
		return nil
	}
	class, err := classOf(set, classes)
	if err != nil {
		return nil
	}
	names := make([]string, classes)
	for i, c := range set.Categories {
		names[class(int32(i))] = c.Name
	}
	return names
}
