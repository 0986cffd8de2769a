package page

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/study/evidence"
	"detsample/bench/table"
)

// learnedHead is the head of what [learnedFrom] gives of so many stages. Of
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
func learnedFrom(s *evidence.Experiment, strategy string, stage int) string {
	m := s.Learned(strategy, stage)
	if m.Runs == 0 {
		return "– | – | –"
	}
	return fmt.Sprintf("%s → %s | %s | %s", perPositive(m.Seen), perPositive(m.Used), shareOf(m.Loss), shareOf(m.Gradient))
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
	if math.IsInf(negatives, 0) {
		return table.Undefined
	}
	return table.Ratio(1, negatives)
}
