package study

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/store"
	"detsample/bench/study/boosting"
	"detsample/bench/trainer"
)

// readResults decodes an experiment's runs, a line each, in the order of its file. A
// line that the experiment cannot have is an error with its place and the remedy.
// The last may be cut off where the folder is marked as unfinished: it is being
// written, or who wrote it was stopped.
func readResults[T any](dir string, text []byte, c *config.Config, say func(*T) said) (list []T, err error) {
	journal, unfinished := store.Standing(dir)
	name, number := filepath.Join(dir, store.Results), 0
	wrong := func(why error) error {
		remedy := "put the file back as it was, or take the line out"
		var own *remedied
		switch {
		case journal:
			remedy = "the study's command, given again, writes the file anew from its journal"
		case errors.As(why, &own):
			remedy = own.remedy
		}
		return fmt.Errorf("%s:%d: not a result: %w: %s", name, number, why, remedy)
	}
	type run struct {
		strategy string
		seed     uint64
	}
	lines := map[run]int{}
	var whole said // the first that was trained to its end
	first := 0     // its line
	if mark := markOf(text); mark != "" {
		number = 1
		return nil, wrong(&remedied{"the file begins as " + mark + " does", "save it as UTF-8 without a byte order mark"})
	}
	for line := range bytes.Lines(text) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			return nil, wrong(&remedied{"the line is blank", "take it out"})
		}
		var x T
		if err := json.Unmarshal(line, &x); err != nil {
			switch torn := !bytes.HasSuffix(line, []byte("\n")); {
			case torn && unfinished:
				return list, nil
			case torn:
				err = errors.New("the line is cut off, and the folder is not marked as one that is written to")
			}
			return nil, wrong(err)
		}
		if err := present(line, &x); err != nil {
			return nil, wrong(err)
		}
		s := say(&x)
		known := has(c, s.strategy)
		switch before, twice := lines[run{s.strategy, s.seed}]; {
		case s.wrong != nil:
			return nil, wrong(s.wrong)
		case s.seed == 0:
			return nil, wrong(errors.New("seed is 0: seeds begin at 1"))
		case s.seed > plan.MostSeed:
			return nil, wrong(fmt.Errorf("seed is %d: seeds end at %d", s.seed, plan.MostSeed))
		case !known:
			return nil, wrong(strange(text, s.strategy, c))
		case twice:
			return nil, wrong(fmt.Errorf("line %d is of %s #%d, too", before, s.strategy, s.seed))
		case s.moments == nil:
		case first == 0:
			whole, first = s, number
		case !slices.Equal(s.moments, whole.moments):
			return nil, wrong(fmt.Errorf("it was looked at after %v images, line %d after %v: these are no runs of one experiment", s.moments, first, whole.moments))
		case !slices.Equal(s.names, whole.names):
			return nil, wrong(fmt.Errorf("its weightings are %q, those of line %d %q: these are no runs of one experiment", s.names, first, whole.names))
		}
		lines[run{s.strategy, s.seed}] = number
		list = append(list, x)
	}
	return list, nil
}

// said is what a line of results says of its run.
type said struct {
	strategy string
	seed     uint64
	moments  []int    // images after which it was looked at; none of one that stopped
	names    []string // of the weightings of its states
	wrong    error    // that it cannot be
}

func saidOfRun(r *trainer.Run) said {
	s := said{strategy: r.Strategy, seed: r.Seed, wrong: cmp.Or(r.Sound(), soundRun(r))}
	if r.Stopped() {
		return s
	}
	for _, p := range r.Curve {
		s.moments = append(s.moments, p.Images)
	}
	switch last := s.moments[max(0, len(s.moments)-1):]; {
	case s.wrong != nil:
	case r.AP < 0:
		s.wrong = fmt.Errorf("ap is %v, of a run that did not break", r.AP)
	case last[0] != r.Images:
		s.wrong = fmt.Errorf("images is %d, and its curve ends after %d", r.Images, last[0])
	}
	return s
}

// saidOfStates says it of states, whose weightings are the configuration's strategies
// and boosting's.
func saidOfStates(c *config.Config) func(*boosting.Run) said {
	return func(r *boosting.Run) said {
		s := said{strategy: r.Strategy, seed: r.Seed}
		if len(r.Moments) == 0 {
			s.wrong = errors.New("it has no moments")
		}
		for i := range r.Moments {
			m := &r.Moments[i]
			names := m.Names()
			s.wrong = cmp.Or(s.wrong, m.Sound(), strangers(c, names))
			switch {
			case s.wrong != nil:
			case i == 0:
				s.names = names
			case !slices.Equal(names, s.names):
				s.wrong = fmt.Errorf("its weightings are %q after %d images, and %q after %d", names, m.Images, s.names, r.Moments[0].Images)
			case m.Images <= r.Moments[i-1].Images:
				s.wrong = fmt.Errorf("a moment is after %d images, and the one before it after %d", m.Images, r.Moments[i-1].Images)
			}
			s.moments = append(s.moments, m.Images)
		}
		return s
	}
}

// strangers reports weightings that an experiment cannot have.
func strangers(c *config.Config, names []string) error {
	for i, name := range names {
		switch {
		case slices.Contains(names[:i], name):
			return fmt.Errorf("it has the weighting %q twice", name)
		case name != boosting.AdaBoost && name != boosting.LogitBoost && !has(c, name):
			return fmt.Errorf("it has a weighting %q, and the experiment no such strategy", name)
		}
	}
	return nil
}
