package study

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/internal/prose"
)

// rates returns the learning rates that strategies' runs have, 0 of one without runs.
func (s *Stored) rates(strategies []string) []float64 {
	list := make([]float64, len(strategies))
	for i := range s.Runs {
		if k := slices.Index(strategies, s.Runs[i].Strategy); k >= 0 {
			list[k] = s.Runs[i].LR
		}
	}
	return list
}

// rate returns the learning rate of a strategy's runs.
func (s *Stored) rate(strategy string) string {
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && r.LR > 0 {
			return inDigits(r.LR)
		}
	}
	return "–"
}

// unlike says at which rates two strategies were trained; "" where they are the same,
// or one has none.
func (s *Stored) unlike(a, b string) string {
	x, y := s.rate(a), s.rate(b)
	if x == y || x == "–" || y == "–" {
		return ""
	}
	return fmt.Sprintf("at rates of %s and %s", x, y)
}

// unequal reports whether some of the strategies were trained at another rate than
// others.
func (s *Stored) unequal(names []string) bool {
	for i, name := range names {
		if slices.ContainsFunc(names[:i], func(other string) bool { return s.unlike(name, other) != "" }) {
			return true
		}
	}
	return false
}

func inDigits(rate float64) string { return strconv.FormatFloat(rate, 'g', 4, 64) }

// ratesText writes rates, one that all have in common once.
func ratesText(rates []float64) string {
	texts := make([]string, len(rates))
	for k, r := range rates {
		texts[k] = "–"
		if r > 0 {
			texts[k] = inDigits(r)
		}
	}
	if same := slices.Compact(slices.Clone(texts)); len(same) == 1 {
		return same[0]
	}
	return strings.Join(texts, ", ")
}

// ratesDiffer says of the rows of an axis whose rates differ between them, where
// those of some were searched for and of others are the preset's; "" where they
// are all of one kind, or the same.
func (a *axis) ratesDiffer(rows []*Stored) string {
	var searched, preset []string
	var differ, alike []string
	for _, s := range rows {
		if name := "`" + s.Name + "`"; s.Tune {
			searched = append(searched, name)
		} else {
			preset = append(preset, name)
		}
	}
	if len(searched) == 0 || len(preset) == 0 {
		return ""
	}
	for k, name := range a.rivals {
		var has []float64
		for _, s := range rows {
			if r := s.rates(a.rivals)[k]; r > 0 && !slices.Contains(has, r) {
				has = append(has, r)
			}
		}
		if len(has) > 1 {
			slices.Sort(has)
			texts := make([]string, len(has))
			for i, r := range has {
				texts[i] = inDigits(r)
			}
			differ = append(differ, name+" ("+prose.List(texts, "or")+")")
		} else {
			alike = append(alike, name)
		}
	}
	text := fmt.Sprintf("The learning rates of %s were searched for; those of %s are the preset's, which were found for shorter trainings. ",
		prose.List(searched, "and"), prose.List(preset, "and"))
	switch {
	case len(differ) == 0:
		return ""
	case len(alike) == 0:
		return text + "They differ for all: between rows of the two kinds nothing can be told from what the axis is about."
	}
	return text + fmt.Sprintf("They differ for %s: what these gain or lose between rows of the two kinds, and who leads of them and the others, may be the rates'. "+
		"%s can be laid beside each other in all rows.", prose.List(differ, "and"), upper(prose.List(alike, "and")))
}
