package study

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/store"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// Left is what a study's folder keeps of a planned experiment, and what is left.
type Left struct {
	Runs     int     // those of its runs that are there
	Measured int     // measurements by which rates and scales are chosen that are there, where no run is
	Seconds  float64 // about what the others take, of one core

	// Negatives is how many there are for a positive, before sampling, in the runs of
	// [Rivals] that are there; 0 where there are none, or a second stage samples besides.
	Negatives float64
}

// Left returns what is left of the experiment in a study's folder, as its results
// have it: of the planned seeds, and at the planned end or stopped before. Rates and
// scales are found before the first run, so that with one they are. Whether
// runs are of the same configuration is found when it is run, and whether it is run
// there at all is what [Refused] says.
func (p *Planned) Left(dir string) (Left, error) {
	s := Stored{Experiment: p.Experiment}
	folder := filepath.Join(dir, p.Name)
	if err := s.read(folder, p.Config); err != nil {
		return Left{}, err
	}
	if journal, unfinished := store.Standing(folder); unfinished && !journal {
		s.Runs, s.StateRuns = nil, nil // a study begins there anew
	}
	type run struct {
		strategy string
		seed     int
	}
	ended := map[run]bool{}
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Stopped() || r.Images == p.Config.Training.Images {
			ended[run{r.Strategy, int(r.Seed)}] = true
		}
	}
	for i := range s.StateRuns {
		r := &s.StateRuns[i]
		if r.Moments[len(r.Moments)-1].Images == p.Config.Training.Images {
			ended[run{r.Strategy, int(r.Seed)}] = true
		}
	}
	var left Left
	if seen := s.Seen(Rivals(), 0); s.Stages() == 1 {
		left.Negatives = seen
	}
	trained := p.Config.Strategies[:p.trained()]
	for seed := p.FirstSeed; seed < p.FirstSeed+p.Seeds; seed++ {
		for i := range trained {
			if ended[run{trained[i].Name, seed}] {
				left.Runs++
			} else {
				left.Seconds += p.runTime(&trained[i])
			}
		}
	}
	if settings := p.settingTime(); settings > 0 && len(ended) == 0 {
		measured, spent, err := p.measured(folder)
		if err != nil {
			return Left{}, err
		}
		left.Measured = measured
		left.Seconds += max(0, settings-spent)
	}
	return left, nil
}

// measured returns how many measurements for rates and scales the journal in a folder
// has, and about what they took, in seconds of one core.
func (p *Planned) measured(folder string) (n int, spent float64, err error) {
	part, err := store.OpenPart(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	} else if err != nil {
		return 0, 0, err
	}
	err = part.Each(func(k store.Key, body []byte) error {
		var r trainer.Record
		i := slices.IndexFunc(p.Config.Strategies, func(s strategy.Strategy) bool { return s.Name == k.Strategy })
		if k.Phase == "" || i < 0 || json.Unmarshal(body, &r) != nil {
			return nil
		}
		n++
		spent += p.trainTime(&p.Config.Strategies[i], r.Run.Images)
		if p.Config.Scale != config.Matched || r.Run.Images != plan.Calibration(p.Config.Training) { // those are hardly tested
			spent += p.lookTime()
		}
		return nil
	})
	return n, spent, err
}

// trained is how many strategies of the experiment train.
func (p *Planned) trained() int {
	if p.States {
		return min(TrainedStates, len(p.Config.Strategies))
	}
	return len(p.Config.Strategies)
}
