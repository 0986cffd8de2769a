package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench"
	"detsample/internal/prose"
)

// mergeCommand joins the parts of a comparison.
type mergeCommand struct {
	Dirs        []string `arg:"" name:"dir" help:"Folders for results that shards have written to, the same or one for each."`
	Out         string   `placeholder:"DIR" help:"Folder for the joined results (the folder itself if there is one, or else detsample-out)."`
	Data        *string  `placeholder:"DIR" help:"Where the images are now, if not where they were for the shards."`
	FollowLinks bool     `help:"Follow symbolic links that lead out of the folder of --data, too."`
	Format      string   `enum:"table,json,markdown" default:"table" help:"What to print of a complete comparison: table, json or markdown (table)."`
	Quiet       bool     `short:"q" help:"Print nothing but errors; the results are in the folder."`
}

// Help returns examples.
func (mergeCommand) Help() string {
	return `Each machine writes to a folder of its own, DIR/shards/I-of-N; merge reads them
and writes to the folder for the joined results. It may be repeated, with parts
in any order. Parts of another configuration, other data or another version are
refused. Runs that are missing are named, and the status is then 3. If all are
there, they are summarised as compare does, unless a further round follows from
them: the shards are then started again.

Examples:
  detsample merge shared/out                       what shards left in one folder
  detsample merge from-a from-b from-c --out out   what was copied from three machines`
}

// Run joins the parts and prints what they give.
func (c *mergeCommand) Run(s *session) error {
	if c.Data != nil && *c.Data == "" {
		return wrongUsage("--data is empty: expected a folder of images; leave it out where they are as they were for the shards")
	}
	if err := checkLinks(c.FollowLinks, c.Data); err != nil {
		return err
	}
	out := cmp.Or(c.Out, "detsample-out")
	if c.Out == "" && len(c.Dirs) == 1 {
		out = c.Dirs[0]
	}
	progress := newProgress(s.stderr, c.Quiet, 0)
	study, next, err := bench.Merge(s.ctx, c.Dirs, bench.Options{
		Out: out, Data: folder(c.Data), Links: c.FollowLinks, Report: true, Note: progress.note, Read: progress.read,
	})
	progress.end()
	switch {
	case errors.Is(err, context.Canceled) && s.ctx.Err() != nil:
		return &failure{statusInterrupted, errors.New("interrupted; merge again")}
	case study != nil:
		return s.conclude(study, err, out, c.Format, c.Quiet)
	case err != nil:
		return err
	case next.Begun:
		return missing(next, out)
	case !c.Quiet && c.Format != "json":
		fmt.Fprintf(s.stdout, "All runs so far are in %s; %s: start the shards again. These come next:\n%s",
			filepath.Clean(out), further(next), listedRuns(next))
	}
	return nil
}

// missing returns the error for a round that not all shards have ended, or begun.
func missing(r bench.Round, out string) error {
	return &failure{statusPartial, fmt.Errorf("%s in %s:\n%s  once they are trained, merge again; the shards train them if they are started again",
		prose.Count(len(r.Runs), "run is missing", "runs are missing"), filepath.Clean(out), listedRuns(r))}
}

// further says what for and how many runs come next.
func further(r bench.Round) string {
	text := prose.Count(len(r.Runs), "further run follows", "further runs follow")
	if r.Phase != "" {
		text += " (" + r.Phase + ")"
	}
	return text
}

// listedRuns names runs, a line for each strategy.
func listedRuns(r bench.Round) string {
	var strategies []string
	seeds := map[string][]uint64{}
	for _, run := range r.Runs {
		name := printable(run.Strategy)
		if run.Phase != "" {
			name += ", " + printable(run.Phase)
		}
		if seeds[name] == nil {
			strategies = append(strategies, name)
		}
		seeds[name] = append(seeds[name], run.Seed)
	}
	var b strings.Builder
	for _, name := range strategies {
		slices.Sort(seeds[name])
		word := "seeds"
		if len(seeds[name]) == 1 {
			word = "seed"
		}
		fmt.Fprintf(&b, "  %s: %s %s\n", name, word, ranges(seeds[name]))
	}
	return b.String()
}

// ranges writes ascending numbers, those that follow each other as "1 to 3".
func ranges(numbers []uint64) string {
	var parts []string
	for i := 0; i < len(numbers); {
		k := i
		for k+1 < len(numbers) && numbers[k+1] == numbers[k]+1 {
			k++
		}
		switch k - i {
		case 0:
			parts = append(parts, fmt.Sprint(numbers[i]))
		case 1:
			parts = append(parts, fmt.Sprint(numbers[i]), fmt.Sprint(numbers[k]))
		default:
			parts = append(parts, fmt.Sprintf("%d to %d", numbers[i], numbers[k]))
		}
		i = k + 1
	}
	return strings.Join(parts, ", ")
}
