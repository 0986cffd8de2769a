package study

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/strategy"
	"detsample/roi"
	"detsample/sampling"
)

// What a training takes does not fall to nothing with the image, and falls without the
// level that has most anchors.
func TestAnEstimateIsOfTheImageAndThePyramid(t *testing.T) {
	plan := func(name string) *Planned {
		list, err := Plan([]Experiment{experiment(t, name)}, Options{})
		require.NoError(t, err)
		return &list[0]
	}
	dense := plan("dense")
	s := &dense.Config.Strategies[0]
	whole := dense.trainTime(s, 1000)
	dense.Config.Detector.Pyramid.Levels[0].Stride = 8
	assert.InDelta(t, coarse, dense.trainTime(s, 1000)/whole, 1e-9)
	dense.Config.Detector.Pyramid.Levels[0].Stride = 4
	dense.Config.Scenes.Size /= 3
	assert.InDelta(t, whole/9+1000*everySeconds*8/9, dense.trainTime(s, 1000), 1e-9)
}

// What regions take is of the network, not of the image, and does not fall to nothing with
// the channels: 48 pixels and 8 channels train at 1.5 ms an image.
func TestAnEstimateOfRegionsIsOfTheNetwork(t *testing.T) {
	list, err := Plan([]Experiment{experiment(t, "roi-tiny")}, Options{})
	require.NoError(t, err)
	p := &list[0]
	s := &p.Config.Strategies[0]
	regions := func() float64 {
		one := *s
		one.RPN = nil
		return p.trainTime(s, 1000) - p.trainTime(&one, 1000)
	}
	assert.InDelta(t, 1.5, p.trainTime(s, 1000), 0.15)
	small := regions()
	p.Config.Scenes.Size *= 2
	assert.InDelta(t, small, regions(), 1e-9)
	p.Config.Detector.Channels *= 4
	assert.InDelta(t, 1000*pooledSeconds*24/32, regions()-small, 1e-9)
}

// A random sampler of 128 regions takes .61 to .72 of what one of 512 does in the stored
// runs of roi-small, roi-faint, roi-tiny, roi-norm, roi-long and roi, the least in the
// smallest images; one that mines 64 takes .77 to .83. Of roi itself, which has four times
// the channels, the estimate is .85 where .72 was measured.
func TestAnEstimateIsOfTheRegionsThatAreKept(t *testing.T) {
	for _, name := range []string{"roi-long", "roi-tiny", "roi-faint"} {
		list, err := Plan([]Experiment{experiment(t, name)}, Options{})
		require.NoError(t, err)
		p := &list[0]
		took := map[string]float64{}
		for i := range p.Config.Strategies {
			s := &p.Config.Strategies[i]
			took[s.Name] = p.trainTime(s, 1000)
		}
		for _, loss := range []string{"ce", "focal"} {
			assert.InDelta(t, 0.67, took["128 + "+loss]/took["512 + "+loss], 0.1, "%s: %s", name, loss)
		}
		assert.InDelta(t, 0.8, took["ohem 64"]/took["512 + ce"], 0.04, name)
	}
}

// More regions than there are to keep cost nothing more.
func TestKeptRegionsAreAtMostThoseOf512(t *testing.T) {
	of := func(s sampling.Sampler) float64 {
		return keptRegions(&strategy.Strategy{ROI: &strategy.ROI{Config: roi.Config{Sampler: s}}})
	}
	assert.Equal(t, 0.25, of(sampling.NewRandom(128, 0.25)))
	assert.Equal(t, 1., of(sampling.NewRandom(1024, 0.25)))
	assert.Equal(t, 1., of(sampling.All{}))
	assert.Equal(t, 0.5625, of(sampling.OHEM{Num: 64}))
	assert.Equal(t, 1., of(sampling.OHEM{Num: 1024}))
}
