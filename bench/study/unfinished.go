package study

import (
	"fmt"
	"strings"

	"detsample/internal/prose"
)

// unfinished names the experiments of which not all is there that others of their
// strategies have, as a paragraph; "" where there are none.
func unfinished(list []Stored) string {
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

// lacks says which strategies of an experiment have no runs, or fewer seeds than
// others; "" where none lacks any. Runs that stopped early count: they have ended.
func (s *Stored) lacks() string {
	if len(s.Runs) == 0 {
		return ""
	}
	seeds, most := map[string]int{}, 0
	for i := range s.Runs {
		name := s.Runs[i].Strategy
		seeds[name]++
		most = max(most, seeds[name])
	}
	var lacking []string
	for _, name := range s.configured() {
		switch n := seeds[name]; {
		case n == 0:
			lacking = append(lacking, name+" has no runs")
		case n < most:
			lacking = append(lacking, fmt.Sprintf("%s has %d of %d", name, n, most))
		}
	}
	return strings.Join(lacking, ", ")
}
