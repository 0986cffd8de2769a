package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// levels returns the whole tens of AP that some strategy reached.
func levels(c *evidence.Course) (list []float64) {
	highest := 0.0
	for _, at := range c.Means {
		for _, e := range at {
			if e.Seeds > 0 {
				highest = max(highest, e.Mean)
			}
		}
	}
	for level := 10.0; level <= highest; level += 10 {
		list = append(list, level)
	}
	return list
}

// column is one of a table with a row for each strategy.
type column struct {
	head  string
	cells []string
}

// writeCourse writes how many images each strategy needs to reach an AP, what it has
// reached when the fastest one is done, and what its proposals and its
// detections are like at the end.
func writeCourse(b *strings.Builder, c *evidence.Course, s *evidence.Experiment) error {
	columns := append([]column{{"strategy", c.Names}}, reach(c)...)
	add := func(head string, means []stats.Estimate) {
		cells := make([]string, len(means))
		for i, e := range means {
			cells[i] = interval(e, 1)
		}
		columns = append(columns, column{head, cells})
	}
	if at := s.Moments(); len(at) > 1 {
		half := at[len(at)-2]
		gained, err := s.GainedSince(c.Names, half)
		if err != nil {
			return err
		}
		add(fmt.Sprintf("AP gained since %d images", half), gained)
		found, err := s.FoundSince(c.Names, half)
		if err != nil {
			return err
		}
		add(fmt.Sprintf("AP50 gained since %d images", half), found)
	}
	if seconds := shortest(s, c.Names); seconds > 0 && !math.IsInf(seconds, 1) {
		steps := make([]string, len(c.Names))
		for i, name := range c.Names {
			steps[i] = number(s.StepMS(name), 1)
		}
		columns = append(columns, column{"ms a step", steps})
		means, err := s.AfterSeconds(c.Names, seconds)
		if err != nil {
			return err
		}
		add(fmt.Sprintf("AP after %.0f s", seconds), means)
		for i, cell := range columns[len(columns)-1].cells { // the end has its interval in the table before
			if ended := s.Seconds(c.Names[i]); ended <= seconds {
				columns[len(columns)-1].cells[i], _, _ = strings.Cut(cell, " ±")
				columns[len(columns)-1].cells[i] += ", its end"
			}
		}
	}
	for _, n := range s.ProposalLimits() {
		means, err := s.Recall(c.Names, n)
		if err != nil {
			return err
		}
		add(fmt.Sprintf("AR@%d of proposals", n), means)
	}
	if slices.ContainsFunc(s.Runs, func(r trainer.Run) bool { return r.Calibration.Detections > 0 }) {
		means, err := s.CalibrationErrors(c.Names)
		if err != nil {
			return err
		}
		add("calibration error", means)
	}
	b.WriteString("\n|")
	for _, c := range columns {
		b.WriteString(" " + c.head + " |")
	}
	b.WriteString("\n" + strings.Repeat("|---", len(columns)) + "|\n")
	for i := range c.Names {
		b.WriteString("|")
		for _, c := range columns {
			b.WriteString(" " + c.cells[i] + " |")
		}
		b.WriteString("\n")
	}
	return nil
}

// reach gives how many images each strategy needs to reach each whole ten of AP.
func reach(c *evidence.Course) (columns []column) {
	images := make([]float64, len(c.Images))
	for k, n := range c.Images {
		images[k] = float64(n)
	}
	for _, level := range levels(c) {
		cells := make([]string, len(c.Names))
		for i, r := range stats.Reach(level, images, c.Means) {
			cells[i] = needed(r, known(c.Means[len(c.Means)-1][i]), firstEvaluation(c))
		}
		columns = append(columns, column{fmt.Sprintf("images to %.0f AP", level), cells})
	}
	return columns
}

// firstEvaluation returns the images of the first evaluation of a training that has begun.
func firstEvaluation(c *evidence.Course) float64 {
	for _, n := range c.Images {
		if n > 0 {
			return float64(n)
		}
	}
	return 0
}

// needed writes how many images a strategy needs, with the bounds where it has any.
// What is reached before the first evaluation is reached nobody knows when.
func needed(r stats.Reached, bounded bool, first float64) string {
	count := func(images float64) string {
		switch {
		case math.IsInf(images, 0):
			return "more"
		case images < first:
			return fmt.Sprintf("under %.0f", first)
		}
		return fmt.Sprintf("%.0f", images)
	}
	switch {
	case math.IsInf(r.At, 0):
		return "–"
	case !bounded || r.High < first:
		return count(r.At)
	}
	return fmt.Sprintf("%s (%s to %s)", count(r.At), count(r.Low), count(r.High))
}

// shortest returns the seconds of the processor that the fastest strategy's
// training takes; NaN where that of a strategy was not measured.
func shortest(s *evidence.Experiment, names []string) float64 {
	least := math.Inf(1)
	for _, name := range names {
		least = min(least, s.Seconds(name))
	}
	return least
}
