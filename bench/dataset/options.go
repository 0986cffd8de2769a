package dataset

import (
	"fmt"

	"detsample/bench/crops"
)

// Options configures [Open]. The zero value is useful.
type Options struct {
	// Size is the longest side of a scaled image in pixels; 0 means 160.
	Size int
	// Original leaves images as they are, whatever Size is.
	Original bool
	// Multiple is what the canvas's sides are rounded up to a multiple of, so
	// that a network's strides divide them; 0 means 16.
	Multiple int
	// Refuse makes the first problem in the data that is no notice the error.
	Refuse bool
	// MaxTrain and MaxTest limit the number of images; 0 means all. Which
	// images stay is decided by a hash of their names, and a notice in
	// [Set.Problems] says how many were left out.
	MaxTrain, MaxTest int
	// Classes selects the classes and fixes their order; nil means every
	// class that occurs: by name for VOC, by number for YOLO and COCO.
	Classes []string
	// Crops cuts images, which keep their size whatever Size is, where its Side is
	// not 0. Side is rounded up to a multiple of Multiple.
	Crops crops.Config
	// Choose, if not nil, is shown the images at their own size, without pixels,
	// and may change Size, Original and Crops.
	Choose func(train, test []Image, o *Options)
	// Cache is how many bytes of scaled images are kept in memory, 0 for none.
	// Nothing but time depends on it.
	Cache int64
	// MaxPixels is the largest image, in pixels as its header claims, that is
	// decoded at all; 0 means 64 million.
	MaxPixels int
	// FollowLinks follows symbolic links out of the folder, too.
	FollowLinks bool
}

const (
	defaultSize      = 160
	defaultMultiple  = 16
	defaultMaxPixels = 64_000_000
	maxSize          = 8192
)

// filled returns o with its defaults, or an error naming the option at fault.
func (o Options) filled() (Options, error) {
	if o.Size == 0 {
		o.Size = defaultSize
	}
	if o.Multiple == 0 {
		o.Multiple = defaultMultiple
	}
	if o.MaxPixels == 0 {
		o.MaxPixels = defaultMaxPixels
	}
	switch {
	case o.Size < 1 || o.Size > maxSize:
		return o, fmt.Errorf("dataset: Options.Size is %d: want 1 to %d, or 0 for %d", o.Size, maxSize, defaultSize)
	case o.Multiple < 1 || o.Multiple > maxSize:
		return o, fmt.Errorf("dataset: Options.Multiple is %d: want 1 to %d, or 0 for %d", o.Multiple, maxSize, defaultMultiple)
	case o.MaxPixels < 1:
		return o, fmt.Errorf("dataset: Options.MaxPixels is %d: want at least 1, or 0 for %d", o.MaxPixels, defaultMaxPixels)
	case o.MaxTrain < 0 || o.MaxTest < 0:
		return o, fmt.Errorf("dataset: Options.MaxTrain, MaxTest are %d, %d: want 0 for all, or a positive number", o.MaxTrain, o.MaxTest)
	}
	seen := make(map[string]bool, len(o.Classes))
	for _, c := range o.Classes {
		if c == "" || seen[c] {
			return o, fmt.Errorf("dataset: Options.Classes names %q twice or is empty: name each class once", c)
		}
		seen[c] = true
	}
	return o, nil
}
