package study

import "path/filepath"

// Left is what a study's folder keeps of a planned experiment, and what is left.
type Left struct {
	Runs    int     // those of its runs that are there
	Seconds float64 // about what the others take, of one core
}

// Left returns what is left of the experiment in a study's folder, as its results
// have it: of the planned seeds, and at the planned end or stopped before. Whether
// runs are of the same configuration is found when it is run.
func (p *Planned) Left(dir string) (Left, error) {
	s := Stored{Experiment: p.Experiment}
	if err := s.read(filepath.Join(dir, p.Name), p.Config); err != nil {
		return Left{}, err
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
	trained := p.Config.Strategies[:p.trained()]
	var left Left
	missing := 0
	for seed := p.FirstSeed; seed < p.FirstSeed+p.Seeds; seed++ {
		for i := range trained {
			if !ended[run{trained[i].Name, seed}] {
				missing++
			}
		}
	}
	left.Runs = p.Seeds*len(trained) - missing
	left.Seconds = p.Seconds * float64(missing) / float64(p.Seeds*len(trained))
	return left, nil
}

// trained is how many strategies of the experiment train.
func (p *Planned) trained() int {
	if p.States {
		return min(trainedStates, len(p.Config.Strategies))
	}
	return len(p.Config.Strategies)
}
