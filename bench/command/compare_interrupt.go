package command

import (
	"fmt"
	"slices"

	"detsample/bench/store"
	"detsample/internal/program"
	"detsample/internal/prose"
)

// interrupted returns the error of a comparison that was stopped: what is kept, of so many
// runs, 0 where that is not known yet, and with which arguments to go on.
func interrupted(out string, kept, runs int, args []string) error {
	switch {
	case out == "":
		return &failure{statusInterrupted, fmt.Errorf("interrupted; nothing is kept without --out")}
	case runs == 0:
		return &failure{statusInterrupted, fmt.Errorf("interrupted before a run of it had begun; go on with\n  %s", commandOf(args...))}
	}
	are, but := "are", ""
	if kept == 1 || runs == 1 {
		are = "is"
	}
	if store.FromBefore(out, store.Report) {
		but = ", and " + store.Report + " there is of the runs that had ended before"
	}
	return &failure{statusInterrupted, fmt.Errorf("interrupted: %d of %s %s kept in %s%s; go on with\n  %s",
		kept, prose.Count(runs, "run", "runs"), are, out, but, commandOf(args...))}
}

// resuming returns arguments of compare with --resume among them.
func resuming(args []string) []string {
	if slices.Contains(args, "--resume") {
		return args
	}
	return append(slices.Clone(args), "--resume")
}

// commandOf writes the command line that calls this program with arguments.
func commandOf(args ...string) string { return program.Line(append([]string{called}, args...)...) }
