package study

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/study/boosting"
	"detsample/bench/trainer"
	"detsample/internal/durable"
)

// Stored is an experiment with what is kept of it in a study's folder: nothing,
// where it has not been run.
type Stored struct {
	Experiment
	Runs      []trainer.Run
	StateRuns []boosting.Run // of an experiment that keeps states
	Origin    Origin         // of the runs

	Kept   *config.Config // that lies beside the runs, with what a search found; nil without one
	Unread bool           // one lies there that this program does not read
}

// HasRuns reports whether there are results.
func (s *Stored) HasRuns() bool { return len(s.Runs)+len(s.StateRuns) > 0 }

// Open returns every experiment with what a study's folder keeps of it. A line
// that is no result, or none of its experiment, is an error with its place; so is a
// folder that says that it is of another experiment.
func Open(dir string) ([]Stored, error) {
	experiments, err := Experiments()
	if err != nil {
		return nil, err
	}
	list := make([]Stored, len(experiments))
	for i, e := range experiments {
		list[i].Experiment = e
		if err := list[i].read(filepath.Join(dir, e.Name), nil); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// read reads what a folder keeps of the experiment, asked for by another configuration
// than its own where that is not nil.
func (s *Stored) read(dir string, asked *config.Config) error {
	name := filepath.Join(dir, store.Results)
	text, err := durable.ReadFile(name, mostRead)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	c, err := s.Config()
	if err != nil {
		return err
	}
	if s.Origin, _, err = readOrigin(dir); err != nil {
		return err
	}
	if s.Kept, err = s.another(dir, cmp.Or(asked, c)); err != nil {
		return err
	}
	s.Tune = s.Tune && !s.Origin.Quick // a quick study searches for no rates
	if s.States {
		s.StateRuns, err = readResults(dir, text, c, saidOfStates(c))
	} else {
		s.Runs, err = readResults(dir, text, c, saidOfRun)
		if !slices.ContainsFunc(s.Runs, func(r trainer.Run) bool { return len(r.Curve) > 0 && r.Images > 0 }) {
			s.Runs = nil // all of them broke: nothing is known
		}
	}
	return err
}

// mostRead is how many bytes of a file of a study's folder are read: a run's line
// has some 10 kB.
const mostRead = 256 << 20
