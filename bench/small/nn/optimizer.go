package nn

// Optimizer moves parameters against their gradients.
type Optimizer interface {
	// Step changes every Value by its Grad at the given learning rate and
	// zeroes Grad.
	Step(rate float64)
	// State lists what a resumed run needs besides the parameters themselves,
	// for Save and Load. Their Grad is nil.
	State() []*Param
}

// moments allocates one zeroed array like each parameter.
func moments(prefix string, params []*Param) []*Param {
	all := make([]*Param, len(params))
	for i, p := range params {
		all[i] = &Param{Name: prefix + p.Name, Shape: p.Shape, Value: make([]float32, len(p.Value))}
	}
	return all
}
