package bench

import (
	"fmt"

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
		if set.Test[i].ToFind() > 0 {
			with++
		}
	}
	if with >= stats.MinImages {
		return nil
	}
	return []annotations.Problem{{Notice: true, Message: fmt.Sprintf("no more than %s: figures tell of these alone, and others may tell otherwise; hold out more images",
		prose.Count(with, "test image has objects", "test images have objects"))}}
}
