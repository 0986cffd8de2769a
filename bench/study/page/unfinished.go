package page

import (
	"fmt"
	"strings"

	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// unfinished names the experiments of which not all is there that others of their
// strategies have, as a paragraph; "" where there are none.
func unfinished(list []evidence.Experiment) string {
	var names []string
	for i := range list {
		if lacks(&list[i]) != "" {
			names = append(names, "`"+list[i].Name+"`")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("\n**Unfinished**: %s. What is missing is said at [each](%s); who leads there leads among those that have runs.\n", prose.List(names, "and"), experimentsFile)
}

// lacks says which strategies of an experiment have no runs, or other seeds than the
// one that has most; "" where all have the same. Runs that stopped early count: they
// have ended.
func lacks(s *evidence.Experiment) string {
	ran := map[string]map[uint64]bool{}
	first := ""
	add := func(strategy string, seed uint64) {
		if ran[strategy] == nil {
			ran[strategy] = map[uint64]bool{}
		}
		ran[strategy][seed] = true
		if len(ran[strategy]) > len(ran[first]) {
			first = strategy
		}
	}
	for i := range s.Runs {
		add(s.Runs[i].Strategy, s.Runs[i].Seed)
	}
	for i := range s.StateRuns {
		add(s.StateRuns[i].Strategy, s.StateRuns[i].Seed)
	}
	if first == "" {
		return ""
	}
	asked := s.Configured()
	if s.States {
		asked = asked[:min(study.TrainedStates, len(asked))]
	}
	var lacking []string
	for _, name := range asked {
		shared := 0
		for seed := range ran[name] {
			if ran[first][seed] {
				shared++
			}
		}
		text := fmt.Sprintf("%s has %d of %d", name, shared, len(ran[first]))
		if own := len(ran[name]) - shared; own > 0 {
			text += fmt.Sprintf(" and %d that these have not", own)
		}
		switch {
		case len(ran[name]) == 0:
			lacking = append(lacking, name+" has no runs")
		case shared < len(ran[first]):
			lacking = append(lacking, text)
		}
	}
	return strings.Join(lacking, ", ")
}
