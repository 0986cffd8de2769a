package report

import (
	"cmp"
	"fmt"
	"strconv"

	"detsample/bench/summary"
	"detsample/internal/program"
	"detsample/internal/prose"
)

// fact is a name and its value.
type fact struct{ Name, Value string }

// versions says which program made the report.
func versions() []fact {
	var facts []fact
	for _, f := range program.Facts() {
		facts = append(facts, fact(f))
	}
	return facts
}

// rate is a strategy's learning rate and where it comes from.
type rate struct{ Strategy, LR, Reason, Scale string }

// rates lists them, none where a program trains whose command does not take them.
func rates(study *summary.Study) []rate {
	if c := study.Config; c != nil && c.Trainer != nil && !c.Trainer.Command.Names("lr") {
		return nil
	}
	strategies := study.Summary.Strategies
	out := make([]rate, len(strategies))
	for i := range strategies {
		s := &strategies[i]
		out[i] = rate{s.Strategy, strconv.FormatFloat(s.LR, 'g', 3, 64), s.LRReason, cmp.Or(s.ScaleReason, "as written")}
		if s.LRReason == "" {
			out[i].Reason = "not given"
		}
	}
	return out
}

// failure is why runs of a strategy failed to train.
type failure struct{ Strategy, Seeds, Reason string }

// failedRuns lists the runs that failed, those of a strategy that failed alike in
// one row.
func failedRuns(study *summary.Study) []failure {
	var rows []failure
	for _, f := range study.Failures() {
		seeds := make([]string, len(f.Seeds))
		for i, seed := range f.Seeds {
			seeds[i] = strconv.FormatUint(seed, 10)
		}
		row := failure{f.Strategy, "seed ", f.Reason}
		if len(seeds) > 1 {
			row.Seeds = "seeds "
		}
		row.Seeds += prose.List(seeds, "and")
		rows = append(rows, row)
	}
	return rows
}

// setting lists what the strategies share.
func setting(s *summary.Study) []fact {
	sum := &s.Summary
	facts := []fact{{"seeds", fmt.Sprint(len(sum.Seeds))}}
	if c := s.Config; c != nil {
		t := c.Training
		facts = append(facts,
			fact{"training images seen by a run", count(t.Images)},
			fact{"batch", count(t.Batch)},
			fact{"schedule", string(t.Schedule)},
		)
	}
	return append(facts, fact{"resamples of the test images", count(sum.Resamples)})
}
