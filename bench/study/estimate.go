package study

import (
	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/strategy"
	"detsample/sampling"
)

// What a small detector takes, in seconds of one core, of images of 96 pixels
// with the default 32 channels: processor time of stored runs, on the machine of
// docs/performance.md. Other machines are faster or slower; the time left is
// by their own pace.
const (
	everySeconds    = 0.00005 // a training image, however small
	imageSeconds    = 0.00075 // its pixels, its anchors and their losses
	trunkSeconds    = 0.0028  // its convolutions, which grow with the square of the channels
	regionSeconds   = 0.0011  // its regions in a second stage, 512 or mined, which do not grow with the image
	pooledSeconds   = 0.0007  // what is pooled for them, which grows with the channels
	keptShare       = 0.6     // of both, what grows with how many regions a random sampler keeps
	evaluateSeconds = 0.0015  // a test image, once
	stateSeconds    = 1.2     // a moment of an experiment that keeps states
	coarse          = 0.7     // of a training image's, without the pyramid's level of stride 4, which has most anchors
	pixels          = 96
	channels        = 32
)

// tuneShare is what a search for a learning rate trains, in trainings.
const tuneShare = 3.4

// estimate returns about how long the experiment takes, in seconds of one core.
func (p *Planned) estimate() float64 {
	total := p.settingTime()
	for i := range p.trained() {
		total += float64(p.Seeds) * p.runTime(&p.Config.Strategies[i])
	}
	return total
}

// runTime returns what a run of a strategy takes.
func (p *Planned) runTime(s *strategy.Strategy) float64 {
	return p.trainTime(s, p.Config.Training.Images) + moments(p.Config)*p.lookTime()
}

// settingTime returns what the measurements take by which rates and scales are
// chosen.
func (p *Planned) settingTime() (total float64) {
	if p.States {
		return 0
	}
	c := p.Config
	for i := range c.Strategies {
		s := &c.Strategies[i]
		if p.Tune {
			total += tuneShare*p.trainTime(s, c.Training.Images) + 10*p.lookTime()
		}
		if c.Scale == config.Matched {
			total += 2 * p.trainTime(s, plan.Calibration(c.Training))
		}
	}
	return total
}

// Runs is how many trainings the experiment has, measurements for scales and rates
// apart.
func (p *Planned) Runs() int { return p.Seeds * p.trained() }

// Takes returns about how many seconds the experiment takes on some cores: no less
// than its longest run, which one core trains.
func (p *Planned) Takes(cores int) float64 {
	longest := 0.0
	for i := range p.trained() {
		longest = max(longest, p.runTime(&p.Config.Strategies[i]))
	}
	return max(p.Seconds/float64(cores), longest)
}

// trainTime returns what it takes to train a strategy on some images.
func (p *Planned) trainTime(s *strategy.Strategy, images int) float64 {
	width := float64(p.Config.Detector.Channels) / channels
	seconds := everySeconds + p.area()*(imageSeconds+trunkSeconds*width*width)
	if p.Config.Detector.Pyramid.Levels[0].Stride > 4 {
		seconds *= coarse
	}
	if s.TwoStage() {
		seconds += (regionSeconds + pooledSeconds*width) * (1 - keptShare*(1-keptRegions(s)))
	}
	return float64(images) * seconds
}

// keptRegions is how many regions the second stage of a strategy learns from, beside
// 512: a random sampler's fewer are fewer to pool and to score. OHEM scores all, half of
// what a region takes, and learns from those that it keeps.
func keptRegions(s *strategy.Strategy) float64 {
	switch r := s.ROI.Sampler.(type) {
	case sampling.Random:
		return min(1, float64(r.Num)/512)
	case sampling.OHEM:
		return (1 + min(1, float64(r.Num)/512)) / 2
	}
	return 1
}

// lookTime returns what it takes to look at a state of a training: to test it,
// or to lay the weightings beside each other on it.
func (p *Planned) lookTime() float64 {
	if p.States {
		return p.area() * stateSeconds
	}
	tests := p.Config.Scenes.Test
	switch {
	case p.Seen.Test > 0:
		tests = p.Seen.Test
	case p.folder:
		tests = p.Config.Folder.MaxTest
	}
	return p.area() * evaluateSeconds * float64(tests)
}

// moments is how often a run is looked at.
func moments(c *config.Config) float64 {
	if n := len(c.Training.EvaluateAt); n > 0 {
		return float64(2 + n)
	}
	return float64(1 + max(c.Training.Checkpoints, 1))
}

// area is that of an image, beside those that were timed. Of a folder's images
// it is a square's with the longest side that is asked for, and that of those
// that were timed where none is, before they are read.
func (p *Planned) area() float64 {
	if p.Seen.Width > 0 {
		return float64(p.Seen.Width*p.Seen.Height) / (pixels * pixels)
	}
	side := p.Config.Scenes.Size
	if p.folder {
		side = pixels
		if p.Config.Folder.Size > 0 {
			side = int(p.Config.Folder.Size)
		}
	}
	return float64(side*side) / (pixels * pixels)
}

// TrainedStates is how many strategies of an experiment that keeps states train,
// the first ones; all are laid beside each other.
const TrainedStates = 3
