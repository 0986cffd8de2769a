package claims

import (
	"cmp"
	"fmt"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
)

// Judged is a contrast at one budget.
type Judged struct {
	*Contrast
	Share    int            // of study.Shares, that the budget is of the experiment's images
	Images   int            // after which it is looked at
	Unrun    bool           // the experiment has no runs
	Seen     float64        // negatives for a positive, where the claim is not about so many; 0 otherwise
	Lacks    []string       // which of the two have no runs in an experiment that has others
	Gone     []string       // which of the two stopped before the end in every run
	Rates    [2]float64     // at which the two were trained; 0 of one without a rate
	Estimate stats.Estimate // of the difference, with its own interval of 95%
	All      stats.Range    // the interval that holds beside all others of the claim
	Outcome  Outcome
	Forecast *stats.Forecast // of the seeds that make the own interval of a difference of AP as narrow as evidence.HalfAsked; nil where it is not known
}

// Judge judges a claim by stored runs. The intervals that decide hold all at
// once with 95%: those of an experiment, figure and budget are package stats'
// simultaneous ones of what the claim asks there, at a confidence by which these
// groups share the 5%. What is beside the claim holds so for itself, and takes
// nothing from the claim. Experiments that need generated scenes are no part of a claim
// where all runs are of a folder's images. It panics where an experiment of the claim is not in the list,
// with or without runs.
func (c *Claim) Judge(list []evidence.Experiment) (Verdict, error) {
	v := Verdict{Claim: c}
	groups := map[string]*group{}
	count := map[bool]int{} // of groups, those beside the claim by themselves
	for i := range c.Contrasts {
		x := &c.Contrasts[i]
		s := evidence.Find(list, x.Experiment)
		if evidence.LeftOut(list, s) {
			if !slices.Contains(v.LeftOut, s.Name) {
				v.LeftOut = append(v.LeftOut, s.Name)
			}
			continue
		}
		at := [len(study.Shares)]int{}
		if s.HasRuns() && !x.Untrained {
			at = s.Looks()
		}
		m := x.By()
		for share, images := range at {
			if end := share == len(study.Shares)-1; !end && (images == 0 || m.Whole || m.Ends) {
				continue
			}
			j := Judged{Contrast: x, Share: share, Images: images, Unrun: !s.HasRuns(), Seen: x.elsewhere(s), Lacks: x.lacks(s), Gone: s.Gone(x.A, x.B), Rates: [2]float64{s.LearningRate(x.A), s.LearningRate(x.B)}, Outcome: Unclear}
			v.Judged = append(v.Judged, j)
			if j.Ran() {
				g := groups[j.group()]
				if g == nil {
					g = &group{}
					groups[j.group()] = g
					count[j.Aside()]++
				}
				g.pairs = append(g.pairs, [2]string{x.A, x.other()})
			}
		}
	}
	for i := range v.Judged {
		j := &v.Judged[i]
		if !j.Ran() {
			continue
		}
		g := groups[j.group()]
		if g.Comparison == nil {
			c, err := j.compare(evidence.Find(list, j.Experiment))
			if err != nil {
				return v, err
			}
			g.hold(c, 1-(1-stats.Confidence)/float64(count[j.Aside()]))
		}
		j.judge(g)
	}
	v.Word = v.decide()
	return v, nil
}

// Ran reports whether what a contrast is of has runs, which may have stopped.
func (j *Judged) Ran() bool { return !j.Unrun && len(j.Lacks) == 0 }

// lacks names those of the two that have no runs in an experiment that has others.
func (c *Contrast) lacks(s *evidence.Experiment) (names []string) {
	if !s.HasRuns() || c.By() == PaperOrder { // which is of all settings of a sweep
		return nil
	}
	for _, strategy := range []string{c.A, c.B} {
		if strategy != "" && !slices.Contains(s.Strategies(c.Trained), strategy) {
			names = append(names, strategy)
		}
	}
	return names
}

// elsewhere returns how many negatives for a positive A has where the claim is not about
// so many: less than a third of them, or more than three times as many. It is 0 otherwise.
func (c *Contrast) elsewhere(s *evidence.Experiment) float64 {
	if c.Negatives == 0 {
		return 0
	}
	if seen := s.Imbalance([]string{c.A}); seen > 0 && (seen < c.Negatives/3 || seen > 3*c.Negatives) {
		return seen
	}
	return 0
}

// Aside reports whether the claim is not judged by it.
func (j *Judged) Aside() bool { return j.Beside || j.Seen > 0 }

// group names what is compared at once.
func (j *Judged) group() string {
	only := ""
	if j.B == "" {
		only = j.A
	}
	return fmt.Sprintf("%q %q %q %d %q %g %t", j.Experiment, j.By().Name, j.Trained, j.Images, only, j.Constant, j.Aside())
}

// other names what A is compared with.
func (c *Contrast) other() string { return cmp.Or(c.B, evidence.Constant) }

// group is what a claim asks of an experiment at once: pairs of strategies, with
// the interval of each difference that holds beside all others of the claim.
type group struct {
	*stats.Comparison
	pairs [][2]string
	all   map[[2]string]stats.Range
}

// hold finds the intervals of the group's pairs that have runs.
func (g *group) hold(c *stats.Comparison, confidence float64) {
	g.Comparison, g.all = c, map[[2]string]stats.Range{}
	names := c.Strategies()
	var known [][2]string
	var places [][2]int
	for _, p := range g.pairs {
		if a, b := slices.Index(names, p[0]), slices.Index(names, p[1]); a >= 0 && b >= 0 {
			known, places = append(known, p), append(places, [2]int{a, b})
		}
	}
	for i, r := range c.SimultaneousOf(places, confidence) {
		g.all[known[i]] = r
	}
}

// compare compares what the contrast is one of.
func (j *Judged) compare(s *evidence.Experiment) (*stats.Comparison, error) {
	if j.B == "" {
		return s.Against(j.Constant, j.A, j.By(), j.Trained, j.Images)
	}
	return s.Compare(j.By(), j.Trained, j.Images)
}

// judge estimates the difference and judges it.
func (j *Judged) judge(g *group) {
	b := j.other()
	names := g.Strategies()
	x, y := slices.Index(names, j.A), slices.Index(names, b)
	j.Estimate = g.Between(x, y).Estimate
	if j.Estimate.Seeds < stats.MinSeeds || j.Estimate.ImagesOnly {
		return
	}
	m := j.By()
	j.All = m.Within(g.all[[2]string{j.A, b}])
	j.Outcome = j.Expect.Judge(j.All, m.Least)
	if m == evidence.AP && j.B != "" {
		j.Forecast = g.SeedsFor(evidence.HalfAsked, []string{j.A, b})
	}
}
