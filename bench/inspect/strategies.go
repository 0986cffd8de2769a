package inspect

import (
	"detsample/anchors"
	"detsample/bench/strategy"
)

// FromStrategies returns c with the dense stages of strategies: the assigner
// of the first that can be inspected, and a sampler for each. The notes name
// those that cannot be.
func FromStrategies(c Config, strategies []strategy.Strategy) (Config, []string) {
	c.Assigner, c.Samplers = nil, nil
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
