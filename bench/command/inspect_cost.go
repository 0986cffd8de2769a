package command

import (
	"fmt"
	"slices"

	"detsample/bench/annotations"
	"detsample/bench/config"
	insight "detsample/bench/inspect"
	"detsample/bench/small/detector"
	"detsample/bench/strategy"
	"detsample/internal/prose"
)

const (
	// muchMemory in bytes is more than small detectors are for, as are more pixels
	// than [insight.MostPixels].
	muchMemory = 4e9
	// perPixel is what a core takes of a training image, in seconds: 4800 images of
	// 256 px take two minutes with the usual network (docs/data.md).
	perPixel = 0.4e-6
)

// cost says what a run of the comparison takes that the advice comes to, by the size
// of the images that it trains on, for a note.
func cost(advised *config.Config, set *annotations.Set) string {
	width, height := canvas(advised, set)
	if width == 0 || advised.Trainer != nil {
		return ""
	}
	two := slices.ContainsFunc(advised.Strategies, func(s strategy.Strategy) bool { return s.TwoStage() })
	memory := advised.Detector.Memory(detector.Extent{Width: width, Height: height, Images: advised.Training.Batch, Classes: len(set.Categories), TwoStage: two})
	pixels := float64(width) * float64(height)
	what := "images are padded to"
	if advised.Folder.Crop > 0 {
		what = "crops are"
	}
	text := fmt.Sprintf("training with this advice takes about %.2g GB of memory for each run at a time: %s %d x %d with %d anchors each, and a step takes %s what it takes at %d px, the largest that compare chooses by itself; %d images take a core about %s",
		memory/1e9, what, width, height, advised.Detector.Pyramid.Count(width, height), prose.Times(pixels/(config.DearestSize*config.DearestSize)), config.DearestSize,
		advised.Training.Images, prose.Time(perPixel*pixels*float64(advised.Training.Images)))
	if pixels > insight.MostPixels || memory > muchMemory {
		text += "; that is more than small detectors are for: compare --budget trains on fewer images, inspect --size N says what a smaller size reaches, and compare without this file chooses a size or crops"
	}
	return text
}

// canvas returns the sides that all images of a set are padded to, 0 where no size is
// known: multiples of the coarsest stride.
func canvas(advised *config.Config, set *annotations.Set) (width, height int) {
	levels := advised.Detector.Pyramid.Levels
	stride := levels[len(levels)-1].Stride
	for i := range set.Images {
		if !set.Readable(&set.Images[i]) {
			continue
		}
		w, h := set.Images[i].Width, set.Images[i].Height
		if long := int(advised.Folder.Size); long > 0 && w > 0 && h > 0 {
			scale := float64(long) / float64(max(w, h))
			w, h = max(1, int(float64(w)*scale+0.5)), max(1, int(float64(h)*scale+0.5))
		}
		width, height = max(width, w), max(height, h)
	}
	if side := advised.Folder.Crop; side > 0 {
		width, height = side, side
	}
	up := func(side int) int { return (side + stride - 1) / stride * stride }
	return up(width), up(height)
}
