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
	// ctx ended, or that the job cannot be done. Several goroutines may call
	// Train at a time. Apart from Run.Time, the record follows from the job
	// to the last bit.
	Train(ctx context.Context, job Job, progress func(images int)) (Record, error)
}

// Job is one run: a strategy on data, with a seed and a budget.
type Job struct {
	Strategy *strategy.Strategy
	Seed     uint64
	Data     *dataset.Set
	Images   int // to be seen in training, repetitions counted
}
