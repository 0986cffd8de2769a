package page

import (
	"detsample/bench/stats"
	"detsample/bench/study"
)

// archived is an experiment with what a study's folder keeps of it, of which the page
// asks again and again.
type archived struct {
	study.Stored

	names    []string                     // of the configuration's strategies, once asked for
	compared map[string]*stats.Comparison // by key, of runs that were read; nil of others, which may change
}

// open returns every experiment with what a folder keeps of it.
func open(dir string) ([]archived, error) {
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
