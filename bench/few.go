package bench

import (
	"fmt"
	"slices"

	"detsample/bench/annotations"
	"detsample/bench/dataset"
	"detsample/bench/stats"
	"detsample/internal/prose"
)

// few says that a folder is tested on so few images with objects that figures tell
// of these.
func few(set *dataset.Set) []annotations.Problem {
	with := 0
	for i := range set.Test {
		if slices.ContainsFunc(set.Test[i].Objects, func(o dataset.Object) bool { return !o.Ignore }) {
			with++
		}
	}
	if with >= stats.MinImages {
		return nil
	}
	return []annotations.Problem{{Notice: true, Message: fmt.Sprintf("no more than %s: figures tell of these alone, and others may tell otherwise; hold out more images",
		prose.Count(with, "test image has objects", "test images have objects"))}}
}
