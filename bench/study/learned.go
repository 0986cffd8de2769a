package study

import (
	"fmt"
	"math"
	"strings"
)

// stages returns how many stages the detectors of an experiment have at most.
func (s *archived) stages() int {
	most := 1
	for i := range s.Runs {
		most = max(most, len(s.Runs[i].Stages))
	}
	return most
}

// learnedHead is the head of what [archived.learnedFrom] gives of so many stages. Of
// one it is that of compare's table; of several each says of which it is.
func learnedHead(stages int) string {
	const head = "negatives seen → used | of the loss | of the gradient"
	if stages == 1 {
		return head
	}
	of := []string{"first stage: " + head, "second stage: " + head}
	return strings.Join(of[:stages], " | ")
}

// learnedFrom says what a stage of a strategy saw and weighed.
func (s *archived) learnedFrom(strategy string, stage int) string {
	m := s.masses(strategy, stage)
	if m.runs == 0 {
		return "– | – | –"
	}
	return fmt.Sprintf("%s → %s | %s | %s", perPositive(m.seen), perPositive(m.used), shareOf(m.loss), shareOf(m.gradient))
}

// shareOf writes a share, a dash for what was not measured.
func shareOf(share float64) string {
	if share < 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f%%", 100*share)
}

// perPositive writes how many negatives there are for each positive, a dash where
// there is no positive.
func perPositive(negatives float64) string {
	if math.IsInf(negatives, 0) || math.IsNaN(negatives) {
		return "–"
	}
	if negatives < 9.95 {
		return fmt.Sprintf("1:%.1f", negatives)
	}
	return fmt.Sprintf("1:%.0f", negatives)
}

// learned is what a stage of a strategy saw and weighed, as means over its runs.
type learned struct {
	runs           float64
	seen, used     float64 // negatives for each positive, before and after sampling
	loss, gradient float64 // the share that negatives have
}

// masses returns what a stage of a strategy saw and weighed; nothing where its
// detector has no such stage.
func (s *archived) masses(strategy string, stage int) (m learned) {
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.Strategy != strategy || r.Stopped() || stage >= len(r.Stages) {
			continue
		}
		of := &r.Stages[stage]
		m.runs++
		m.seen, m.used = m.seen+of.Seen(), m.used+of.Used()
		m.loss, m.gradient = m.loss+of.NegativeLoss, m.gradient+of.NegativeGrad
	}
	if m.runs > 0 {
		m.seen, m.used, m.loss, m.gradient = m.seen/m.runs, m.used/m.runs, m.loss/m.runs, m.gradient/m.runs
	}
	return m
}
