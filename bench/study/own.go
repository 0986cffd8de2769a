package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/store"
)

// own returns an error if a file that a study would write is in its folder, or
// in an experiment's, and no study wrote it.
func own(dir string, list []Planned) error {
	title, _, _ := strings.Cut(head, "\n")
	before, after, _ := strings.Cut(title, "{on}")
	written := func(text []byte) bool {
		first, _, _ := strings.Cut(string(text), "\n")
		return strings.HasPrefix(first, before) && strings.HasSuffix(strings.TrimRight(first, "\r"), after)
	}
	if err := writtenBy(dir, PageFile, written); err != nil {
		return err
	}
	for i := range list {
		if err := ownOrigin(filepath.Join(dir, list[i].Name)); err != nil {
			return err
		}
	}
	return nil
}

// ownOrigin is own of what a folder's runs were made by.
func ownOrigin(dir string) error {
	return writtenBy(dir, store.Origin, func(text []byte) bool {
		var o origin
		return json.Unmarshal(text, &o) == nil && o.Numerics != "" && o.Machine != ""
	})
}

func writtenBy(dir, name string, written func([]byte) bool) error {
	text, err := store.ReadFile(filepath.Join(dir, name), mostRead)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !written(text):
		return fmt.Errorf("%s holds %s, which no study wrote: name another folder, or move it away", dir, name)
	}
	return nil
}

// Begun reports whether a study's folder has one of the experiment.
func (e *Experiment) Begun(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, e.Name))
	return err == nil && info.IsDir()
}

// begun reports whether a folder has one of an experiment.
func begun(dir string) (bool, error) {
	experiments, err := Experiments()
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(experiments, func(e Experiment) bool { return e.Begun(dir) }), nil
}
