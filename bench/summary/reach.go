package summary

import (
	"math"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// Reached is how many training images a strategy needs to reach an AP.
type Reached struct {
	AP     float64  `json:"ap"`
	Images *float64 `json:"images"` // nil: more than were trained on
	Low    *float64 `json:"low"`    // of a 95% interval over seeds
	High   *float64 `json:"high"`
}

// reach says of every whole ten points of AP that some strategy reached how
// many images each needs, by their means along training.
func (s *Summary) reach(runs []*trainer.Run) error {
	var names []string
	for i := range s.Strategies {
		names = append(names, s.Strategies[i].Strategy)
		s.Strategies[i].Reached = []Reached{}
	}
	var images []float64
	var means [][]stats.Estimate
	highest := 0.0
	for _, moment := range moments(runs) {
		along, err := estimates(names, runs, at(moment))
		if err != nil {
			return err
		}
		images, means = append(images, float64(moment)), append(means, along)
		for _, e := range along {
			highest = math.Max(highest, e.Mean)
		}
	}
	for tens := 1; tens <= 10 && s.Verdict.Learned(); tens++ {
		level := float64(tens) / 10
		if level > highest {
			break
		}
		for i, r := range stats.Reach(level, images, means) {
			s.Strategies[i].Reached = append(s.Strategies[i].Reached, Reached{level, finite(r.At), finite(r.Low), finite(r.High)})
		}
	}
	return nil
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) {
		return nil
	}
	return &x
}
