package study

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/internal/durable"
)

// another returns the configuration that lies beside the results in a folder, nil
// without one, and an error if it says that they are of another experiment, or if the
// command that made them says so. A comparison of one's own, made by detsample
// compare, may be kept under an experiment's name if it has its strategies and scenes,
// and trains the small detectors, whose channels, optimizer and batches the page tells.
func (s *Stored) another(dir string, c *config.Config) (kept *config.Config, err error) {
	wrong := func(name, why string) error {
		return fmt.Errorf("%s: %s: it is not of the experiment %s, by which its folder is called: move the folder away, or put into it what is of %s",
			filepath.Join(dir, name), why, s.Name, s.Name)
	}
	for _, o := range s.Origin.parts() {
		names, err := s.others(o)
		if err != nil {
			return nil, err
		}
		if len(names) > 0 {
			return nil, wrong(store.Origin, "the command that made this is of "+strings.Join(names, ", "))
		}
	}
	text, err := durable.ReadFile(filepath.Join(dir, store.Config), mostRead)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if kept, err = config.Parse(store.Config, text); err != nil {
		s.Unread = true // of another version: the page is written from the results alone
		return nil, nil
	}
	if why := unlike(kept, c, s.Origin.OfStudy()); why != "" {
		return nil, wrong(store.Config, why)
	}
	return kept, nil
}

// unlike says in what a configuration that is kept cannot be of an experiment's. It
// may lack strategies, have another length, and the rates and scales that were found.
func unlike(kept, c *config.Config, title bool) string {
	for i := range kept.Strategies {
		name := kept.Strategies[i].Name
		if !has(c, name) {
			return fmt.Sprintf("it has a strategy %q", name)
		}
	}
	switch {
	case kept.Trainer != nil: // whose scenes may be others for its sake alone
		return "a program of one's own trained it (trainer), and the page is of the small detectors"
	case !reflect.DeepEqual(kept.Scenes, c.Scenes):
		return "its scenes are others"
	case kept.Training.Optimizer != c.Training.Optimizer:
		return "its optimizer is another"
	case title && kept.Title != c.Title:
		return "its title is another"
	}
	return ""
}
