// Package strategy reads what a detector learns from, and how strongly, from
// YAML: for each stage an assigner, a sampler, losses and a normaliser, by
// registered name, with strict checking. A program registers its own samplers
// and losses before it reads, and they are named like any other.
package strategy

import (
	"errors"
	"fmt"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// Strategy is one way to train a detector: a dense stage alone makes a
// one-stage detector, rpn and roi a two-stage one.
type Strategy struct {
	Name        string  `doc:"what tables and plots call it"`
	LR          float64 `param:"lr" range:"(0,)" doc:"learning rate"`
	LRReason    string  `param:"lr_reason" doc:"where the learning rate comes from"`
	ScaleReason string  `param:"scale_reason" doc:"where the weights of the losses come from"`
	Dense       *Dense  `doc:"the one stage of a one-stage detector"`
	RPN         *RPN    `param:"rpn" doc:"first stage of a two-stage detector"`
	ROI         *ROI    `param:"roi" doc:"second stage of a two-stage detector"`
}

// Dense is a dense stage that starts from [rpn.OneStage].
type Dense struct{ rpn.Config }

// RPN is a dense stage that starts from [rpn.Objectness].
type RPN struct{ rpn.Config }

// ROI is a second stage that starts from [roi.SecondStage].
type ROI struct{ roi.Config }

// SetDefaults sets RetinaNet's strategy.
func (d *Dense) SetDefaults() { d.Config = rpn.OneStage() }

// SetDefaults sets the strategy of Faster R-CNN's region proposal network.
func (r *RPN) SetDefaults() { r.Config = rpn.Objectness() }

// SetDefaults sets the strategy of Faster R-CNN's second stage.
func (r *ROI) SetDefaults() { r.Config = roi.SecondStage() }

// SetDefaults sets the default learning rate, 0.002 for Adam.
func (s *Strategy) SetDefaults() { s.LR = 0.002 }

// TwoStage reports whether the strategy is one of a two-stage detector.
func (s *Strategy) TwoStage() bool { return s.RPN != nil }

// Candidates returns the dense stage, which labels and samples the anchors: the
// whole of a one-stage detector, or a two-stage one's region proposal network;
// nil if the strategy has neither.
func (s *Strategy) Candidates() *rpn.Config {
	switch {
	case s.Dense != nil:
		return &s.Dense.Config
	case s.RPN != nil:
		return &s.RPN.Config
	}
	return nil
}

// Stages are the names of the stages that a strategy may have, in the order of the
// data flow.
var Stages = [...]string{"dense", "rpn", "roi"}

// Weights returns where the weights of the losses of a stage, one of [Stages],
// stand; nil for a stage that the strategy does not have. A copy of the
// strategy shares them, a [Strategy.Clone] does not.
func (s *Strategy) Weights(stage string) (cls, box *float64) {
	switch {
	case stage == "dense" && s.Dense != nil:
		return &s.Dense.ClsWeight, &s.Dense.BoxWeight
	case stage == "rpn" && s.RPN != nil:
		return &s.RPN.ClsWeight, &s.RPN.BoxWeight
	case stage == "roi" && s.ROI != nil:
		return &s.ROI.ClsWeight, &s.ROI.BoxWeight
	}
	return nil, nil
}

// Clone returns a copy whose stages can be changed apart from those of s.
func (s Strategy) Clone() Strategy {
	s.Dense, s.RPN, s.ROI = clone(s.Dense), clone(s.RPN), clone(s.ROI)
	return s
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// Validate reports a strategy of another shape, and a list of its rpn that has an
// entry for each class and does not fit the one class that regions have, whatever the
// data.
func (s Strategy) Validate() error {
	if err := s.Shape(); err != nil {
		return err
	}
	if p, misfits := errors.AsType[*registry.ParamError](registry.CheckClasses(s.RPN, 1)); misfits {
		return &registry.ParamError{Key: "rpn." + p.Key, Problem: p.Problem}
	}
	return nil
}

// Shape reports a strategy without a name, and one that is neither of a one-stage
// detector nor of a two-stage one, whatever its stages hold.
func (s Strategy) Shape() error {
	var nameless, stages error
	called := "the strategy"
	if s.Name == "" {
		nameless = errors.New("a strategy needs a name")
	} else {
		called = "strategy " + s.Name
	}
	switch {
	case s.Dense != nil && (s.RPN != nil || s.ROI != nil):
		stages = errors.New(called + " has dense beside rpn or roi: give dense for a one-stage detector, rpn and roi for a two-stage one")
	case s.Dense == nil && (s.RPN == nil || s.ROI == nil):
		stages = errors.New(called + " needs dense (one-stage), or both rpn and roi (two-stage)")
	}
	return errors.Join(nameless, stages)
}

// CheckClasses reports a list of the strategy that has an entry for each class,
// such as a loss's class_weight, and another number of them than the data have
// classes. The regions of a two-stage detector are of one class.
func (s *Strategy) CheckClasses(classes int) error {
	for _, stage := range []struct {
		name    string
		config  any
		classes int
	}{{"dense", s.Dense, classes}, {"rpn", s.RPN, 1}, {"roi", s.ROI, classes}} {
		if err := registry.CheckClasses(stage.config, stage.classes); err != nil {
			return fmt.Errorf("strategy %s: %s.%w", s.Name, stage.name, err)
		}
	}
	return nil
}

// Types returns what a configuration may name: every assigner, sampler, loss
// and normaliser that is registered.
func Types() *strictyaml.Types {
	var t strictyaml.Types
	strictyaml.AddInterface(&t, registry.Of[anchors.Assigner]())
	strictyaml.AddInterface(&t, registry.Of[sampling.Sampler]())
	strictyaml.AddInterface(&t, registry.Of[losses.Cls]())
	strictyaml.AddInterface(&t, registry.Of[losses.Box]())
	strictyaml.AddInterface(&t, registry.Of[losses.Norm]())
	return &t
}

// Parse reads one strategy from YAML. The error has a line for each mistake,
// as file:line:column, what was expected there and the nearest valid name.
func Parse(file string, data []byte) (Strategy, error) {
	var s Strategy
	s.SetDefaults()
	if err := strictyaml.Unmarshal(file, data, &s, Types()); err != nil {
		return Strategy{}, err
	}
	return s, nil
}

// Load reads one strategy from a regular file of at most 16 MiB.
func Load(path string) (Strategy, error) {
	data, err := strictyaml.ReadFile(path)
	if err != nil {
		return Strategy{}, err
	}
	return Parse(path, data)
}
