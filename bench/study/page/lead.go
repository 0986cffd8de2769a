package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// leading is who leads, one alone or one of a few, at some budgets of experiments.
type leading struct {
	who string
	at  []budgetsOf
}

// budgetsOf are some budgets of an experiment.
type budgetsOf struct {
	experiment string
	images     []string
}

// leads says who leads, or which few one of whom does, at which budgets of some experiments, of the strongest,
// which is the first, only before some images; "" where nobody does.
func (q *question) leads(kept []*evidence.Experiment, before int, confidence float64) (string, error) {
	var leaders []leading
	for _, s := range evidence.ByLength(kept) {
		names := q.compared(s)
		contests, err := s.Contests(names, confidence)
		if err != nil {
			return "", err
		}
		name := "`" + s.Name + "`"
		if unequal(s, names) {
			name += " (rates differ)"
		}
		for _, c := range contests {
			if c.Few() && (s != kept[0] || c.Images < before) {
				where := name
				if says := sayUnpaired(c.Unpaired); says != "" {
					where += " (" + says + ")"
				}
				leaders = lead(leaders, prose.List(c.May, "or"), where, c.Images)
			}
		}
	}
	says := make([]string, len(leaders))
	leads, unit := " leads", " images"
	for i, l := range leaders {
		parts := make([]string, len(l.at))
		for k, b := range l.at {
			parts[k] = fmt.Sprintf("%s%s of %s", prose.List(b.images, "and"), unit, b.experiment)
			unit = ""
		}
		says[i] = fmt.Sprintf("**%s**%s after %s", l.who, leads, prose.Chain(parts, "and"))
		leads = ""
	}
	return strings.Join(says, ", "), nil
}

// lead adds a budget at which somebody leads.
func lead(list []leading, who, experiment string, images int) []leading {
	i := slices.IndexFunc(list, func(l leading) bool { return l.who == who })
	if i < 0 {
		i, list = len(list), append(list, leading{who: who})
	}
	l := &list[i]
	if n := len(l.at); n == 0 || l.at[n-1].experiment != experiment {
		l.at = append(l.at, budgetsOf{experiment: experiment})
	}
	last := &l.at[len(l.at)-1]
	last.images = append(last.images, fmt.Sprint(images))
	return list
}
