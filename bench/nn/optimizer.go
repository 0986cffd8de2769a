package nn

import "math"

// Optimizer moves parameters against their gradients.
type Optimizer interface {
	// Step changes every Value by its Grad at the given learning rate and
	// zeroes Grad.
	Step(rate float64)
	// State lists what a resumed run needs besides the parameters themselves,
	// for Save and Load. Their Grad is nil.
	State() []*Param
}

// SGDConfig describes gradient descent with momentum.
type SGDConfig struct {
	Momentum    float64 // share of the last step that carries on
	WeightDecay float64 // L2 coefficient, on parameters with Decay
}

// DefaultSGD returns momentum 0.9 and weight decay 1e-4, the setting of
// Detectron's baselines.
func DefaultSGD() SGDConfig { return SGDConfig{Momentum: 0.9, WeightDecay: 1e-4} }

// SGD is gradient descent with momentum, as torch.optim.SGD defines it:
//
//	v = Momentum v + (grad + WeightDecay w),  w -= rate v.
type SGD struct {
	cfg      SGDConfig
	params   []*Param
	velocity []*Param
}

var _ Optimizer = (*SGD)(nil)

// NewSGD returns an optimiser of params with zero velocity.
func NewSGD(params []*Param, cfg SGDConfig) *SGD {
	return &SGD{cfg: cfg, params: params, velocity: moments("sgd.velocity.", params)}
}

// Step implements [Optimizer].
func (o *SGD) Step(rate float64) {
	for i, p := range o.params {
		step := sgdStep{rate: float32(rate), momentum: float32(o.cfg.Momentum)}
		if p.Decay {
			step.decay = float32(o.cfg.WeightDecay)
		}
		sgdUpdate(p.Value, p.Grad, o.velocity[i].Value, step)
	}
}

// State implements [Optimizer]: the velocities.
func (o *SGD) State() []*Param { return o.velocity }

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
	t := float64(o.steps.Value[0])
	step := adamStep{
		beta1: float32(o.cfg.Beta1), beta2: float32(o.cfg.Beta2), epsilon: float32(o.cfg.Epsilon),
		rate: float32(rate / (1 - math.Pow(o.cfg.Beta1, t))),
		root: float32(1 / math.Sqrt(1-math.Pow(o.cfg.Beta2, t))),
	}
	for i, p := range o.params {
		step.shrink = 0
		if p.Decay {
			step.shrink = float32(rate * o.cfg.WeightDecay)
		}
		adamUpdate(p.Value, p.Grad, o.first[i].Value, o.second[i].Value, step)
	}
}

// State implements [Optimizer]: both moments and the number of steps.
func (o *Adam) State() []*Param {
	state := append([]*Param{o.steps}, o.first...)
	return append(state, o.second...)
}

// moments allocates one zeroed array like each parameter.
func moments(prefix string, params []*Param) []*Param {
	all := make([]*Param, len(params))
	for i, p := range params {
		all[i] = &Param{Name: prefix + p.Name, Shape: p.Shape, Value: make([]float32, len(p.Value))}
	}
	return all
}
