package command

import (
	"fmt"

	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// stopped returns an error if runs ended before they had seen their images, as
// those that diverge or break do: with the status of a failure if all did. A run that
// trained to its end and learned nothing is a result.
func stopped(study *summary.Study) error {
	var first *trainer.Run
	n := 0
	for i := range study.Records {
		r := &study.Records[i].Run
		if !r.Stopped() && r.Images >= study.Config.Training.Images {
			continue
		}
		if n++; first == nil {
			first = r
		}
	}
	if n == 0 {
		return nil
	}
	status := statusPartial
	if n == len(study.Records) {
		status = statusFailure
	}
	return &failure{status, fmt.Errorf("%d of %s stopped early, the first: %s #%d: %s",
		n, prose.Count(len(study.Records), "run", "runs"), printable(first.Strategy), first.Seed, printable(first.Failed))}
}
