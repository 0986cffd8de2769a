package annotations

import (
	"fmt"
	"slices"
)

// Select leaves the categories of these [Set.ClassNames], in that order, and
// their objects. Images stay, with or without objects. An error names one that s
// lacks.
func (s *Set) Select(names []string) error {
	position := make([]int32, len(s.Categories))
	for i := range position {
		position[i] = -1
	}
	var kept []Category
	known := s.ClassNames()
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 || position[i] >= 0 {
			return fmt.Errorf("no category is called %q, or it is named twice", name)
		}
		position[i] = int32(len(kept))
		kept = append(kept, s.Categories[i])
	}
	renumber := func(list []int32) []int32 {
		out := list[:0]
		for _, k := range list {
			if position[k] >= 0 {
				out = append(out, position[k])
			}
		}
		return out
	}
	for i := range s.Images {
		im := &s.Images[i]
		objects := im.Objects[:0]
		for _, o := range im.Objects {
			if o.Category = position[o.Category]; o.Category >= 0 {
				objects = append(objects, o)
			}
		}
		im.Objects = objects
		im.Negative, im.NotExhaustive = renumber(im.Negative), renumber(im.NotExhaustive)
	}
	s.Categories = kept
	return nil
}
