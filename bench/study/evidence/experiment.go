package evidence

import (
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study"
)

// Experiment is an experiment with what a study's folder keeps of it, of which figures are
// asked again and again: those that Open returns compare their strategies once.
type Experiment struct {
	study.Stored

	names    []string                     // of the configuration's strategies, once asked for
	compared map[string]*stats.Comparison // by key, of runs that were read; nil of others, which may change
}

// Open returns every experiment with what a folder keeps of it. A line that is no result,
// or none of its experiment, is an error with its place; so is a folder that says that it
// is of another experiment.
func Open(dir string) ([]Experiment, error) {
	stored, err := study.Open(dir)
	if err != nil {
		return nil, err
	}
	list := make([]Experiment, len(stored))
	for i := range stored {
		list[i] = Experiment{Stored: stored[i], compared: map[string]*stats.Comparison{}}
	}
	return list, nil
}

// LeftOut reports whether a study of what some experiments have runs of leaves one out: it
// needs generated scenes and has no runs, and those of the others are all of a folder's
// images.
func LeftOut(list []Experiment, s *Experiment) bool {
	if s.HasRuns() || !s.AboutScenes() {
		return false
	}
	folder := false
	for i := range list {
		if list[i].HasRuns() && list[i].Origin.Data == "" {
			return false
		}
		folder = folder || list[i].HasRuns()
	}
	return folder
}

// Find returns an experiment by its name, and panics where there is none of it.
func Find(list []Experiment, experiment string) *Experiment {
	i := slices.IndexFunc(list, func(s Experiment) bool { return s.Name == experiment })
	if i < 0 {
		panic("evidence: no study has an experiment " + experiment)
	}
	return &list[i]
}
