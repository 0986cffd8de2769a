package strategy

import "detsample/anchors"

// Warnings returns the traps that the strategy's stages are in, as far as its
// configuration shows. Where begins with the stage, as in "rpn.cls".
func (s *Strategy) Warnings() []anchors.Warning {
	var list []anchors.Warning
	add := func(stage string, warnings []anchors.Warning) {
		for _, w := range warnings {
			list = append(list, w.Within(stage))
		}
	}
	if s.Dense != nil {
		add("dense", s.Dense.Warnings())
	}
	if s.RPN != nil {
		add("rpn", s.RPN.Warnings())
	}
	if s.ROI != nil {
		add("roi", s.ROI.Warnings())
	}
	return list
}
