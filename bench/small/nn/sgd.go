package nn

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

// sgdStep holds the scalars of one sgdUpdate.
type sgdStep struct{ rate, momentum, decay float32 }

// sgdUpdate is the inner loop of [SGD.Step].
func sgdUpdate(value, grad, velocity []float32, s sgdStep) {
	grad, velocity = grad[:len(value)], velocity[:len(value)]
	for i, v := range value {
		u := s.momentum*velocity[i] + grad[i] + s.decay*v
		velocity[i] = u
		value[i] = v - s.rate*u
		grad[i] = 0
	}
}
