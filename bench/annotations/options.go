package annotations

import "fmt"

// Policy says what to do about a problem in the data.
type Policy int

const (
	// Skip leaves out what is unusable and lists it in [Set.Problems].
	Skip Policy = iota
	// Refuse makes the first problem the error of [Open].
	Refuse
)

// Options configures [Open]. Its zero value is valid.
type Options struct {
	// OnProblem is what to do about a problem in the data.
	OnProblem Policy
	// MaxProblems limits the length of [Set.Problems]; a last one counts the
	// rest. 0 means 1000.
	MaxProblems int
	// KeepDegenerate keeps boxes without positive width and height, which
	// are listed as problems all the same: no detection can match them, and
	// the reference evaluation counts them as missed.
	KeepDegenerate bool
}

func (o Options) filled() (Options, error) {
	if o.OnProblem != Skip && o.OnProblem != Refuse {
		return o, fmt.Errorf("annotations: Options.OnProblem is %d: want Skip or Refuse", o.OnProblem)
	}
	if o.MaxProblems < 0 {
		return o, fmt.Errorf("annotations: Options.MaxProblems is %d: want a positive number, or 0 for 1000", o.MaxProblems)
	}
	if o.MaxProblems == 0 {
		o.MaxProblems = 1000
	}
	return o, nil
}
