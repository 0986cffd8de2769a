package page

import (
	"fmt"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// precisionHead begins the table of how narrowly differences are known.
var precisionHead = fmt.Sprintf("### How narrowly differences are known\n\nThe widest ± of a difference between two strategies of an experiment, by itself, at every budget at which all of them have one. "+
	"Bold: at most %g, which the study is after.\n\n| part of a detector | experiment | seeds | widest ±, after so many images |\n|---|---|---|---|\n", evidence.HalfAsked)

// writePrecision writes how narrowly the differences of each part of a detector are
// known; nothing without runs of two strategies.
func writePrecision(b *strings.Builder, list []evidence.Experiment) error {
	return writeAsked(b, list, precisionHead, precision)
}

// precision is a row of the table: of how many seeds, at the last budget, and the
// widest half of an interval at each at which all differences have one; nothing where
// none has.
func precision(s *evidence.Experiment, part string) (string, error) {
	names := ofPart(s, part)
	var at []string
	var means []stats.Estimate
	for _, images := range s.Budgets() {
		if images == 0 {
			continue // nothing is trained yet
		}
		c, err := s.Among(names, images)
		if err != nil {
			return "", err
		}
		if half, ok := widest(c); ok {
			text := number(half, 2)
			if half <= evidence.HalfAsked {
				text = "**" + text + "**"
			}
			at, means = append(at, fmt.Sprintf("%d: %s", images, text)), c.Means
		}
	}
	if len(at) == 0 {
		return "", nil
	}
	return fmt.Sprintf("| %s | %s | %s |", linked(s), seedRange(means), strings.Join(at, ", ")), nil
}

// widest returns the largest half of an interval of a comparison's differences, those
// of strategies without runs apart; false where one has no interval, or all are apart.
func widest(c *stats.Comparison) (half float64, ok bool) {
	for i := range c.Differences {
		d := &c.Differences[i]
		switch {
		case d.Seeds == 0:
			continue
		case !known(d.Estimate):
			return 0, false
		}
		half, ok = max(half, d.Half()), true
	}
	return half, ok
}
