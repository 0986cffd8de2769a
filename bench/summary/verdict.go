package summary

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/dataset"
	"detsample/bench/stats"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// Verdict is the answer of a comparison to "which strategy should I train
// with?": use one; several that are not told apart; or no conclusion, and what
// to change. Where nothing was learned it names no leader and no set.
type Verdict struct {
	stats.Decision
	Headline string   `json:"headline"`           // the answer in a sentence
	Outlook  string   `json:"outlook,omitempty"`  // what telling them apart would take, in another
	Images   int      `json:"images"`             // the budget that it is for: images seen by a run
	Floor    float64  `json:"floor"`              // AP that a hardly trained network reaches
	Unranked string   `json:"unranked,omitempty"` // why strategies are not ranked; empty where they are
	More     *More    `json:"more,omitempty"`     // what telling them apart would take
	Change   []string `json:"change,omitempty"`   // what to do next
	Why      []string `json:"why,omitempty"`      // in what the comparison itself measured
}

// More is how much training it will take until one strategy alone may be the
// best, should its lead be what it now seems.
type More struct {
	stats.Forecast
	Minutes float64 `json:"minutes"` // of one core, beyond what has been trained; of Seeds

	// Rest is what telling the others from the leader would take without the
	// next, where the next would take more than anybody trains.
	Rest *stats.Forecast `json:"rest,omitempty"`
}

// manySeeds is more than one trains to tell two strategies apart: a lead that
// takes so many is too small to matter, if it is what it seems.
const manySeeds = 100

// Learned reports whether strategies may be ranked: the best is above what a
// hardly trained network reaches.
func (v *Verdict) Learned() bool {
	return v.Reason != stats.NothingLearned && v.Reason != stats.NoFigures
}

// nothingLearned is why strategies are not ranked whose AP is that of a hardly
// trained network.
const nothingLearned = "nothing was learned"

// judge puts the decision on the evidence into words.
func judge(of setting, e stats.Evidence, s *Summary, runs []*trainer.Run) Verdict {
	v := Verdict{Decision: stats.Decide(e), Floor: e.Floor}
	for _, r := range runs {
		v.Images = max(v.Images, r.Images)
	}
	var best stats.Estimate
	for i := range s.Strategies {
		if e := s.Strategies[i].AP; e.Mean > best.Mean {
			best = e
		}
	}
	if !v.Learned() {
		v.Leader, v.Lead, v.MayBe, v.Unranked = "", nil, []string{}, nothingLearned
		if best.Mean > v.Floor {
			v.Unranked = "it is not shown that anything was learned"
		}
	}
	if v.Outcome == stats.NotToldApart {
		v.More = more(e.Final, v.Decision, runs)
	}
	v.Headline = v.say(of, s, best)
	v.Outlook = strings.TrimSpace(v.outlook(s) + " " + v.steep(s, halfway(runs)))
	if v.Outcome == stats.NotToldApart && Identical(runs, v.MayBe...) {
		v.Headline = fmt.Sprintf("%s: not told apart at %s a run: their results are identical on every seed (%d).",
			alternatives(v.MayBe), prose.Count(v.Images, "image", "images"), len(s.Seeds))
	}
	v.Change = v.change(of, s, runs)
	if v.Learned() {
		v.Why = why(s, &v)
	}
	return v
}

// more forecasts what telling apart would take.
func more(c *stats.Comparison, d stats.Decision, runs []*trainer.Run) *More {
	f := c.SeedsToTell(d.Confidence)
	if f == nil {
		return nil
	}
	m := &More{Forecast: *f}
	for _, name := range d.MayBe {
		mine := runsOf(runs, name)
		seconds := 0.0
		for _, r := range mine {
			seconds += (r.Time.TrainS + r.Time.EvaluateS) / float64(len(mine))
		}
		m.Minutes += seconds / 60 * math.Max(0, float64(f.Seeds-len(mine)))
	}
	if f.Seeds > manySeeds && len(d.MayBe) > 2 && d.MayBe[1] == d.Lead.B {
		if rest := c.SeedsToTell(d.Confidence, d.Lead.B); rest != nil && rest.Seeds > 0 && rest.Seeds <= manySeeds {
			m.Rest = rest
		}
	}
	return m
}

// say writes the headline.
func (v *Verdict) say(of setting, s *Summary, best stats.Estimate) string {
	budget := fmt.Sprintf("at %s a run", prose.Count(v.Images, "image", "images"))
	seeds := s.SeedsEach()
	switch v.Outcome {
	case stats.Use:
		return fmt.Sprintf("Use %s: %s AP above %s, the next (95%% interval %s to %s), %s; the best of %d with %s confidence, %s.",
			v.Leader, ahead(v.Lead.Mean), v.Lead.B, ahead(v.Lead.Low), ahead(v.Lead.High), budget, len(s.Strategies), v.Sure(), seeds)
	case stats.NotToldApart:
		return fmt.Sprintf("%s: not told apart with %s confidence %s, %s%s.", alternatives(v.MayBe), v.Sure(), budget, seeds, s.lacking(v.MayBe))
	}
	return "No conclusion: " + v.because(of, s, best, budget) + "."
}

// lacking says of which strategies runs are no part of a figure: their means are of
// other seeds than those of the rest.
func (s *Summary) lacking(names []string) (text string) {
	for i := range s.Strategies {
		t := &s.Strategies[i]
		n := 0
		for _, x := range s.Excluded {
			if x.Strategy == t.Strategy {
				n++
			}
		}
		if n > 0 && slices.Contains(names, t.Strategy) {
			text += fmt.Sprintf("; of %s without %d of %s, which stopped or have no AP", t.Strategy, n, prose.Count(t.Runs, "run", "runs"))
		}
	}
	return text
}

// outlook says what telling strategies apart would take, should the lead be what
// it seems.
func (v *Verdict) outlook(s *Summary) string {
	switch m := v.More; {
	case m == nil:
	case m.Seeds > manySeeds && v.Lead.Seeds > 0:
		text := fmt.Sprintf("%s is %s AP ahead of %s, which about %s%s would tell: if that is all, either will do.",
			v.Leader, ahead(v.Lead.Mean), v.Lead.B, prose.Count(m.Seeds, "seed", "seeds"), between(m.Low, m.High))
		if m.Rest != nil {
			text += fmt.Sprintf(" About %s%s would tell it from %s.", prose.Count(m.Rest.Seeds, "seed", "seeds"), between(m.Rest.Low, m.Rest.High), others(v.MayBe[2:]))
		}
		return text
	case m.Seeds > 0:
		return fmt.Sprintf("About %s%s would tell: about %s of one core more.", prose.Count(m.Seeds, "seed", "seeds"), between(m.Low, m.High), duration(m.Minutes))
	case m.ImagesHalf > 0:
		return fmt.Sprintf("More seeds alone will not tell: the choice of %s leaves ± %s AP.", prose.Count(s.Data.TestImages, "test image", "test images"), ap(m.ImagesHalf))
	}
	return ""
}

// because says why there is no conclusion.
func (v *Verdict) because(of setting, s *Summary, best stats.Estimate, budget string) string {
	switch v.Reason {
	case stats.NoFigures:
		return "no run has an AP"
	case stats.NothingLearned:
		reached, floor := ap(best.Mean), ap(v.Floor)
		if reached == floor {
			reached, floor = fmt.Sprintf("%.2f", 100*best.Mean), fmt.Sprintf("%.2f", 100*v.Floor)
		}
		text := fmt.Sprintf("nothing was learned %s; the best AP, %s, is not above the %s of a hardly trained network", budget, reached, floor)
		if v.Unranked != nothingLearned {
			text = fmt.Sprintf("it is not shown %s that anything was learned; the best AP, %s ± %s, may be no more than the %s of a hardly trained network", budget, ap(best.Mean), ap(best.Half()), ap(v.Floor))
		}
		if side := s.Data.MedianSide; side > 0 && side < dataset.TinySide {
			text += fmt.Sprintf("; half of the objects are smaller than %.0f pixels%s", side, of.sized())
		}
		return text
	case stats.OneStrategy:
		return fmt.Sprintf("%s reaches %s AP %s, with nothing to compare with", v.Leader, ap(best.Mean), budget)
	case stats.OneSeed:
		return fmt.Sprintf("one seed says nothing of how far another would move each AP (%s), and that is more than most strategies differ", budget)
	case stats.FewImages:
		return fmt.Sprintf("%s leads %s, by %s with objects: how far others would move each AP is not known from fewer than %d", v.Leader, budget, prose.Count(v.TestImages, "test image", "test images"), stats.MinImages)
	case stats.FewSeeds:
		return fmt.Sprintf("%s leads %s, over fewer than %d seeds", v.Leader, budget, stats.MinSeeds)
	case stats.LeaderFailed:
		return fmt.Sprintf("%s leads %s, but for runs of its own that failed", v.Leader, budget)
	case stats.Turned:
		return fmt.Sprintf("the order still turns with the budget: %s leads %s, %s did at half of that", v.Leader, budget, prose.List(v.Others, "or"))
	case stats.Turning:
		return fmt.Sprintf("the order still turns with the budget: %s leads %s, and at the pace of the second half %s will at twice that", v.Leader, budget, prose.List(v.Others, "or"))
	}
	return string(v.Reason)
}

// why explains the leader by what was measured: what its last stage learned
// from beside the strategy that is furthest behind, and where the AP comes
// from.
func why(s *Summary, v *Verdict) []string {
	lead, last := -1, -1
	for i := range s.Strategies {
		t := &s.Strategies[i]
		if t.Strategy == v.Leader {
			lead = i
		}
		if t.AP.Seeds > 0 && len(t.Stages) > 0 && (last < 0 || t.AP.Mean < s.Strategies[last].AP.Mean) {
			last = i
		}
	}
	if lead < 0 || last < 0 || lead == last || len(s.Strategies[lead].Stages) == 0 {
		return nil
	}
	a, b := &s.Strategies[lead], &s.Strategies[last]
	f, g := a.Stages[len(a.Stages)-1], b.Stages[len(b.Stages)-1]
	list := []string{learnedFrom(a.Strategy, f, b.Strategy, g)}
	list = append(list, whereFrom(a, b)...)
	if text := proposed(s, v.Leader); text != "" {
		list = append(list, text)
	}
	for _, stage := range a.Stages {
		if w := stage.Scarcity.Warnings(); len(w) > 0 {
			list = append(list, strings.TrimSuffix("Training "+a.Strategy+" lacked: "+w[0].Within(stage.Stage).String(), ".")+".")
			break
		}
	}
	return list
}

// whereFrom says on which objects a strategy has more AP than another, and how
// many it finds at all.
func whereFrom(a, b *Strategy) (list []string) {
	var sizes []string
	for _, size := range []struct {
		name string
		a, b stats.Estimate
	}{{"small", a.APS, b.APS}, {"medium", a.APM, b.APM}, {"large", a.APL, b.APL}} {
		if size.a.Mean >= 0 && size.b.Mean >= 0 {
			sizes = append(sizes, fmt.Sprintf("%s %s against %s", size.name, ap(size.a.Mean), ap(size.b.Mean)))
		}
	}
	if len(sizes) > 0 {
		list = append(list, "AP by size of object: "+strings.Join(sizes, ", ")+".")
	}
	if a.AR100.Mean >= 0 && b.AR100.Mean >= 0 {
		list = append(list, fmt.Sprintf("Recall of 100 detections an image (AR100): %s against %s.", ap(a.AR100.Mean), ap(b.AR100.Mean)))
	}
	return list
}

// learnedFrom says what the leader and the last learned from.
func learnedFrom(a string, f trainer.StageFigures, b string, g trainer.StageFigures) string {
	if f.NegativeGrad == trainer.Unknown || g.NegativeGrad == trainer.Unknown {
		return fmt.Sprintf("%s learned from %s negatives a positive; %s, the furthest behind, from %s.", a, times(f.Used()), b, times(g.Used()))
	}
	return fmt.Sprintf("%s learned from %s negatives a positive, which made %.0f%% of its classification gradient; %s, the furthest behind, from %s and %.0f%%.",
		a, times(f.Used()), 100*f.NegativeGrad, b, times(g.Used()), 100*g.NegativeGrad)
}
