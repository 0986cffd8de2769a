package summary

import (
	"fmt"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// why explains the leader by what was measured: what its last stage learned
// from beside the strategy that is furthest behind of all, and where the AP
// comes from.
func why(s *Summary, v *Verdict) []string {
	lead, last := -1, -1
	for i := range s.Strategies {
		t := &s.Strategies[i]
		if t.Strategy == v.Leader {
			lead = i
		}
		if t.AP.Seeds > 0 && (last < 0 || t.AP.Mean < s.Strategies[last].AP.Mean) {
			last = i
		}
	}
	if lead < 0 || last < 0 || lead == last {
		return nil
	}
	a, b := &s.Strategies[lead], &s.Strategies[last]
	list := append([]string{learnedFrom(a, b)}, whereFrom(a, b)...)
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

// learnedFrom says what the last stages of the leader and of the last learned from.
func learnedFrom(a, b *Strategy) string {
	f, g := lastStage(a), lastStage(b)
	var unmeasured []string
	if !counted(f) {
		unmeasured = append(unmeasured, a.Strategy)
	}
	if !counted(g) {
		unmeasured = append(unmeasured, b.Strategy)
	}
	if len(unmeasured) > 0 {
		return fmt.Sprintf("%s is the furthest behind %s; what %s learned from was not measured.", b.Strategy, a.Strategy, prose.List(unmeasured, "and"))
	}
	own, others := times(f.Used())+" negatives a positive", times(g.Used())
	alike := times(f.Used()) == others
	if f.NegativeGrad != trainer.Unknown && g.NegativeGrad != trainer.Unknown {
		mine, theirs := fmt.Sprintf("%.0f%%", 100*f.NegativeGrad), fmt.Sprintf("%.0f%%", 100*g.NegativeGrad)
		own += ", which made " + mine + " of its classification gradient"
		others += " and " + theirs
		alike = alike && mine == theirs
	}
	if alike {
		return fmt.Sprintf("%s learned from %s, as did %s, the furthest behind.", a.Strategy, own, b.Strategy)
	}
	return fmt.Sprintf("%s learned from %s; %s, the furthest behind, from %s.", a.Strategy, own, b.Strategy, others)
}

// lastStage returns the stage that detections come from; zero without any.
func lastStage(s *Strategy) trainer.StageFigures {
	if len(s.Stages) == 0 {
		return trainer.StageFigures{}
	}
	return s.Stages[len(s.Stages)-1]
}

// counted reports whether it was measured what a stage learned from.
func counted(f trainer.StageFigures) bool { return f.UsedPositives != 0 || f.UsedNegatives != 0 }
