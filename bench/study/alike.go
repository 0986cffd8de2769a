package study

import (
	"fmt"
	"slices"
	"strings"
)

// alike names the strategies of an experiment that trained exactly as one before
// them: what they differ in never decided anything.
func (s *Stored) alike() string {
	var same []string
	names := s.strategies("")
	for i, name := range names {
		reached := s.reached(name)
		if k := slices.IndexFunc(names[:i], func(before string) bool { return s.reached(before) == reached }); k >= 0 && reached != "" {
			same = append(same, fmt.Sprintf("`%s` as `%s`", name, names[k]))
		}
	}
	if len(same) == 0 {
		return ""
	}
	return "Trained to the same figures in every run, all of their digits: " + strings.Join(same, ", ") +
		". What they differ in never decided anything here.\n"
}
