package page

import (
	"fmt"
	"strings"
)

// alike names the strategies of an experiment that trained exactly as one before
// them: what they differ in never decided anything.
func (s *archived) alike() string {
	var same []string
	first := map[string]string{} // who reached it
	for _, name := range s.strategies("") {
		reached := s.reached(name)
		before, known := first[reached]
		switch {
		case reached == "": // it has no runs
		case known:
			same = append(same, fmt.Sprintf("`%s` as `%s`", name, before))
		default:
			first[reached] = name
		}
	}
	if len(same) == 0 {
		return ""
	}
	return "Trained to the same figures in every run, all of their digits: " + strings.Join(same, ", ") +
		". What they differ in never decided anything here.\n"
}
