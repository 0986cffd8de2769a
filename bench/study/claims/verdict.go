package claims

import "iter"

// Verdict is what all contrasts of a claim come to.
type Verdict struct {
	*Claim
	Judged  []Judged // by contrast, each at its budgets
	LeftOut []string // experiments that are not asked for, by evidence.LeftOut
	Word    string   // supported or refuted, or either in part, depends, not decided, not run
}

// ByContrast gives what was judged contrast by contrast, each at all of its budgets,
// ascending.
func (v *Verdict) ByContrast() iter.Seq[[]Judged] {
	return func(yield func([]Judged) bool) {
		for first := 0; first < len(v.Judged); {
			end := first + 1
			for end < len(v.Judged) && v.Judged[end].Contrast == v.Judged[first].Contrast {
				end++
			}
			if !yield(v.Judged[first:end]) {
				return
			}
			first = end
		}
	}
}

// decide returns the word of a verdict by what came of the contrasts of the claim, at
// any of their budgets.
func (v *Verdict) decide() string {
	holding, failing, open, unrun := false, false, false, true
	for i := range v.Judged {
		j := &v.Judged[i]
		unrun = unrun && (j.Beside || j.Unrun)
		switch {
		case j.Aside():
		case !j.Ran():
			open = true
		case j.Outcome == Holds:
			holding = true
		case j.Outcome == Unclear:
			open = true
		default:
			failing = true
		}
	}
	if unrun {
		return "not run"
	}
	return word(holding, failing, open)
}

// word is the verdict of contrasts some of which hold, fail and are open.
func word(holding, failing, open bool) string {
	var text string
	switch {
	case holding && failing:
		return "depends"
	case holding:
		text = "supported"
	case failing:
		text = "refuted"
	default:
		return "not decided"
	}
	if open {
		text += " in part"
	}
	return text
}
