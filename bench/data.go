package bench

import (
	"math"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

// prepare returns the images of a comparison, and the configuration with what
// follows from them filled in: for a folder its area limits and, if so
// configured, anchor sizes.
func prepare(c config.Config, folder string) (config.Config, *dataset.Set, error) {
	if folder == "" {
		set, err := scene.Generate(c.Scenes, c.SceneSeed)
		return c, set, err
	}
	policy := dataset.Skip
	if c.Folder.Strict {
		policy = dataset.Refuse
	}
	set, err := dataset.Open(folder, dataset.Options{
		Size:     c.Folder.Size,
		Multiple: c.Detector.Pyramid.Levels[len(c.Detector.Pyramid.Levels)-1].Stride,
		MaxTrain: c.Folder.MaxTrain, MaxTest: c.Folder.MaxTest,
		OnProblem: policy,
	})
	if err != nil {
		return c, nil, err
	}
	c.Areas = c.Folder.Areas
	if c.Folder.Anchors {
		train, _ := set.Stats()
		c.Detector.Pyramid = fit(c.Detector.Pyramid, train)
	}
	return c, set, nil
}

// fit returns the pyramid with sizes spread evenly, in the logarithm, from
// the 5% to the 95% quantile of the objects' sides, small sizes on fine
// levels. A size is at least 1.25 strides of its level, or neighbouring
// anchors would leave gaps between them. Without objects it is p.
func fit(p anchors.Pyramid, s dataset.Stats) anchors.Pyramid {
	small, large := float64(s.Quantile(0.05)), float64(s.Quantile(0.95))
	if small <= 0 {
		return p
	}
	perLevel := len(p.Levels[0].Sizes)
	last := len(p.Levels)*perLevel - 1
	fitted := p
	fitted.Levels = make([]anchors.Level, len(p.Levels))
	for l, level := range p.Levels {
		sizes := make([]float32, perLevel)
		for k := range sizes {
			share := float64(l*perLevel+k) / float64(max(last, 1))
			size := small * math.Pow(large/small, share)
			sizes[k] = float32(max(size, 1.25*float64(level.Stride)))
		}
		fitted.Levels[l] = anchors.Level{Stride: level.Stride, Sizes: sizes}
	}
	return fitted
}
