package losses

// MovingAverage divides by a running mean of the number of sampled positives,
// each batch's at least 1:
//
//	mean = Momentum mean + (1-Momentum) max(1, positives)
//
// which starts at Initial, so that a batch with a single small object does not
// weigh as much as one that is full. The mean is the run's [Memory].
//
// Source: detectron2's RetinaNet, 0.9 from 100.
type MovingAverage struct {
	Momentum float64 `range:"[0,1)" doc:"share of the mean that stays at each step"`
	Initial  float64 `range:"(0,)" doc:"mean before the first step"`
}

var _ RunningNorm = MovingAverage{}

// NewState implements [Stateful]: the mean.
func (m MovingAverage) NewState(int) []float64 { return []float64{m.Initial} }

// Divisor implements [Norm].
func (m MovingAverage) Divisor(n Count) float64 {
	return m.Momentum*m.Initial + (1-m.Momentum)*atLeastOne(n.Positives)
}

// Next implements [RunningNorm].
func (m MovingAverage) Next(state []float64, n Count) float64 {
	m.Initial = state[0]
	state[0] = m.Divisor(n)
	return state[0]
}
