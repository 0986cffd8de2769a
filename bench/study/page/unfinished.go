package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/internal/prose"
)

// unfinished names the experiments of which not all is there that others of their
// strategies have, as a paragraph; "" where there are none.
func unfinished(list []archived) string {
	var names []string
	for i := range list {
		if list[i].lacks() != "" {
			names = append(names, "`"+list[i].Name+"`")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("\n**Unfinished**: %s. What is missing is said at [each](#experiments); who leads there leads among those that have runs.\n", prose.List(names, "and"))
}

// lacks says which strategies of an experiment have no runs, or other seeds than the
// one that has most; "" where all have the same. Runs that stopped early count: they
// have ended.
func (s *archived) lacks() string {
	if len(s.Runs) == 0 {
		return ""
	}
	ran := map[string]map[uint64]bool{}
	first := s.Runs[0].Strategy
	for i := range s.Runs {
		r := &s.Runs[i]
		if ran[r.Strategy] == nil {
			ran[r.Strategy] = map[uint64]bool{}
		}
		ran[r.Strategy][r.Seed] = true
		if len(ran[r.Strategy]) > len(ran[first]) {
			first = r.Strategy
		}
	}
	var lacking []string
	for _, name := range s.strategiesAsked() {
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

// strategiesAsked are those of the configuration, and others that have runs.
func (s *archived) strategiesAsked() []string {
	names := slices.Clone(s.configured())
	for _, name := range s.strategies("") {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
