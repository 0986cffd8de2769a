package command

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// check returns what is wrong with the flags.
func (c *studyCommand) check() error {
	switch {
	case c.Data != nil && *c.Data == "":
		return wrongUsage("--data is empty: expected a folder of images; leave it out for generated scenes")
	case c.Seeds != nil && *c.Seeds < 1:
		return wrongUsage("--seeds is %d: expected at least 1", *c.Seeds)
	case c.Seeds != nil && *c.Seeds > mostSeeds:
		return wrongUsage("--seeds is %d: expected 1 to %d", *c.Seeds, mostSeeds)
	case c.FirstSeed != nil && (*c.FirstSeed < 1 || *c.FirstSeed > mostSeed):
		return wrongUsage("--first-seed is %d: expected 1 to %d", *c.FirstSeed, uint64(mostSeed))
	case c.Size != "" && c.Data == nil:
		return wrongUsage("--size is of the images of --data; generated scenes have their size in the configuration (scenes.size)")
	}
	if err := checkJobs(c.Jobs); err != nil {
		return err
	}
	if err := c.shardless(); err != nil {
		return err
	}
	return c.folder()
}

// folder returns what is wrong with the folder of --out.
func (c *studyCommand) folder() error {
	if c.Out == "" {
		return wrongUsage("--out is empty: expected a folder; leave it out for detsample-study")
	}
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
