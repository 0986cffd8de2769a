package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// Claim is what the literature says, and what it predicts of the experiments.
type Claim struct {
	Number    int
	Statement string
	Contrasts []Contrast
}

// Contrast is one prediction: of the difference of a figure between two
// strategies, or of one to a constant.
type Contrast struct {
	Experiment string
	A, B       string // B empty: A is compared with Constant
	Constant   float64
	Figure     string // see Stored.values; "" is ap
	Trained    string // whose states, in an experiment that keeps them
	Untrained  bool   // before the first step, and at no other moment
	Expect     Expect
	Published  string // the figure, and where it is from
	Says       string // what is predicted, in words
}

// Expect is what a claim predicts of a difference.
type Expect int

// The predictions, and what the interval of the difference makes of them.
const (
	Above   Expect = iota // above 0: it holds; below 1 point: it fails
	Below                 // the same of the difference the other way round
	Little                // within 1 point of 0: it holds; without: it fails
	Differs               // without 0: it holds; within 1 point of it: it fails
)

// Outcome is what an interval makes of a prediction.
type Outcome string

// The outcomes.
const (
	Holds   Outcome = "holds"
	Fails   Outcome = "fails"
	Unclear Outcome = "not decided"
)

// judge returns what an interval makes of a prediction; least is the difference
// from which an effect is worth speaking of.
func (e Expect) judge(r stats.Range, least float64) Outcome {
	inside := r.Low > -least && r.High < least
	switch e {
	case Above:
		if r.Low > 0 {
			return Holds
		} else if r.High < least {
			return Fails
		}
	case Below:
		return Above.judge(stats.Range{Low: -r.High, High: -r.Low}, least)
	case Little:
		if inside {
			return Holds
		} else if r.Low > least || r.High < -least {
			return Fails
		}
	case Differs:
		if r.Low > 0 || r.High < 0 {
			return Holds
		} else if inside {
			return Fails
		}
	}
	return Unclear
}

// least is the smallest difference worth speaking of, in points; of figures that
// are no points a difference of any size is.
func (c *Contrast) least() float64 {
	switch what, _, _ := strings.Cut(c.Figure, " "); what {
	case "rank", "kl", "outlier":
		return 0
	}
	return 1
}

// Judged is a contrast at one budget.
type Judged struct {
	*Contrast
	Images   int
	Missing  bool           // there are no runs of it
	Estimate stats.Estimate // of the difference, with its own interval of 95%
	All      stats.Range    // the interval that holds beside all others of the claim
	Outcome  Outcome
	Seeds    int // that would make the own interval of a difference of AP as narrow as 0.75; 0 where that is not known
}

// Verdict is what all contrasts of a claim come to.
type Verdict struct {
	*Claim
	Judged []Judged
	Word   string // supported, refuted, depends, not decided
	Why    []Reason
}

// Reason is what some contrasts of a claim came to.
type Reason struct {
	Word string // holds, fails, open, no stored runs of
	Of   []string
}

// Judge judges a claim by stored runs. The intervals that decide hold all at
// once with 95%: those of an experiment, figure and budget are package stats'
// simultaneous ones, at a confidence by which these groups share the 5%.
func (c *Claim) Judge(list []Stored) (Verdict, error) {
	v := Verdict{Claim: c}
	groups := map[string]bool{}
	for i := range c.Contrasts {
		x := &c.Contrasts[i]
		s := find(list, x.Experiment)
		at := []int{0}
		if s.Kept() && !x.Untrained {
			at = s.moments()
		}
		if x.Figure == "negative_loss" {
			at = at[len(at)-1:]
		}
		for _, images := range at {
			v.Judged = append(v.Judged, Judged{Contrast: x, Images: images, Missing: !s.Kept(), Outcome: Unclear})
			if s.Kept() {
				groups[x.group(images)] = true
			}
		}
	}
	confidence := 1 - (1-stats.Confidence)/float64(max(1, len(groups)))
	for i := range v.Judged {
		if err := v.Judged[i].measure(find(list, v.Judged[i].Experiment), confidence); err != nil {
			return v, err
		}
	}
	v.decide()
	return v, nil
}

// group names what is compared at once.
func (c *Contrast) group(images int) string {
	only := ""
	if c.B == "" {
		only = c.A
	}
	return fmt.Sprint(c.Experiment, c.Figure, c.Trained, images, only)
}

func find(list []Stored, experiment string) *Stored {
	i := slices.IndexFunc(list, func(s Stored) bool { return s.Name == experiment })
	if i < 0 {
		panic("study: a claim is of the experiment " + experiment + ", which no study has")
	}
	return &list[i]
}

// measure estimates the difference and judges it.
func (j *Judged) measure(s *Stored, confidence float64) error {
	if j.Missing {
		return nil
	}
	figure := j.Figure
	if figure == "" {
		figure = "ap"
	}
	b := j.B
	var c *stats.Comparison
	var err error
	if b == "" {
		b = level
		c, err = s.against(j.Constant, j.A, figure, j.Trained, j.Images)
	} else {
		c, err = s.compare(figure, j.Trained, j.Images)
	}
	if err != nil {
		return err
	}
	names := c.Strategies()
	x, y := slices.Index(names, j.A), slices.Index(names, b)
	if x < 0 || y < 0 {
		j.Missing = true
		return nil
	}
	d := c.Between(x, y)
	j.Estimate = d.Estimate
	if d.Seeds < stats.MinSeeds || d.ImagesOnly {
		return nil
	}
	for k, all := range c.Simultaneous(confidence) {
		switch of := c.Differences[k]; {
		case of.A == j.A && of.B == b:
			j.All = all
		case of.A == b && of.B == j.A:
			j.All = stats.Range{Low: -all.High, High: -all.Low}
		}
	}
	j.Outcome = j.Expect.judge(j.All, j.least())
	if f := c.SeedsFor(halfAsked, []string{j.A, b}); f != nil && figure == "ap" {
		j.Seeds = f.Seeds
	}
	return nil
}

// halfAsked is the half-width, in points of AP, that the study is after.
const halfAsked = 0.75

// decide makes a verdict of the outcomes.
func (v *Verdict) decide() {
	var holds, fails, open, missing []string
	for budgets := range v.contrasts() {
		if first := &budgets[0]; first.Missing {
			if !slices.Contains(missing, first.Experiment) {
				missing = append(missing, first.Experiment)
			}
			continue
		}
		says := budgets[0].Says
		of := func(o Outcome) (list []*Judged) {
			for i := range budgets {
				if budgets[i].Outcome == o {
					list = append(list, &budgets[i])
				}
			}
			return list
		}
		if at := of(Holds); len(at) > 0 {
			holds = append(holds, says+" ("+when(at)+")")
		}
		if at := of(Fails); len(at) > 0 {
			fails = append(fails, says+" ("+when(at)+")")
		}
		if at := of(Unclear); len(at) > 0 { // the largest budget speaks for the others
			last := at[len(at)-1]
			open = append(open, fmt.Sprintf("%s (%s): %s", says, last.budget(), last.lack()))
		}
	}
	for _, r := range []Reason{{"holds", holds}, {"fails", fails}, {"open", open}, {"no stored runs of", missing}} {
		if len(r.Of) > 0 {
			v.Why = append(v.Why, r)
		}
	}
	switch {
	case len(holds) > 0 && len(fails) > 0:
		v.Word = "depends"
	case len(open)+len(missing) > 0 || len(holds)+len(fails) == 0:
		v.Word = "not decided"
	case len(holds) > 0:
		v.Word = "supported"
	default:
		v.Word = "refuted"
	}
}

// when lists the budgets of a contrast.
func when(list []*Judged) string {
	if first := list[0]; len(list) == 1 || first.Untrained || first.Figure == "negative_loss" {
		return first.budget()
	}
	words := make([]string, len(list))
	for i, j := range list {
		words[i] = fmt.Sprint(j.Images)
	}
	return listed(words, "and") + " images"
}

// lack says what a contrast that is open lacks.
func (j *Judged) lack() string {
	if j.Estimate.Seeds < stats.MinSeeds {
		return fmt.Sprintf("%d paired seeds, %d are the least", j.Estimate.Seeds, stats.MinSeeds)
	}
	has := fmt.Sprintf("± %s with %d seeds", number(j.Estimate.Half(), 2), j.Estimate.Seeds)
	switch {
	case j.Seeds == 0:
		return has
	case j.Seeds <= j.Estimate.Seeds:
		return has + fmt.Sprintf(", as narrow as ± %.2f asks, and %s allows both answers", halfAsked, span(j.All, j.decimals()))
	}
	return has + fmt.Sprintf(", ± %.2f would take %d", halfAsked, j.Seeds)
}

// budget says when the contrast is looked at.
func (j *Judged) budget() string {
	switch {
	case j.Untrained:
		return "untrained"
	case j.Figure == "negative_loss":
		return "over the whole training"
	}
	return fmt.Sprintf("%d images", j.Images)
}

// number writes a figure with some decimals, and none as a dash.
func number(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	return fmt.Sprintf("%.*f", decimals, x)
}
