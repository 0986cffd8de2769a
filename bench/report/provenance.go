package report

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strconv"

	"detsample/bench/summary"
)

// fact is a name and its value.
type fact struct{ Name, Value string }

// versions says which program made the report.
func versions() []fact {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	facts := []fact{{"Go", info.GoVersion}}
	module := info.Main.Path
	if info.Main.Version != "" {
		module += " " + info.Main.Version
	}
	if module != "" {
		facts = append(facts, fact{"module", module})
	}
	called := map[string]string{
		"vcs.revision": "revision", "vcs.modified": "uncommitted changes", "GOOS": "system", "GOARCH": "architecture", "GOAMD64": "amd64 level",
	}
	for _, s := range info.Settings {
		if name := called[s.Key]; name != "" {
			facts = append(facts, fact{name, s.Value})
		}
	}
	return facts
}

// rate is a strategy's learning rate and where it comes from.
type rate struct{ Strategy, LR, Reason, Scale string }

func rates(strategies []summary.Strategy) []rate {
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

// failure is a run that failed to train.
type failure struct{ Strategy, Reason string }

func failedRuns(strategies []summary.Strategy) []failure {
	var out []failure
	for i := range strategies {
		for _, reason := range strategies[i].Failed {
			out = append(out, failure{strategies[i].Strategy, reason})
		}
	}
	return out
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
