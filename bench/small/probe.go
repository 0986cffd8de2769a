package small

import (
	"slices"

	"detsample/bench/small/detector"
	"detsample/bench/trainer"
)

// mostProbes is the number of steps at which a training measures the stages'
// gradients at the trunk. A probed step costs up to a tenth more, so that a
// training of the presets' length grows by half a percent at most.
const mostProbes = 64

// probesAt reports whether a step measures: mostProbes steps, spread evenly,
// or all of a training that has no more.
func (t *training) probesAt(step int) bool {
	steps := t.steps()
	return steps <= mostProbes || (step+1)*mostProbes/steps > step*mostProbes/steps
}

// probes are a stage's gradients at the trunk in the probed steps.
type probes struct{ cls, box, both []float64 }

// probe notes a stage's gradients.
func (t *training) probe(s detector.Stage) {
	p := t.probes[s.Name]
	if p == nil {
		p = &probes{}
		t.probes[s.Name] = p
	}
	p.cls, p.box, p.both = append(p.cls, s.Trunk.Cls), append(p.box, s.Trunk.Box), append(p.both, s.Trunk.Both)
}

// median returns the medians of the gradients, 0 where none was noted.
func (p *probes) median() trainer.TrunkGradient {
	if p == nil {
		return trainer.TrunkGradient{}
	}
	return trainer.TrunkGradient{Cls: median(p.cls), Box: median(p.box), Both: median(p.both)}
}

// median sorts the values and returns the one in the middle, of an even number
// the upper of the two.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
