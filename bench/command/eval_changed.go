package command

import (
	"cmp"
	"math"
	"slices"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
)

// changedClass is a class and how its AP changed.
type changedClass struct {
	name          string
	id            int32
	objects       int
	images        int // that have any
	before, after float64
	change        interval
}

// changed returns the classes whose AP is defined in both files, those that
// changed most first.
func (c *pairing) changed(k int) []changedClass {
	before, after := c.files[0].result.PerClass(), c.files[k].result.PerClass()
	images := imagesWith(c.files[0].set)
	var list []changedClass
	for i := range before {
		if before[i].AP < 0 || after[i].AP < 0 {
			continue
		}
		x := changedClass{name: c.files[0].name(before[i].Class), id: before[i].Class, objects: before[i].GroundTruths, images: images[int64(before[i].Class)], before: before[i].AP, after: after[i].AP}
		if x.images >= fewestImages {
			x.change = c.paired(k, x.before, x.after, x.images, func(r *cocoeval.Resampled) float64 { return r.Class[i] })
		}
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b changedClass) int {
		return cmp.Compare(math.Abs(b.after-b.before), math.Abs(a.after-a.before))
	})
	return list
}

// fewestImages is in how many images a class must be for draws of images to say
// how far its AP would vary.
const fewestImages = 5

// imagesWith counts the images that have objects of each category, by id.
func imagesWith(set *annotations.Set) map[int64]int {
	count := map[int64]int{}
	seen := map[int32]int{}
	for i := range set.Images {
		for _, o := range set.Images[i].Objects {
			if o.ToFind() && seen[o.Category] != i+1 {
				seen[o.Category] = i + 1
				count[set.Categories[o.Category].ID]++
			}
		}
	}
	return count
}
