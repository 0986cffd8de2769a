package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// rateOf writes the learning rate of a strategy's runs, a dash for none.
func rateOf(s *evidence.Experiment, strategy string) string {
	return rateText(s.LearningRate(strategy))
}

func rateText(rate float64) string {
	if rate > 0 {
		return inDigits(rate)
	}
	return "–"
}

// unlike says at which rates two strategies were trained; "" where these read the same,
// or one has none.
func unlike(s *evidence.Experiment, a, b string) string {
	return unlikeRates([2]float64{s.LearningRate(a), s.LearningRate(b)})
}

// unlikeRates says the same of their rates, 0 of one that has none.
func unlikeRates(rates [2]float64) string {
	x, y := inDigits(rates[0]), inDigits(rates[1])
	if x == y || rates[0] == 0 || rates[1] == 0 {
		return ""
	}
	return fmt.Sprintf("at rates of %s and %s", x, y)
}

// unequal reports whether some of the strategies were trained at another rate than
// others.
func unequal(s *evidence.Experiment, names []string) bool {
	for i, name := range names {
		if slices.ContainsFunc(names[:i], func(other string) bool { return unlike(s, name, other) != "" }) {
			return true
		}
	}
	return false
}

func inDigits(rate float64) string { return strconv.FormatFloat(rate, 'g', 4, 64) }

// ratesOf returns the learning rates of strategies, 0 of one without runs.
func ratesOf(s *evidence.Experiment, strategies []string) []float64 {
	list := make([]float64, len(strategies))
	for k, name := range strategies {
		list[k] = s.LearningRate(name)
	}
	return list
}

// ratesText writes rates, one that all have in common once.
func ratesText(rates []float64) string {
	texts := make([]string, len(rates))
	for k, r := range rates {
		texts[k] = rateText(r)
	}
	if same := slices.Compact(slices.Clone(texts)); len(same) == 1 {
		return same[0]
	}
	return strings.Join(texts, ", ")
}

// ratesFrom says where the learning rates of an axis's rows come from, and of whom
// they differ between rows; "" where all were searched for, or all are the preset's, or
// some are the one and some the other and all the same.
func (a *axis) ratesFrom(rows []*evidence.Experiment) string {
	var searched, preset, given []string
	for _, s := range rows {
		switch name := "`" + s.Name + "`"; {
		case s.Tune:
			searched = append(searched, name)
		case s.Rate > 0 && s.RateFrom != "":
			given = append(given, name+" ("+s.RateFrom+")")
		case s.Rate > 0:
			given = append(given, name)
		default:
			preset = append(preset, name)
		}
	}
	if len(rows) == len(searched) || len(rows) == len(preset) {
		return ""
	}
	var differ, alike []string
	for k, name := range a.rivals {
		var has []float64
		for _, s := range rows {
			if r := ratesOf(s, a.rivals)[k]; r > 0 && !slices.Contains(has, r) {
				has = append(has, r)
			}
		}
		if len(has) < 2 {
			alike = append(alike, name)
			continue
		}
		slices.Sort(has)
		texts := make([]string, len(has))
		for i, r := range has {
			texts[i] = inDigits(r)
		}
		differ = append(differ, name+" ("+prose.List(texts, "or")+")")
	}
	if len(differ)+len(given) == 0 {
		return ""
	}
	var from []string
	if len(searched) > 0 {
		from = append(from, "those of "+prose.List(searched, "and")+" were searched for")
	}
	if len(preset) > 0 {
		from = append(from, "those of "+prose.List(preset, "and")+" are the preset's, which were found for shorter trainings")
	}
	if len(given) > 0 {
		from = append(from, "one for all strategies, "+prose.Chain(given, "and"))
	}
	text := "Learning rates: " + strings.Join(from, "; ") + ". "
	switch {
	case len(differ) == 0:
		return text + "They are the same in all rows."
	case len(alike) == 0:
		return text + "They differ for all: between rows at different rates nothing can be told from what the axis is about."
	}
	return text + fmt.Sprintf("They differ for %s: what these gain or lose between rows at different rates, and who leads of them and the others, may be the rates'. "+
		"Only %s can be compared across all rows.", prose.List(differ, "and"), prose.List(alike, "and"))
}
