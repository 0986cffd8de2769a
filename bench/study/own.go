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

// Refused returns the error by which [Run] trains nothing in o.Out for what that holds,
// nil where it would train there. Nothing changes.
func Refused(list []Planned, o Options) error {
	if err := own(o.Out, list); err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		dir := filepath.Join(o.Out, p.Name)
		switch sharded := o.Shard.Count > 0; {
		case sharded && p.States && o.Shard.Index != 1:
			continue // another shard trains it
		case sharded && !p.States:
			if err := joinable(dir); err != nil {
				return err
			}
			dir = store.ShardDir(dir, o.Shard.Index, o.Shard.Count)
			if err := ownOrigin(dir); err != nil {
				return err
			}
		}
		if err := ownRuns(dir); err != nil {
			return err
		}
	}
	return nil
}

// joinable returns an error if a folder holds what Merge would not add a shard's runs to.
func joinable(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, store.Results)); err != nil {
		return nil // nothing is joined yet
	}
	return ownRuns(dir)
}

// ownRuns returns an error if a folder holds what keeps a study from training there:
// what no comparison wrote, or a study's runs without their journal, as they are
// published, which none could take over.
func ownRuns(dir string) error {
	err := store.Claimable(dir)
	if err == nil || !withoutJournal(dir) {
		return err
	}
	if _, there := os.Stat(filepath.Join(dir, store.Results)); there != nil {
		return err
	}
	return fmt.Errorf("%s holds %s without its journal, by which runs are taken over: --only page reads it as it is; to train, name another --out, where --first-seed asks for further seeds", dir, store.Results)
}

// withoutJournal reports whether a folder in which a study has kept runs has no journal,
// by which files are known to be a study's.
func withoutJournal(dir string) bool {
	journal, unfinished := store.Standing(dir)
	_, kept, err := readOrigin(dir)
	return !journal && !unfinished && kept && err == nil
}

// Apart returns an error if a folder is a comparison's own, as detsample compare makes
// one: a study has a folder for each of its experiments, and its page is of them.
func Apart(dir string) error {
	if name := store.Held(dir); name != "" {
		return fmt.Errorf("%s holds %s, as the folder of a single comparison does, and a study has a folder for each experiment: name another folder, or move it away", dir, name)
	}
	return nil
}

// own returns an error if a study's folder is a comparison's own, or if a file that a
// study would write is in the folder of an experiment, and no study wrote it.
func own(dir string, list []Planned) error {
	if err := Apart(dir); err != nil {
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
