package nn

// EMA keeps an exponential moving average of the weights, which is often a
// better detector than the weights themselves (Polyak and Juditsky 1992):
//
//	average += (1-d) (w - average),  d = min(Decay, (1+t)/(10+t))
//
// after step t, so that the start does not count for long.
type EMA struct {
	decay   float64
	params  []*Param
	average []*Param
	steps   *Param // one element, t
	swapped bool
}

// NewEMA returns an average that starts at the present weights.
func NewEMA(params []*Param, decay float64) *EMA {
	e := &EMA{
		decay: decay, params: params, average: moments("ema.", params),
		steps: &Param{Name: "ema.steps", Shape: []int{1}, Value: make([]float32, 1)},
	}
	for i, p := range params {
		copy(e.average[i].Value, p.Value)
	}
	return e
}

// Update moves the average towards the weights; call it after each step. It
// panics between the two calls of Swap.
func (e *EMA) Update() {
	if e.swapped {
		panic("nn: EMA.Update: the average is swapped in, Swap back before training on")
	}
	e.steps.Value[0]++
	t := float64(e.steps.Value[0])
	by := float32(1 - min(e.decay, (1+t)/(10+t)))
	for i, p := range e.params {
		blend(e.average[i].Value, p.Value, by)
	}
}

// Swap exchanges weights and average, to evaluate with the average; a second
// call changes back. It costs nothing: the arrays trade places.
func (e *EMA) Swap() {
	e.swapped = !e.swapped
	for i, p := range e.params {
		p.Value, e.average[i].Value = e.average[i].Value, p.Value
	}
}

// State lists what a resumed run needs, for Save and Load.
func (e *EMA) State() []*Param { return append([]*Param{e.steps}, e.average...) }
