package page

import (
	"fmt"
	"reflect"
	"slices"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/strategy"
	"detsample/bench/study/evidence"
	"detsample/internal/program"
)

// hasFound reports whether the configuration that lies beside the runs is what these were
// trained with, with rates or loss weights that are not the experiment's own.
func hasFound(s *evidence.Experiment) (bool, error) {
	if s.Kept == nil || s.States || s.Kept.Scale == config.Matched { // which would be matched anew, at other rates
		return false, nil
	}
	own, err := s.Config()
	if err != nil {
		return false, err
	}
	if s.Origin.Data != "" {
		own.Detector.Pyramid = s.Kept.Detector.Pyramid // fitted to the folder's objects, as it will be again
	}
	if !reflect.DeepEqual(s.Kept.Detector, own.Detector) || !reflect.DeepEqual(s.Kept.Training, own.Training) {
		return false, nil
	}
	rates, differs := map[string]float64{}, false
	for i := range s.Kept.Strategies {
		k := &s.Kept.Strategies[i]
		rates[k.Name] = k.LR
		at := slices.IndexFunc(own.Strategies, func(o strategy.Strategy) bool { return o.Name == k.Name })
		if at >= 0 && !reflect.DeepEqual(unsearched(k), unsearched(&own.Strategies[at])) {
			return false, nil
		}
		differs = differs || at < 0 || !reflect.DeepEqual(withoutReasons(k), withoutReasons(&own.Strategies[at]))
	}
	for i := range s.Runs {
		if r := &s.Runs[i]; rates[r.Strategy] != r.LR {
			return false, nil
		}
	}
	return differs, nil
}

// withoutReasons is a strategy without the texts that say where its numbers come from.
func withoutReasons(s *strategy.Strategy) strategy.Strategy {
	plain := *s
	plain.LRReason, plain.ScaleReason = "", ""
	return plain
}

// unsearched is a strategy without what a search and matching set: its rate and the
// weights of its losses.
func unsearched(s *strategy.Strategy) strategy.Strategy {
	plain := withoutReasons(s).Clone()
	plain.LR = 0
	for _, stage := range strategy.Stages {
		if cls, box := plain.Weights(stage); cls != nil {
			*cls, *box = 0, 0
		}
	}
	return plain
}

// withoutSearch says which command trains seeds that are not stored with the rates and
// loss weights of those that are; "" where nothing was searched for.
func withoutSearch(s *evidence.Experiment) (string, error) {
	file := s.Name + "/" + store.Config
	if s.Unread {
		return fmt.Sprintf(" [%s](%s) is damaged or of another version, and was not read: which rates and loss weights were found is not known here.", file, file), nil
	}
	found, err := hasFound(s)
	if err != nil || !found {
		return "", err
	}
	_, most := seedSpan(s)
	seeds := map[uint64]bool{}
	for i := range s.Runs {
		seeds[s.Runs[i].Seed] = true
	}
	words := append([]string{"detsample", "compare", "--config", file, "--seeds", fmt.Sprint(len(seeds)), "--first-seed", fmt.Sprint(most + 1)}, dataFlags(s)...)
	what := "The loss weights that matching found are in"
	if s.Tune {
		what = "The rates and loss weights that were found, and what the search saw, are in"
	}
	return fmt.Sprintf(" %s [%s](%s): `%s`, in the folder of this page, trains other seeds with them.", what, file, file, program.Line(words...)), nil
}
