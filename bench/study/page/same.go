package page

import (
	"fmt"

	"detsample/bench/study/evidence"
)

// sameRunsText says that runs that are part of two experiments have a ± in each.
func sameRunsText(list []evidence.Experiment) (string, error) {
	t, ok, err := evidence.SameRuns(list)
	if err != nil || !ok {
		return "", err
	}
	return fmt.Sprintf("\n  Runs that are part of two experiments have one in each: %s of `%s` and %s of `%s` are the same\n  runs, with %s in the one and %s in the other.",
		t.Strategy[0], t.Experiment[0], t.Strategy[1], t.Experiment[1], interval(t.AP[0], 1), interval(t.AP[1], 1)), nil
}
