package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"detsample/bench/store"
	"detsample/internal/durable"
)

// own returns an error if a file that a study would write is in the folder of an
// experiment, and no study wrote it.
func own(dir string, list []Planned) error {
	for i := range list {
		if err := ownOrigin(filepath.Join(dir, list[i].Name)); err != nil {
			return err
		}
	}
	return nil
}

// ownOrigin is own of what a folder's runs were made by.
func ownOrigin(dir string) error {
	return WrittenBy(dir, store.Origin, func(text []byte) bool {
		var o Origin
		return json.Unmarshal(text, &o) == nil && o.Numerics != "" && o.Machine != ""
	})
}

// WrittenBy returns an error if a folder has a file of a name that is not as whoever
// would write to it has written it.
func WrittenBy(dir, name string, written func(text []byte) bool) error {
	text, err := durable.ReadFile(filepath.Join(dir, name), mostRead)
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

// Begun reports whether a folder has one of an experiment.
func Begun(dir string) (bool, error) {
	experiments, err := Experiments()
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(experiments, func(e Experiment) bool { return e.Begun(dir) }), nil
}
