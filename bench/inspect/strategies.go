package inspect

import (
	"reflect"

	"detsample/anchors"
	"detsample/bench/strategy"
)

// FromStrategies returns c with the dense stages of strategies: the assigner
// of the first that can be inspected, and a sampler for each; advice is about
// their stages. The notes name those that cannot be.
func FromStrategies(c Config, strategies []strategy.Strategy) (Config, []string) {
	c.Assigner, c.Samplers, c.Strategies = nil, nil, strategies
	var notes []string
	for i := range strategies {
		name, stage := strategies[i].Name, strategies[i].Candidates()
		if stage == nil {
			continue
		}
		if stage.Assigner.Needs()&anchors.NeedPredictions != 0 {
			notes = append(notes, name+" is left out: its assigner labels by a detector's predictions, which annotations do not hold")
			continue
		}
		if c.Assigner == nil {
			c.setAssigner(stage.Assigner)
		}
		c.Samplers = append(c.Samplers, Sampler{Name: name, Sampler: stage.Sampler, Assigner: stage.Assigner})
	}
	if c.Assigner == nil {
		c.setAssigner(anchors.NewMaxIoU(0.5, 0.4))
		notes = append(notes, "no strategy's assigner can be inspected: max_iou at 0.5 and 0.4 takes its place")
	}
	return c, notes
}

// Assigned returns strategies with the thresholds that are recommended in place of
// those that were inspected; others, and what else assigns, stay.
func (r *Report) Assigned(list []strategy.Strategy, inspected anchors.Assigner) []strategy.Strategy {
	if _, has := thresholds(inspected); !has || r.Recommended == nil {
		return list
	}
	out := make([]strategy.Strategy, len(list))
	for i := range list {
		out[i] = list[i].Clone()
		if stage := out[i].Candidates(); stage != nil && reflect.DeepEqual(stage.Assigner, inspected) {
			m, _ := thresholds(stage.Assigner)
			m.PosIoU, m.NegIoU = r.Recommended.PosIoU, r.Recommended.NegIoU
			stage.Assigner = m
		}
	}
	return out
}
