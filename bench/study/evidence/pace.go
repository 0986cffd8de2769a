package evidence

import (
	"math"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// StepMS returns the processor's time of a strategy's training step, in
// milliseconds; NaN where no run measured it.
func (s *Experiment) StepMS(strategy string) float64 {
	sum, n := 0.0, 0.0
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && r.Time.StepCPUMS > 0 {
			sum, n = sum+r.Time.StepCPUMS, n+1
		}
	}
	return sum / n
}

// Seconds returns those of the processor that a strategy's shortest run takes,
// infinite where none got to its end.
func (s *Experiment) Seconds(strategy string) float64 {
	least := math.Inf(1)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && !r.Stopped() {
			least = min(least, s.StepMS(strategy)*float64(r.Steps)/1000)
		}
	}
	return least
}

// AfterSeconds returns the mean AP of each strategy's runs, in points, after some seconds
// of the processor at the strategy's pace.
func (s *Experiment) AfterSeconds(names []string, seconds float64) ([]stats.Estimate, error) {
	return s.estimates(names, func(r *trainer.Run) float64 { return points(s.after(r, seconds)) })
}

// after returns a run's AP after some seconds of training at its strategy's pace,
// interpolated between its evaluations.
func (s *Experiment) after(r *trainer.Run, seconds float64) float64 {
	images := seconds * 1000 / s.StepMS(r.Strategy) * float64(r.Images) / float64(r.Steps)
	for k := 1; k < len(r.Curve); k++ {
		a, b := r.Curve[k-1], r.Curve[k]
		if images <= float64(b.Images) {
			return a.AP + (b.AP-a.AP)*(images-float64(a.Images))/float64(b.Images-a.Images)
		}
	}
	return r.AP // rounding alone goes beyond the end
}
