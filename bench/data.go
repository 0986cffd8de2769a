package bench

import (
	"context"
	"slices"

	"detsample/anchors"
	"detsample/bench/anchorfit"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

// prepare returns the images of a comparison, and the configuration with what
// follows from them filled in: for a folder its area limits, the size of its
// images or crops and, if so configured, the anchors' sizes and ratios.
func prepare(ctx context.Context, c config.Config, folder string, followLinks bool) (config.Config, *dataset.Set, error) {
	if folder == "" {
		set, err := scene.Generate(c.Scenes, c.SceneSeed)
		return c, set, err
	}
	var why string
	set, err := dataset.Open(ctx, folder, dataset.Options{
		Multiple: c.Detector.Pyramid.Levels[len(c.Detector.Pyramid.Levels)-1].Stride,
		MaxTrain: c.Folder.MaxTrain, MaxTest: c.Folder.MaxTest,
		Refuse: c.Folder.Strict, FollowLinks: followLinks, Cache: cached(c.Folder),
		Choose: func(train, _ []dataset.Image, o *dataset.Options) {
			if c.Trainer != nil && c.Folder.Size == config.Auto { // which has the images as they are
				c.Folder.Size = usualSize
			}
			r := resolve(c.Folder, train)
			c.Folder.Size, c.Folder.Crop, why = r.size, r.crops.Side, r.why
			o.Size, o.Original, o.Crops = int(r.size), r.size == config.Original, r.crops
		},
	})
	if err != nil {
		return c, nil, err
	}
	c.Folder.Crop = set.Crops.Side // a multiple of the strides
	if c.Trainer == nil {
		if why != "" {
			set.Problems = append(set.Problems, annotations.Problem{Notice: true, Message: why})
		}
		set.Problems = append(set.Problems, sizes(set)...)
	}
	set.Problems = append(set.Problems, few(set)...)
	c.Areas = c.Folder.Areas
	if c.Folder.Anchors {
		c.Detector.Pyramid, err = fit(ctx, &c, set)
		c.Folder.Anchors = false // fitted again, for a part of the strategies, they might be others
	}
	return c, set, err
}

// fit returns the detector's pyramid with sizes and ratios that suit the
// training objects and the thresholds of the strategies' assigners.
func fit(ctx context.Context, c *config.Config, set *dataset.Set) (anchors.Pyramid, error) {
	var thresholds []float64
	for i := range c.Strategies {
		if stage := c.Strategies[i].Candidates(); stage != nil {
			thresholds = append(thresholds, anchorfit.Threshold(stage.Assigner))
		}
	}
	slices.Sort(thresholds)
	var objects []anchorfit.Object
	for i := range set.Train {
		m := &set.Train[i]
		width, height := m.Size()
		for _, o := range m.Objects {
			if !o.Ignore {
				objects = append(objects, anchorfit.Object{Box: o.Box, Width: int32(width), Height: int32(height), Class: o.Class})
			}
		}
	}
	fitted, err := anchorfit.Fit(ctx, objects, c.Detector.Pyramid, anchorfit.Options{Thresholds: slices.Compact(thresholds)})
	return fitted.Pyramid, err
}
