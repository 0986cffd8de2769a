package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// final returns the images that the runs of an experiment see.
func (s *Stored) final() int {
	most := 0
	for i := range s.Runs {
		most = max(most, s.Runs[i].Images)
	}
	for i := range s.StateRuns {
		for _, m := range s.StateRuns[i].Moments {
			most = max(most, m.Images)
		}
	}
	return most
}

// shares are the parts of an experiment's images after which it is judged.
var shares = [...]float64{0.25, 0.5, 1}

// looks returns the evaluations of an experiment that are nearest to a quarter, to half
// and to all of its images, each counted where it is nearest, the earlier of two; 0 where
// a share has none.
func (s *Stored) looks() (at [len(shares)]int) {
	final := s.final()
	for _, images := range s.budgets() {
		k := 0
		for other, share := range shares {
			if far(images, share, final) < far(images, shares[k], final) {
				k = other
			}
		}
		if at[k] == 0 || far(images, shares[k], final) < far(at[k], shares[k], final) {
			at[k] = images
		}
	}
	return at
}

// moments returns the budgets at which an experiment's contrasts are judged, ascending.
func (s *Stored) moments() (list []int) {
	for _, images := range s.looks() {
		if images > 0 {
			list = append(list, images)
		}
	}
	return list
}

// budgets returns every number of images at which an experiment was looked at,
// ascending, its start and its end among them.
func (s *Stored) budgets() []int {
	known := []int{s.final()}
	for i := range s.Runs {
		for _, p := range s.Runs[i].Curve {
			known = append(known, p.Images)
		}
	}
	for i := range s.StateRuns {
		for _, m := range s.StateRuns[i].Moments {
			known = append(known, m.Images)
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

func far(images int, share float64, final int) float64 {
	return math.Abs(float64(images) - share*float64(final))
}

// strategies returns the names that occur in the results, those of the
// configuration first and in its order.
func (s *Stored) strategies(trained string) []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	has := map[string]bool{}
	for i := range s.Runs {
		has[s.Runs[i].Strategy] = true
	}
	for _, name := range s.configured() {
		if has[name] {
			add(name)
		}
	}
	for i := range s.Runs {
		add(s.Runs[i].Strategy)
	}
	for i := range s.StateRuns {
		if s.StateRuns[i].Strategy == trained {
			for _, w := range s.StateRuns[i].Moments[0].Weightings {
				add(w.Name)
			}
		}
	}
	return names
}

// configured returns the strategies of an experiment's configuration, which is read
// once: every figure asks for them.
func (s *Stored) configured() []string {
	if s.names == nil {
		s.names = []string{}
		if c, err := s.Config(); err == nil {
			for i := range c.Strategies {
				s.names = append(s.names, c.Strategies[i].Name)
			}
		}
	}
	return s.names
}

// level is the name under which a constant takes part in a comparison.
const level = "a constant"

// values returns a figure of every run at a budget: of AP and its like in
// points, of shares in percent. Of an experiment that keeps states it is that
// of every weighting, on the states of one strategy's trainings.
func (s *Stored) values(figure, trained string, images int) []stats.Run {
	if figure == orderFigure {
		return s.orders(images)
	}
	var list []stats.Run
	for i := range s.Runs {
		r := &s.Runs[i]
		run := stats.Run{Strategy: r.Strategy, Seed: r.Seed, Value: figureOf(r, figure, images)}
		if r.Stopped() {
			run.Failed = r.Failed
		}
		if figure == "ap" && images == s.final() {
			for _, v := range r.Resamples {
				run.Resamples = append(run.Resamples, points(v))
			}
		}
		list = append(list, run)
	}
	return append(list, s.weighed(trained, images, func(w *Weighed) float64 { return w.figure(figure) })...)
}

// weighed returns a figure of every weighting at a moment of the trainings of one
// strategy.
func (s *Stored) weighed(trained string, images int, figure func(*Weighed) float64) (list []stats.Run) {
	for i := range s.StateRuns {
		if s.StateRuns[i].Strategy != trained {
			continue
		}
		for _, m := range s.StateRuns[i].Moments {
			if m.Images != images {
				continue
			}
			for k := range m.Weightings {
				w := &m.Weightings[k]
				list = append(list, stats.Run{Strategy: w.Name, Seed: s.StateRuns[i].Seed, Value: figure(w)})
			}
		}
	}
	return list
}

// points turns a share into points, and COCO's -1 into NaN.
func points(v float64) float64 {
	if v < 0 {
		return math.NaN()
	}
	return 100 * v
}

// figureOf returns a figure of a run: ap and ap_s at any evaluation, and at the
// end ap50, ap_m, ap_l, and negative_loss and negative_gradient of the dense
// stage over the whole of training.
func figureOf(r *trainer.Run, figure string, images int) float64 {
	for _, p := range r.Curve {
		if p.Images == images {
			switch figure {
			case "ap":
				return points(p.AP)
			case "ap_s":
				return points(p.APS)
			}
		}
	}
	if r.Images != images {
		return math.NaN()
	}
	switch figure {
	case "ap50":
		return points(r.AP50)
	case "ap_m":
		return points(r.APM)
	case "ap_l":
		return points(r.APL)
	}
	for _, stage := range r.Stages {
		if stage.Stage == "dense" || stage.Stage == "rpn" {
			switch figure {
			case "negative_loss":
				return points(stage.NegativeLoss)
			case "negative_gradient":
				return points(stage.NegativeGrad)
			}
		}
	}
	return math.NaN()
}

// figure returns a figure of a weighting: shares in percent, likenesses as they
// are.
func (w *Weighed) figure(name string) float64 {
	switch name {
	case "easy less positive loss":
		return 100 * (w.Loss.Easy - w.Loss.Positives)
	case "outlier":
		return 100 * w.Outlier
	case "hardest":
		return 100 * w.Hardest
	}
	what, to, _ := strings.Cut(name, " ")
	for _, a := range w.Alike {
		if a.To == to {
			switch what {
			case "rank":
				return a.Rank
			case "top":
				return 100 * a.Top
			case "kl":
				return a.KL
			}
		}
	}
	return math.NaN()
}

// compare compares the strategies of an experiment.
func (s *Stored) compare(figure, trained string, images int) (*stats.Comparison, error) {
	return s.compareThese(s.strategies(trained), figure, trained, images)
}

// compareThese compares strategies, which may lack runs.
func (s *Stored) compareThese(names []string, figure, trained string, images int) (*stats.Comparison, error) {
	return s.cached(fmt.Sprintf("%s %q %d %q", figure, trained, images, names), func() (*stats.Comparison, error) {
		return s.comparison(names, figure, s.values(figure, trained, images))
	})
}

// cached returns the comparison of a key, which is made when it is first asked for: a
// page asks again and again, and its joint distribution takes a while to draw. That
// stays with it, of 20000 draws for each strategy.
func (s *Stored) cached(key string, compare func() (*stats.Comparison, error)) (*stats.Comparison, error) {
	if c := s.compared[key]; c != nil {
		return c, nil
	}
	c, err := compare()
	if err != nil {
		return nil, err
	}
	if s.compared != nil {
		s.compared[key] = c
	}
	return c, nil
}

// against compares a strategy of an experiment with a constant.
func (s *Stored) against(constant float64, only, figure, trained string, images int) (*stats.Comparison, error) {
	values := slices.DeleteFunc(s.values(figure, trained, images), func(r stats.Run) bool { return r.Strategy != only })
	for i := range values {
		values[i].Resamples = nil
	}
	for _, r := range slices.Clone(values) {
		values = append(values, stats.Run{Strategy: level, Seed: r.Seed, Value: constant})
	}
	return s.comparison([]string{only, level}, figure, values)
}

// among compares the AP of some strategies, which may lack runs. A figure has the
// interval that it has among all of the experiment, wherever it stands; what holds
// at once is of these alone.
func (s *Stored) among(names []string, images int) (*stats.Comparison, error) {
	all := s.strategies("")
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	whole, err := s.compareThese(all, "ap", "", images)
	if err != nil || slices.Equal(names, all) {
		return whole, err
	}
	return s.cached(fmt.Sprintf("among %q %d", names, images), func() (*stats.Comparison, error) { return whole.Among(names...), nil })
}

func (s *Stored) comparison(names []string, figure string, values []stats.Run) (*stats.Comparison, error) {
	c, err := stats.Compare(names, values)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", s.Name, figure, err)
	}
	return c, nil
}
