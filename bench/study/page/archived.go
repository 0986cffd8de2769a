package page

import (
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study"
)

// archived is an experiment with what a study's folder keeps of it, of which figures are
// asked again and again.
type archived struct {
	study.Stored

	names    []string                     // of the configuration's strategies, once asked for
	compared map[string]*stats.Comparison // by key, of runs that were read; nil of others, which may change
}

// read returns every experiment with what a folder keeps of it. A line that is no result,
// or none of its experiment, is an error with its place; so is a folder that says that it
// is of another experiment.
func read(dir string) ([]archived, error) {
	stored, err := study.Open(dir)
	if err != nil {
		return nil, err
	}
	list := make([]archived, len(stored))
	for i := range stored {
		list[i] = archived{Stored: stored[i], compared: map[string]*stats.Comparison{}}
	}
	return list, nil
}

// find returns an experiment by its name.
func find(list []archived, experiment string) *archived {
	i := slices.IndexFunc(list, func(s archived) bool { return s.Name == experiment })
	if i < 0 {
		panic("page: no study has an experiment " + experiment)
	}
	return &list[i]
}
