package nn

import "math"

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

// adamStep holds the scalars of one adamUpdate: rate is the learning rate over
// the first moment's bias correction, root the inverse root of the second's,
// shrink the learning rate times the weight decay.
type adamStep struct{ beta1, beta2, epsilon, rate, root, shrink float32 }

// adamUpdate is the inner loop of [Adam.Step].
func adamUpdate(value, grad, first, second []float32, s adamStep) {
	grad, first, second = grad[:len(value)], first[:len(value)], second[:len(value)]
	for i, v := range value {
		g := grad[i]
		m := first[i] + (g-first[i])*(1-s.beta1)
		q := second[i] + (g*g-second[i])*(1-s.beta2)
		first[i], second[i] = m, q
		v -= s.shrink * v
		value[i] = v - s.rate*m/(float32(math.Sqrt(float64(q)))*s.root+s.epsilon)
		grad[i] = 0
	}
}
