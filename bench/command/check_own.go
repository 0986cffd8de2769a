package command

import (
	"errors"
	"fmt"
	"slices"

	"detsample/anchors"
	"detsample/bench/conform"
	"detsample/bench/strategy"
	"detsample/internal/panics"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// ownParts looks whether the parts of strategies that are of a user's own package do
// what they promise: each mistake is told of once, of the first strategy that has it.
// What only costs time is a warning.
func ownParts(list []strategy.Strategy) (mistakes []error, warnings []string) {
	var told []string
	for i := range list {
		s := &list[i]
		of := func(at string, a anchors.Assigner, sampler sampling.Sampler, cls losses.Cls, box losses.Box) {
			for _, part := range []struct {
				key   string
				value any
				look  func() error
			}{
				{"assigner", a, func() error { return conform.Assigner(a) }},
				{"sampler", sampler, func() error { return conform.Sampler(sampler) }},
				{"cls", cls, func() error { return conform.Cls(cls) }},
				{"box", box, func() error { return conform.Box(box) }},
			} {
				if !stage.Foreign(part.value) {
					continue
				}
				err := panics.Do(part.look)
				if err == nil || slices.Contains(told, err.Error()) {
					continue
				}
				told = append(told, err.Error())
				if err = fmt.Errorf("strategy %s, %s.%s: %w", s.Name, at, part.key, err); errors.Is(err, conform.ErrAllocates) {
					warnings = append(warnings, err.Error())
				} else {
					mistakes = append(mistakes, err)
				}
			}
		}
		if s.Dense != nil {
			of("dense", s.Dense.Assigner, s.Dense.Sampler, s.Dense.Cls, s.Dense.Box)
		}
		if s.RPN != nil {
			of("rpn", s.RPN.Assigner, s.RPN.Sampler, s.RPN.Cls, s.RPN.Box)
		}
		if s.ROI != nil {
			of("roi", s.ROI.Assigner, s.ROI.Sampler, s.ROI.Cls, s.ROI.Box)
		}
	}
	return mistakes, warnings
}
