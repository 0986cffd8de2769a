package bench

import (
	"context"
	"slices"

	"detsample/anchors"
	"detsample/bench/anchorfit"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

// prepare returns the images of a comparison, and the configuration with what
// follows from them filled in: for a folder its area limits and, if so
// configured, the anchors' sizes and ratios.
func prepare(ctx context.Context, c config.Config, folder string, followLinks bool) (config.Config, *dataset.Set, error) {
	if folder == "" {
		set, err := scene.Generate(c.Scenes, c.SceneSeed)
		return c, set, err
	}
	set, err := dataset.Open(ctx, folder, dataset.Options{
		Size: c.Folder.Size, Original: c.Folder.Size == 0,
		Multiple: c.Detector.Pyramid.Levels[len(c.Detector.Pyramid.Levels)-1].Stride,
		MaxTrain: c.Folder.MaxTrain, MaxTest: c.Folder.MaxTest,
		Refuse: c.Folder.Strict, FollowLinks: followLinks, MaxBytes: int64(min(machineMemory(), 1<<62)),
	})
	if err != nil {
		return c, nil, err
	}
	if c.Trainer == nil { // which has the images as they are
		set.Problems = append(set.Problems, sizes(set)...)
	}
	c.Areas = c.Folder.Areas
	if c.Folder.Anchors {
		c.Detector.Pyramid, err = fit(ctx, &c, set)
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
		width, height := m.Width, m.Height
		if m.OwnWidth > 0 {
			width, height = m.OwnWidth, m.OwnHeight
		}
		for _, o := range m.Objects {
			if !o.Ignore {
				objects = append(objects, anchorfit.Object{Box: o.Box, Width: int32(width), Height: int32(height), Class: o.Class})
			}
		}
	}
	fitted, err := anchorfit.Fit(ctx, objects, c.Detector.Pyramid, anchorfit.Options{Thresholds: slices.Compact(thresholds)})
	return fitted.Pyramid, err
}
