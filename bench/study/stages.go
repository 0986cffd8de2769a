package study

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"detsample/bench/trainer"
)

// Stages returns how many stages the detectors of an experiment have at most.
func (s *Stored) Stages() int {
	most := 1
	for i := range s.Runs {
		most = max(most, len(s.Runs[i].Stages))
	}
	return most
}

// Learned is what a stage of a strategy saw and weighed, as means over its runs.
type Learned struct {
	Runs           int
	Seen, Used     float64 // negatives for each positive, before and after sampling
	Loss, Gradient float64 // the share that negatives have; trainer.Unknown where no run has measured it
}

// Learned returns what a stage of a strategy saw and weighed; nothing where its
// detector has no such stage.
func (s *Stored) Learned(strategy string, stage int) (m Learned) {
	var seen, used, loss, gradient []float64
	measured := func(list *[]float64, share float64) {
		if share != trainer.Unknown {
			*list = append(*list, share)
		}
	}
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.Strategy != strategy || r.Stopped() || stage >= len(r.Stages) {
			continue
		}
		of := &r.Stages[stage]
		m.Runs++
		seen, used = append(seen, of.Seen()), append(used, of.Used())
		measured(&loss, of.NegativeLoss)
		measured(&gradient, of.NegativeGrad)
	}
	if m.Runs == 0 {
		return m
	}
	m.Seen, m.Used, m.Loss, m.Gradient = stat.Mean(seen, nil), stat.Mean(used, nil), trainer.Unknown, trainer.Unknown
	if len(loss) > 0 {
		m.Loss = stat.Mean(loss, nil)
	}
	if len(gradient) > 0 {
		m.Gradient = stat.Mean(gradient, nil)
	}
	return m
}

// Rivals returns the strategies that every experiment of a dense head has which is
// laid beside others: along an axis, or in a list of what is left.
func Rivals() []string { return []string{"ce", "focal", "ssd 3:1", "ohem 64"} }

// Seen returns the negatives for a positive that a stage has before sampling, alike
// for all of some strategies that got to the end; 0 where none did, or has positives.
func (s *Stored) Seen(strategies []string, stage int) (most float64) {
	for _, name := range strategies {
		if seen := s.Learned(name, stage).Seen; !math.IsNaN(seen) && !math.IsInf(seen, 0) {
			most = max(most, seen)
		}
	}
	return most
}
