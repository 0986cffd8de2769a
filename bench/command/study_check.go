package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"detsample/bench/plan"
	"detsample/bench/study"
)

// check returns what is wrong with the flags.
func (c *studyCommand) check() error {
	switch {
	case c.Only == "page" && c.ofRuns() != "":
		return wrongUsage("--only page writes the page of all that --out has, and %s is of training: leave out one of them", c.ofRuns())
	case c.Data != nil && *c.Data == "":
		return wrongUsage("--data is empty: expected a folder of images; leave it out for generated scenes")
	case c.Seeds != nil && *c.Seeds < 1:
		return wrongUsage("--seeds is %d: expected at least 1", *c.Seeds)
	case c.Seeds != nil && *c.Seeds > mostSeeds:
		return wrongUsage("--seeds is %d: expected 1 to %d", *c.Seeds, mostSeeds)
	case c.FirstSeed != nil && (*c.FirstSeed < 1 || *c.FirstSeed > plan.MostSeed):
		return wrongUsage("--first-seed is %d: expected 1 to %d", *c.FirstSeed, plan.MostSeed)
	case c.Size != "" && c.Data == nil:
		return wrongUsage("--size is of the images of --data; generated scenes have their size in the configuration (scenes.size)")
	}
	if err := checkJobs(c.Jobs); err != nil {
		return err
	}
	if err := checkLinks(c.FollowLinks, c.Data); err != nil {
		return err
	}
	if err := c.shardless(); err != nil {
		return err
	}
	return c.folder()
}

// ofRuns returns the first flag that is given and says what to train, or how.
func (c *studyCommand) ofRuns() string {
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"--data", c.Data != nil}, {"--follow-links", c.FollowLinks}, {"--size", c.Size != ""}, {"--seeds", c.Seeds != nil},
		{"--first-seed", c.FirstSeed != nil}, {"--quick", c.Quick}, {"--jobs", c.Jobs != nil},
	} {
		if flag.given {
			return flag.name
		}
	}
	return ""
}

// inFolder returns an error if --out has nothing of an experiment or a study that is
// named. The page is of all that is there, so that names can only confirm it.
func (c *studyCommand) inFolder() error {
	for _, name := range c.Names {
		list, err := named([]string{name})
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(e study.Experiment) bool { return e.Begun(c.Out) }) {
			return fmt.Errorf("%s has no folder of %s, and --only page takes what is there: leave out the name, or train it first", c.Out, name)
		}
	}
	return nil
}

// folder returns what is wrong with the folder of --out.
func (c *studyCommand) folder() error {
	switch info, err := os.Stat(c.Out); {
	case err == nil && !info.IsDir():
		return fmt.Errorf("--out is %s, which is no folder: name another, or move it away", c.Out)
	case errors.Is(err, os.ErrNotExist) && (c.Only == "page" || c.Only == "merge"):
		return fmt.Errorf("--out is %s, and there is no such folder: --only %s takes what a study has left in one: name that", c.Out, c.Only)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("--out is %s: %w: name another folder", c.Out, errors.Unwrap(err))
	}
	return nil
}

// shardless returns an error if a shard is asked for where there are none: what
// the environment says is of the training alone.
func (c *studyCommand) shardless() error {
	if c.Only == "all" || c.Shard == "" || c.Shard == unsharded {
		return nil
	}
	if _, err := theShard(c.Shard, io.Discard); err != nil {
		return err
	}
	return wrongUsage("--shard is %s, and --only %s is of all shards: leave out one of them", c.Shard, c.Only)
}
