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
// follows from them filled in.
func prepare(ctx context.Context, c config.Config, folder string, followLinks bool) (config.Config, *dataset.Set, error) {
	if folder == "" {
		set, err := scene.Generate(c.Scenes, c.SceneSeed)
		return c, set, err
	}
	set, why, err := suit(ctx, &c, anchorfit.Options{}, func(o dataset.Options) (*dataset.Set, error) {
		o.Refuse, o.FollowLinks, o.Cache = c.Folder.Strict, followLinks, cached(c.Folder)
		return dataset.Open(ctx, folder, o)
	})
	if err != nil {
		return c, nil, err
	}
	if c.Trainer == nil {
		if why != "" {
			set.Problems = append(set.Problems, annotations.Problem{Notice: true, Message: why})
		}
		set.Problems = append(set.Problems, sizes(set)...)
	}
	set.Problems = append(set.Problems, few(set)...)
	return c, set, nil
}

// suit returns annotated images as load has them, and makes a configuration suit
// them: its area limits, the size of its images or crops, with why that was chosen
// where it was, and, if so configured, its anchors' sizes and ratios.
func suit(ctx context.Context, c *config.Config, o anchorfit.Options, load func(dataset.Options) (*dataset.Set, error)) (set *dataset.Set, why string, err error) {
	set, err = load(dataset.Options{
		Multiple: c.Detector.Pyramid.Levels[len(c.Detector.Pyramid.Levels)-1].Stride,
		MaxTrain: c.Folder.MaxTrain, MaxTest: c.Folder.MaxTest,
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
		return nil, "", err
	}
	c.Folder.Crop = set.Crops.Side // a multiple of the strides
	c.Areas = c.Folder.Areas
	if c.Folder.Anchors {
		c.Folder.Anchors = false // fitted again, for a part of the strategies, they might be others
		c.Detector.Pyramid, err = fit(ctx, c, learnt(set), o)
	}
	return set, why, err
}

// fit returns the detector's pyramid with sizes and ratios that suit objects and the
// thresholds of the strategies' assigners.
func fit(ctx context.Context, c *config.Config, objects []anchorfit.Object, o anchorfit.Options) (anchors.Pyramid, error) {
	for i := range c.Strategies {
		if stage := c.Strategies[i].Candidates(); stage != nil {
			o.Thresholds = append(o.Thresholds, anchorfit.Threshold(stage.Assigner))
		}
	}
	slices.Sort(o.Thresholds)
	o.Thresholds = slices.Compact(o.Thresholds)
	fitted, err := anchorfit.Fit(ctx, objects, c.Detector.Pyramid, o)
	return fitted.Pyramid, err
}

// learnt returns the training objects that are to be found.
func learnt(set *dataset.Set) (objects []anchorfit.Object) {
	for i := range set.Train {
		m := &set.Train[i]
		width, height := m.Size()
		for _, o := range m.Objects {
			if !o.Ignore {
				objects = append(objects, anchorfit.Object{Box: o.Box, Width: int32(width), Height: int32(height), Class: o.Class})
			}
		}
	}
	return objects
}
