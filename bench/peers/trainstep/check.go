package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
)

const (
	// tolerance of losses and gradients, relative.
	tolerance = 1e-4
	// checkedSteps is how many updates the losses are followed for.
	checkedSteps = 5
)

// agreement is how far apart the two sides are, relative to the peer.
type agreement struct {
	loss      float64 // of the first step
	gradient  float64 // largest |ours-theirs| of a parameter by its largest |theirs|, over all parameters
	parameter string  // where that is
	later     float64 // largest of the losses of the updates that follow
}

func (a agreement) String() string {
	return fmt.Sprintf("largest deviation: loss %.1e, gradients %.1e (%s), loss over %d updates %.1e",
		a.loss, a.gradient, a.parameter, checkedSteps, a.later)
}

// err is nil if the two sides compute the same. A NaN is a deviation.
func (a agreement) err() error {
	if max(a.loss, a.gradient, a.later) <= tolerance {
		return nil
	}
	return fmt.Errorf("the two sides differ by more than %g, so there is nothing to compare: has the detector changed without step.py?", tolerance)
}

// check hands the batch to the peer, which is then ready to train, and
// compares what the two compute. Both end after the same number of updates.
func check(p *peer, o *ours) (agreement, error) {
	folder, err := os.MkdirTemp("", "trainstep")
	if err != nil {
		return agreement{}, err
	}
	defer os.RemoveAll(folder)
	value := o.gradients()
	file := filepath.Join(folder, "batch.detsnn")
	if err := o.export(file); err != nil {
		return agreement{}, err
	}
	theirs, err := p.check(file, checkedSteps)
	if err != nil {
		return agreement{}, err
	}
	a := agreement{loss: relative(value.Cls+value.Box, theirs.Losses[0])}
	for name, d := range theirs.Deviations {
		if a.parameter == "" || d > a.gradient || math.IsNaN(d) {
			a.gradient, a.parameter = d, name
		}
	}
	o.adam.Step(learningRate)
	for _, loss := range theirs.Losses[1:] {
		a.later = max(a.later, relative(o.step(), loss))
	}
	return a, nil
}

func relative(got, want float64) float64 { return math.Abs(got-want) / math.Abs(want) }
