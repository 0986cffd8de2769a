package replay

import (
	"math"

	"detsample/bench/dump"
)

// spread is how candidates lie in the deciles of difficulty: those that are
// equally hard stay together, so that there may be no hardest tenth.
type spread struct {
	last             int    // of the deciles that have candidates
	hardest, easiest string // which part of the candidates is in that decile, and in the first five; "" for none or all
}

func (l *Labels) spread() spread {
	s := spread{last: dump.Deciles - 1, hardest: "tenth", easiest: "half"}
	all, easy := 0.0, 0.0
	for k := range l.Counts {
		n := l.Counts[k].Total()
		all += n
		if k < dump.Deciles/2 {
			easy += n
		}
		if n > 0 {
			s.last = k
		}
	}
	if all == 0 {
		return s
	}
	part := func(share, even float64, word string) string {
		switch {
		case share == 0 || share == 1:
			return ""
		case math.Abs(share-even) <= even/10:
			return word
		}
		return percent(share)
	}
	s.hardest = part(l.Counts[s.last].Total()/all, 1.0/dump.Deciles, s.hardest)
	s.easiest = part(easy/all, 0.5, s.easiest)
	return s
}

// hardestOf names the part of the candidates that is the hardest under the labels
// of all weightings.
func hardestOf(all []weighting, spreads []spread) string {
	part := spreads[all[0].labels].hardest
	for _, w := range all {
		if spreads[w.labels].hardest != part {
			return "the candidates that are the hardest by its own labels"
		}
	}
	return "the hardest " + part + " of the candidates"
}
