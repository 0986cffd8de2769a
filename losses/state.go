package losses

// Stateful is a loss or a normaliser whose result depends on earlier batches:
// a running histogram, a moving average. The strategy itself stays immutable.
// Its memory is a row of numbers, owned by the caller's Work, one for each
// run, saved and restored by copying; it travels in [Batch.State],
// [BoxBatch.State] or to [RunningNorm.Next], which read and update it once a
// step.
//
// Without a state (nil) the strategy answers as in the first step of a run and
// remembers nothing.
type Stateful interface {
	// NewState returns the memory of a run that has seen nothing, for a loss
	// over rows of the given number of columns; nil if, as configured, the
	// strategy remembers nothing.
	NewState(columns int) []float64
}

// NewState returns the memory that v, any loss or normaliser, needs for a run:
// nil if it has none.
func NewState(v any, columns int) []float64 {
	if s, ok := v.(Stateful); ok {
		return s.NewState(columns)
	}
	return nil
}

// Memory is what a stage's losses and normalisers remember between the steps
// of a run; nil for those that remember nothing.
type Memory struct {
	Cls, Box, Norm, BoxNorm []float64
}
