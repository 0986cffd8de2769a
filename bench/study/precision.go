package study

import (
	"fmt"
	"strings"

	"detsample/bench/stats"
)

// precisionHead begins the table of how narrowly differences are known.
const precisionHead = "How narrowly that is known: the widest ± of a difference between two strategies of an experiment, by itself, at every budget that was looked at. " +
	"Bold: at most 0.75, which the study is after.\n\n| part of a detector | experiment | seeds | widest ±, after so many images |\n|---|---|---|---|\n"

// writePrecision writes how narrowly the differences of each part of a detector are
// known; nothing without runs of two strategies.
func writePrecision(b *strings.Builder, list []Stored) error {
	headed := false
	for _, a := range asked {
		for _, name := range a.experiments {
			s := find(list, name)
			row, err := s.precision(s.comparable(a.where))
			if err != nil {
				return err
			}
			if row == "" {
				continue
			}
			if !headed {
				b.WriteString(precisionHead)
				headed = true
			}
			fmt.Fprintf(b, "| %s | `%s` | %s |\n", a.where, s.Name, row)
		}
	}
	if headed {
		b.WriteString("\n")
	}
	return nil
}

// precision is a row of the table: of how many seeds, and the widest half of an
// interval at each budget; nothing where no budget has one.
func (s *Stored) precision(names []string) (string, error) {
	var at []string
	var means []stats.Estimate
	for _, images := range s.budgets() {
		if images == 0 {
			continue // nothing is trained yet
		}
		c, err := s.among(names, images)
		if err != nil {
			return "", err
		}
		if half, ok := widest(c); ok {
			text := number(half, 2)
			if half <= halfAsked {
				text = "**" + text + "**"
			}
			at, means = append(at, fmt.Sprintf("%d: %s", images, text)), c.Means
		}
	}
	if len(at) == 0 {
		return "", nil
	}
	return fmt.Sprintf("%s | %s", seedRange(means), strings.Join(at, ", ")), nil
}

// widest returns the largest half of an interval of a comparison's differences; false
// where one of them has none.
func widest(c *stats.Comparison) (half float64, ok bool) {
	for i := range c.Differences {
		if d := &c.Differences[i]; !known(d.Estimate) {
			return 0, false
		} else if d.Half() > half {
			half = d.Half()
		}
	}
	return half, len(c.Differences) > 0
}
