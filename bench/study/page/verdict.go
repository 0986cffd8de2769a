package page

import "iter"

// verdict is what all contrasts of a claim come to.
type verdict struct {
	*claim
	Judged []judged
	Word   string // supported or refuted, or either in part, depends, not decided
}

// contrasts gives what was judged by contrast, its budgets ascending.
func (v *verdict) contrasts() iter.Seq[[]judged] {
	return func(yield func([]judged) bool) {
		for first := 0; first < len(v.Judged); {
			end := first + 1
			for end < len(v.Judged) && v.Judged[end].contrast == v.Judged[first].contrast {
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
func (v *verdict) decide() string {
	holding, failing, open := false, false, false
	for i := range v.Judged {
		j := &v.Judged[i]
		switch {
		case !j.ran():
			open = true
		case j.Beside:
		case j.Outcome == holds:
			holding = true
		case j.Outcome == unclear:
			open = true
		default:
			failing = true
		}
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
