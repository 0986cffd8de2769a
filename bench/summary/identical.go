package summary

import (
	"fmt"
	"slices"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/trainer"
)

// identicalResults is the trap of strategies that train alike although they are
// written differently, as under a program that does not read its strategy.
const identicalResults anchors.Trap = "identical_results"

// Identical reports whether two strategies or more have the same figures and
// the same resamples on every seed that ended, and something was detected.
func Identical(runs []*trainer.Run, names ...string) bool {
	if len(names) < 2 {
		return false
	}
	first := ended(runs, names[0])
	if !slices.ContainsFunc(first, func(r *trainer.Run) bool { return r.AP > 0 }) {
		return false
	}
	for _, name := range names[1:] {
		if !slices.EqualFunc(first, ended(runs, name), func(a, b *trainer.Run) bool {
			return a.Seed == b.Seed && a.Figures == b.Figures && slices.Equal(a.Resamples, b.Resamples)
		}) {
			return false
		}
	}
	return true
}

func ended(runs []*trainer.Run, strategy string) []*trainer.Run {
	return slices.DeleteFunc(runsOf(runs, strategy), (*trainer.Run).Stopped)
}

// identicalWarnings warns of the i-th strategy, if its results are those of one
// before it.
func identicalWarnings(of setting, summaries []Strategy, i int, runs []*trainer.Run) []config.Warning {
	for _, before := range summaries[:i] {
		if Identical(runs, before.Strategy, summaries[i].Strategy) {
			n := len(ended(runs, before.Strategy))
			return []config.Warning{{Strategy: summaries[i].Strategy, Warning: anchors.Warning{
				Trap: identicalResults, Where: "results", Remedy: of.part(),
				Detail: fmt.Sprintf("its results are identical to those of %q on every seed (%d)", before.Strategy, n),
			}}}
		}
	}
	return nil
}

// part says what may make strategies differ that train alike.
func (of setting) part() string {
	switch {
	case of.Trainer == nil:
		return "leave one of them out, or see in which parameters they differ: training does not depend on those here"
	case !of.Trainer.Command.Names("strategy") && !of.Trainer.Command.Names("name"):
		return "see whether the program reads the strategy: put {strategy} into its command, which does not name it, or read the file that DETSAMPLE_STRATEGY names"
	case !of.Trainer.Command.Names("strategy"):
		return "see what the program makes of {name}: it may train the same under both names"
	}
	return "see whether the program reads {strategy}: it may train the same whatever stands there"
}
