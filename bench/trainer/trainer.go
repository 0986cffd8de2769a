// Package trainer is one run of a comparison: what a trainer is given, and the
// record that it yields. It knows no detector, so that any program that trains
// one can take part.
package trainer

import (
	"context"

	"detsample/bench/dataset"
	"detsample/bench/strategy"
)

// Trainer trains a detector with a strategy.
type Trainer interface {
	// Train does a job and returns all about it but the fingerprint, telling
	// progress, which is not nil, of the images seen so far. A run that
	// diverges is a result, with the reason in Run.Failed. An error means that
	// ctx ended, or that the job could not be done, of which a comparison
	// keeps what [Broken] makes of it; a [StateError], that it cannot go on
	// from job.State. A panic is kept as an error is. Several goroutines may
	// call Train at a time. Apart from Run.Time, the record follows from the
	// job to the last bit, whatever State it goes on from.
	Train(ctx context.Context, job Job, progress func(images int)) (Record, error)
}

// Job is one run: a strategy on data, with a seed and a budget.
type Job struct {
	Strategy *strategy.Strategy
	Seed     uint64
	Data     *dataset.Set
	Images   int // to be seen in training, repetitions counted

	State  []byte // what Keeper was given last, for the job to go on from; nil to begin
	Keeper Keeper // nil keeps nothing
}

// Keeper keeps how far a job has come, so that it can go on when its process
// has ended.
type Keeper interface {
	// Due reports whether it is time to Keep; a trainer asks after each step.
	Due() bool
	// Keep replaces what was kept before. A trainer also calls it when ctx has
	// ended. That it may fail is the keeper's concern.
	Keep(state []byte)
}

// StateError is why a job cannot go on from its state.
type StateError struct{ Err error }

// Error implements error.
func (e *StateError) Error() string { return "its state is not of this run: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.Err }
