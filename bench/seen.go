package bench

import (
	"context"

	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/internal/promptly"
)

// Seen is what a comparison trains and tests on, as its networks see it.
type Seen struct {
	Train, Test   int // images; or, of one that trains on crops, what these are cut from, and tiles
	Width, Height int // that all have
	Problems      []annotations.Problem
}

// See reads the images that a comparison would train and test on, as it would
// itself, and trains nothing. [annotations.Noted] tells of an error what had been
// found by then.
func See(ctx context.Context, c *config.Config, data string, links bool) (Seen, error) {
	asked := *c
	asked.Folder.Anchors = false // which changes no image
	return promptly.Get(ctx, func() (Seen, error) {
		_, set, err := prepare(ctx, asked, data, links)
		if err != nil {
			return Seen{}, err
		}
		return Seen{len(set.Train), len(set.Test), set.Width, set.Height, set.Problems}, nil
	})
}
