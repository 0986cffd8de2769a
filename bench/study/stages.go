package study

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
	Runs           float64
	Seen, Used     float64 // negatives for each positive, before and after sampling
	Loss, Gradient float64 // the share that negatives have; below 0 where it was not measured
}

// Learned returns what a stage of a strategy saw and weighed; nothing where its
// detector has no such stage.
func (s *Stored) Learned(strategy string, stage int) (m Learned) {
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.Strategy != strategy || r.Stopped() || stage >= len(r.Stages) {
			continue
		}
		of := &r.Stages[stage]
		m.Runs++
		m.Seen, m.Used = m.Seen+of.Seen(), m.Used+of.Used()
		m.Loss, m.Gradient = m.Loss+of.NegativeLoss, m.Gradient+of.NegativeGrad
	}
	if m.Runs > 0 {
		m.Seen, m.Used, m.Loss, m.Gradient = m.Seen/m.Runs, m.Used/m.Runs, m.Loss/m.Runs, m.Gradient/m.Runs
	}
	return m
}

// Rivals returns the strategies that every experiment of a dense head has which is
// laid beside others: along an axis, or in a list of what is left.
func Rivals() []string { return []string{"ce", "focal", "ssd 3:1", "ohem 64"} }

// Seen returns the negatives for a positive that a stage has before sampling, alike
// for all of some strategies that got to the end; 0 where none did.
func (s *Stored) Seen(strategies []string, stage int) (most float64) {
	for _, name := range strategies {
		most = max(most, s.Learned(name, stage).Seen)
	}
	return most
}
