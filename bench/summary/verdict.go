package summary

import (
	"fmt"
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

// Learned reports whether strategies may be ranked: the best is above what a
// hardly trained network reaches.
func (v *Verdict) Learned() bool {
	return v.Reason != stats.NothingLearned && v.Reason != stats.NoFigures
}

// nothingLearned is why strategies are not ranked whose AP is that of a hardly
// trained network.
const nothingLearned = "nothing was learned"

// noAP is why there are none to rank.
const noAP = "no run has an AP"

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
	if v.Lead != nil {
		possible(&v.Lead.Estimate)
	}
	if !v.Learned() {
		v.Leader, v.Lead, v.MayBe, v.Unranked = "", nil, []string{}, nothingLearned
		switch {
		case v.Reason == stats.NoFigures:
			v.Unranked = noAP
		case best.Mean > v.Floor:
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

// because says why there is no conclusion.
func (v *Verdict) because(of setting, s *Summary, best stats.Estimate, budget string) string {
	switch v.Reason {
	case stats.NoFigures:
		return noAP
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
