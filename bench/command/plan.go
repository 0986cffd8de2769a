package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"

	"detsample/bench"
	"detsample/internal/prose"
)

// planCommand lists the runs that come next.
type planCommand struct {
	Dir         string  `arg:"" help:"Folder that merge has joined results in."`
	Shards      *int    `placeholder:"N" help:"Also say which of N shards each run falls to."`
	Data        *string `placeholder:"DIR" help:"Where the images are now, if not where they were for the shards."`
	FollowLinks bool    `help:"Follow symbolic links that lead out of the folder of --data, too."`
	Format      string  `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
}

// Help returns examples.
func (planCommand) Help() string {
	return `What comes next follows from what has been merged: shards that are started now
train exactly these runs. A comparison that is complete has none, in JSON [].

Examples:
  detsample plan out
  detsample plan out --shards 4
  detsample plan out --format json`
}

// plannedRun is a run that comes next, with its shard if there are some.
type plannedRun struct {
	bench.Planned
	Shard int `json:"shard,omitempty"`
}

// Run prints the runs that come next.
func (c *planCommand) Run(s *session) error {
	switch {
	case c.Data != nil && *c.Data == "":
		return wrongUsage("--data is empty: expected a folder of images; leave it out where they are as they were for the shards")
	case c.Shards != nil && *c.Shards < 1:
		return wrongUsage("--shards is %d: expected at least 1", *c.Shards)
	}
	if err := checkLinks(c.FollowLinks, c.Data); err != nil {
		return err
	}
	progress := newProgress(s.stderr, false, 0)
	next, err := bench.Next(s.ctx, c.Dir, bench.Options{Data: folder(c.Data), Links: c.FollowLinks, Note: progress.note, Read: progress.read})
	progress.end()
	switch {
	case errors.Is(err, context.Canceled) && s.ctx.Err() != nil:
		return &failure{statusInterrupted, errors.New("interrupted")}
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s has no runs that are joined: %s merge joins what shards have trained", c.Dir, called)
	case err != nil:
		return err
	}
	runs := make([]plannedRun, len(next.Runs))
	for i, run := range next.Runs {
		runs[i].Planned = run
	}
	if c.Shards != nil {
		for i, shard := range next.Shards(*c.Shards) {
			runs[i].Shard = shard
		}
	}
	if c.Format == "json" {
		return printJSON(s.stdout, runs)
	}
	p := newPrinter(s.stdout, c.Format)
	if len(runs) == 0 {
		p.line("The comparison in %s is complete: nothing comes next.", filepath.Clean(c.Dir))
		return nil
	}
	p.grid(c.grid(next, runs))
	return nil
}

// grid returns the table of runs.
func (c *planCommand) grid(next bench.Round, runs []plannedRun) grid {
	g := grid{title: fmt.Sprintf("%s next", prose.Count(len(runs), "run comes", "runs come")), keys: 1,
		columns: []column{{"strategy", true}, {"seed", false}, {"cost", false}},
		note:    "Cost is about what a run takes, in images of a one-stage detector.",
	}
	if next.Phase != "" {
		g.title += " (" + next.Phase + ")"
		g.columns = append(g.columns, column{"for", true})
	}
	if c.Shards != nil {
		g.columns = append(g.columns, column{"shard", false})
	}
	for _, run := range runs {
		row := []string{printable(run.Strategy), strconv.FormatUint(run.Seed, 10), compact(run.Cost)}
		if next.Phase != "" {
			row = append(row, printable(run.Planned.Phase))
		}
		if c.Shards != nil {
			row = append(row, strconv.Itoa(run.Shard))
		}
		g.rows = append(g.rows, row)
	}
	return g
}
