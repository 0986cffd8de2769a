package nn

import "detsample/internal/simd"

// AdamConfig describes Adam with decoupled weight decay.
type AdamConfig struct {
	Beta1, Beta2 float64 // decay of the first and second moment
	Epsilon      float64 // added to the root of the second moment
	WeightDecay  float64 // decoupled, on parameters with Decay
}

// DefaultAdam returns the paper's 0.9, 0.999 and 1e-8, without weight decay.
func DefaultAdam() AdamConfig { return AdamConfig{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8} }

// Adam is the optimiser of Kingma and Ba 2015, with the decoupled weight decay
// of Loshchilov and Hutter 2019 (AdamW), as torch.optim.AdamW defines it: at
// step t
//
//	m = Beta1 m + (1-Beta1) grad,  s = Beta2 s + (1-Beta2) grad^2
//	w -= rate WeightDecay w
//	w -= rate m/(1-Beta1^t) / (sqrt(s/(1-Beta2^t)) + Epsilon).
type Adam struct {
	cfg           AdamConfig
	params        []*Param
	first, second []*Param
	steps         *Param // one element, t; exact up to 2^24
}

var _ Optimizer = (*Adam)(nil)

// NewAdam returns an optimiser of params with zero moments.
func NewAdam(params []*Param, cfg AdamConfig) *Adam {
	return &Adam{
		cfg: cfg, params: params,
		first:  moments("adam.first.", params),
		second: moments("adam.second.", params),
		steps:  &Param{Name: "adam.steps", Shape: []int{1}, Value: make([]float32, 1)},
	}
}

// Step implements [Optimizer].
func (o *Adam) Step(rate float64) {
	o.steps.Value[0]++
	step := simd.NewAdamStep(int(o.steps.Value[0]), rate, o.cfg.Beta1, o.cfg.Beta2, o.cfg.Epsilon)
	for i, p := range o.params {
		if p.Decay && o.cfg.WeightDecay != 0 {
			shrink(p.Value, float32(rate*o.cfg.WeightDecay))
		}
		simd.Adam(p.Value, o.first[i].Value, o.second[i].Value, p.Grad, step)
		clear(p.Grad)
	}
}

// State implements [Optimizer]: both moments and the number of steps.
func (o *Adam) State() []*Param {
	state := append([]*Param{o.steps}, o.first...)
	return append(state, o.second...)
}
