package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// course is how the AP of an experiment's strategies rises along training.
type course struct {
	names  []string
	images []int              // seen at the evaluations, ascending; the first is 0
	means  [][]stats.Estimate // of each evaluation and strategy
	ahead  [][]stats.Estimate // likewise, less the first strategy's
}

// course returns how AP rises along training.
func (s *archived) course() (c course, err error) {
	c.names, c.images = s.strategies(""), s.budgets()
	for _, images := range c.images {
		at, err := s.compare(ap, "", images)
		if err != nil {
			return c, err
		}
		c.means = append(c.means, at.Means)
		ahead := make([]stats.Estimate, len(at.Means))
		for i := range ahead {
			if ahead[i].Seeds = at.Means[i].Seeds; i > 0 { // the first is ahead of itself by 0
				ahead[i] = at.Between(i, 0).Estimate
			}
		}
		c.ahead = append(c.ahead, ahead)
	}
	return c, nil
}

// levels returns the whole tens of AP that some strategy reached.
func (c *course) levels() (list []float64) {
	highest := 0.0
	for _, at := range c.means {
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

// write writes how many images each strategy needs to reach an AP, what it has
// reached when the fastest one is done, and what its proposals and its
// detections are like at the end.
func (c *course) write(b *strings.Builder, s *archived) error {
	columns := append([]column{{"strategy", c.names}}, c.reach()...)
	estimated := func(head string, figure func(*trainer.Run) float64) error {
		means, err := s.estimates(c.names, figure)
		cells := make([]string, len(means))
		for i, e := range means {
			cells[i] = interval(e, 1)
		}
		columns = append(columns, column{head, cells})
		return err
	}
	if at := s.moments(); len(at) > 1 {
		half := at[len(at)-2]
		if err := estimated(fmt.Sprintf("AP gained since %d images", half), func(r *trainer.Run) float64 { return points(r.AP) - apAt(r, half) }); err != nil {
			return err
		}
	}
	if seconds := s.shortest(c.names); seconds > 0 && !math.IsInf(seconds, 1) {
		steps := make([]string, len(c.names))
		for i, name := range c.names {
			steps[i] = number(s.step(name), 1)
		}
		columns = append(columns, column{"ms a step", steps})
		if err := estimated(fmt.Sprintf("AP after %.0f s", seconds), func(r *trainer.Run) float64 { return points(s.after(r, seconds)) }); err != nil {
			return err
		}
		for i, cell := range columns[len(columns)-1].cells { // the end has its interval in the table before
			if ended := s.seconds(c.names[i]); ended <= seconds {
				columns[len(columns)-1].cells[i], _, _ = strings.Cut(cell, " ±")
				columns[len(columns)-1].cells[i] += ", its end"
			}
		}
	}
	for _, n := range s.proposalLimits() {
		if err := estimated(fmt.Sprintf("AR@%d of proposals", n), func(r *trainer.Run) float64 { return recallAt(r, n) }); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(s.Runs, func(r trainer.Run) bool { return r.Calibration.Detections > 0 }) {
		if err := estimated("calibration error", calibrationError); err != nil {
			return err
		}
	}
	b.WriteString("\n|")
	for _, c := range columns {
		b.WriteString(" " + c.head + " |")
	}
	b.WriteString("\n" + strings.Repeat("|---", len(columns)) + "|\n")
	for i := range c.names {
		b.WriteString("|")
		for _, c := range columns {
			b.WriteString(" " + c.cells[i] + " |")
		}
		b.WriteString("\n")
	}
	return nil
}

// reach gives how many images each strategy needs to reach each whole ten of AP.
func (c *course) reach() (columns []column) {
	images := make([]float64, len(c.images))
	for k, n := range c.images {
		images[k] = float64(n)
	}
	for _, level := range c.levels() {
		cells := make([]string, len(c.names))
		for i, r := range stats.Reach(level, images, c.means) {
			cells[i] = needed(r, known(c.means[len(c.means)-1][i]), c.first())
		}
		columns = append(columns, column{fmt.Sprintf("images to %.0f AP", level), cells})
	}
	return columns
}

func calibrationError(r *trainer.Run) float64 {
	if r.Calibration.Detections == 0 {
		return math.NaN()
	}
	return points(r.Calibration.Error)
}

// first returns the images of the first evaluation of a training that has begun.
func (c *course) first() float64 {
	for _, n := range c.images {
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

// estimates returns the mean of a figure of each strategy's runs.
func (s *archived) estimates(names []string, figure func(*trainer.Run) float64) ([]stats.Estimate, error) {
	var runs []stats.Run
	for i := range s.Runs {
		r := &s.Runs[i]
		if slices.Contains(names, r.Strategy) && !r.Stopped() {
			runs = append(runs, stats.Run{Strategy: r.Strategy, Seed: r.Seed, Value: figure(r)})
		}
	}
	c, err := stats.Compare(names, runs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return c.Means, nil
}

// step returns the processor's time of a strategy's training step, in
// milliseconds; NaN where no run measured it.
func (s *archived) step(strategy string) float64 {
	sum, n := 0.0, 0.0
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && r.Time.StepCPUMS > 0 {
			sum, n = sum+r.Time.StepCPUMS, n+1
		}
	}
	return sum / n
}

// shortest returns the seconds of the processor that the fastest strategy's
// training takes; NaN where that of a strategy was not measured.
func (s *archived) shortest(names []string) float64 {
	least := math.Inf(1)
	for _, name := range names {
		least = min(least, s.seconds(name))
	}
	return least
}

// seconds returns those of the processor that a strategy's shortest run takes,
// infinite where none got to its end.
func (s *archived) seconds(strategy string) float64 {
	least := math.Inf(1)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && !r.Stopped() {
			least = min(least, s.step(strategy)*float64(r.Steps)/1000)
		}
	}
	return least
}

// after returns a run's AP after some seconds of training at its strategy's pace,
// interpolated between its evaluations.
func (s *archived) after(r *trainer.Run, seconds float64) float64 {
	images := seconds * 1000 / s.step(r.Strategy) * float64(r.Images) / float64(r.Steps)
	for k := 1; k < len(r.Curve); k++ {
		a, b := r.Curve[k-1], r.Curve[k]
		if images <= float64(b.Images) {
			return a.AP + (b.AP-a.AP)*(images-float64(a.Images))/float64(b.Images-a.Images)
		}
	}
	return r.AP // rounding alone goes beyond the end
}

// proposalLimits returns the numbers of proposals at which recall was measured.
func (s *archived) proposalLimits() (list []int) {
	for i := range s.Runs {
		for _, p := range s.Runs[i].Proposals {
			if !slices.Contains(list, p.Limit) {
				list = append(list, p.Limit)
			}
		}
	}
	slices.Sort(list)
	return list
}

func recallAt(r *trainer.Run, limit int) float64 {
	for _, p := range r.Proposals {
		if p.Limit == limit {
			return points(p.AR)
		}
	}
	return math.NaN()
}
