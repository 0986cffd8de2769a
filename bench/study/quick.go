package study

import (
	"math"

	"detsample/bench/config"
	"detsample/bench/stats"
)

// A quick study takes a quarter of an hour of two cores at most. The machine of
// docs/performance.md took 1.15 times as long as its estimate, reading, drawing and
// writing included, and the slowest that was tried 1.91 times: that ends within it, too.
const (
	quickSeconds = 2 * 900
	slowest      = 1.91
	quickSeeds   = stats.MinSeeds
)

// quicken returns those of experiments that are part of a quick study, without
// tuning and with few seeds, and the number of images that each run of the whole
// quick study may see: a part of it trains the same runs.
func quicken(some []Experiment) (part []Experiment, images int, err error) {
	all, err := Experiments()
	if err != nil {
		return nil, 0, err
	}
	images, err = quickImages(quickOf(all))
	return quickOf(some), images, err
}

// quickOf returns those of experiments that are part of a quick study.
func quickOf(all []Experiment) (quick []Experiment) {
	for _, e := range all {
		if e.Quick {
			e.Seeds, e.Tune = min(e.Seeds, quickSeeds), false
			quick = append(quick, e)
		}
	}
	return quick
}

// quickImages returns how many images each run of a quick study may see.
func quickImages(quick []Experiment) (int, error) {
	takes := func(images int) (seconds float64, err error) {
		for i := range quick {
			c, err := quick[i].Config()
			if err != nil {
				return 0, err
			}
			c.Training = shortened(c.Training, images)
			p := Planned{Experiment: quick[i], Config: c}
			seconds += p.estimate()
		}
		return seconds, nil
	}
	const low, high = 400, 4000
	few, err := takes(low)
	if err != nil {
		return 0, err
	}
	many, err := takes(high)
	if err != nil || many == few {
		return high, err
	}
	fit := low + (0.9*quickSeconds/slowest-few)/(many-few)*(high-low)
	return int(min(max(fit, low), high)) / quickRound * quickRound, nil
}

// quickRound keeps the moments of a shortened training whole batches.
const quickRound = 80

// shortened returns a training of fewer images, with its moments in proportion: those
// from a quarter on, as nothing is judged before, and to test a short training takes
// longer than to train it.
func shortened(t config.Training, images int) config.Training {
	if images >= t.Images {
		return t
	}
	share, first := float64(images)/float64(t.Images), Shares[0]*float64(t.Images)
	t.Images = images
	var at []int
	for _, moment := range t.EvaluateAt {
		if float64(moment) < first {
			continue
		}
		if m := int(math.Round(share * float64(moment))); m > 0 && (len(at) == 0 || m > at[len(at)-1]) {
			at = append(at, m)
		}
	}
	t.EvaluateAt = at
	return t
}
