package summary

import (
	"slices"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// Rounds says how seeds were added, and why that ended.
type Rounds struct {
	Seeds      int         `json:"seeds"`                // at most
	Half       float64     `json:"half_width,omitempty"` // asked for, of every difference
	Reached    float64     `json:"reached"`              // of the widest difference between strategies that are still in; -1 if none is known
	Race       bool        `json:"race"`                 // strategies that cannot be the best were stopped
	Out        []stats.Out `json:"out"`                  // those that were
	Enough     bool        `json:"enough"`               // enough was known before seeds ran out
	OutOfReach bool        `json:"out_of_reach"`         // the choice of test images alone leaves more than Half
}

func roundsOf(r *stats.Rounds, s stats.Standing) *Rounds {
	if r == nil {
		return nil
	}
	reached := -1.0
	if s.Comparison != nil {
		reached = s.Comparison.HalfWidth(s.In)
	}
	return &Rounds{
		Seeds: len(r.Seeds), Half: r.Half, Reached: reached, Race: r.Race,
		Out: append([]stats.Out{}, s.Out...), Enough: s.Enough, OutOfReach: s.OutOfReach,
	}
}

// seedsOf returns the seeds of any run, ascending.
func seedsOf(runs []*trainer.Run) []uint64 {
	list := []uint64{}
	for _, r := range runs {
		list = append(list, r.Seed)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
