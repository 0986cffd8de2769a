package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"detsample/bench/config"
	"detsample/bench/study"
	"detsample/bench/study/page"
	"detsample/internal/prose"
)

// studyCommand runs the experiments by which the field's claims are judged.
type studyCommand struct {
	Names       []string `arg:"" optional:"" name:"name" help:"Studies to run (boosting, dense, rpn, roi, small, axes) or single experiments of them (alpha, or dense/dense where a study has the same name); all of them without a name."`
	Out         string   `default:"detsample-study" placeholder:"DIR" help:"Folder for the results, with a folder for each experiment; runs that are there are taken over (detsample-study)."`
	Data        *string  `placeholder:"DIR" help:"Annotated images instead of generated scenes; experiments made for generated scenes are left out."`
	FollowLinks bool     `help:"Follow symbolic links that lead out of the folder of --data, too."`
	Size        string   `placeholder:"N" help:"Longest side of the images of --data in training: pixels, original or auto (the configuration's folder.size)."`
	Seeds       *int     `placeholder:"N" help:"Runs of each strategy (as each experiment has them)."`
	FirstSeed   *uint64  `placeholder:"N" help:"The first seed; the others follow (as each experiment has it)."`
	Quick       bool     `help:"A quarter of an hour on generated scenes (of --data what --only plan says): few experiments, 3 seeds, short trainings; it says what it cannot decide."`
	Jobs        *int     `placeholder:"N" help:"Runs at a time, a core each; results do not depend on it (all cores)."`
	Shard       string   `placeholder:"I/N" help:"Train only shard I of N, for --only merge to join (the one that a Slurm array or an indexed Kubernetes job says); none trains everything."`
	Only        string   `enum:"all,plan,merge,page" default:"all" placeholder:"PART" help:"plan: say what would be run, how long it takes and how much of it --out has; merge: join shards; page: write the page anew from the runs in --out (all)."`
	Quiet       bool     `short:"q" help:"Print nothing but errors."`
}

// Help returns examples.
func (studyCommand) Help() string {
	return `Each experiment is a comparison in a folder of its own within --out, and README.md
there is the page: what is claimed, what was found, with intervals, and verdicts;
experiments.md is of each experiment by itself. The page repeats what you say in
about.md there, and has of verdicts.md, a numbered list, your sentence on each claim.
An interrupt (Ctrl-C) keeps what has ended, and the same command goes on from
there. The status is that of compare.

Examples:
  detsample study --only plan               what there is, and how long it takes
  detsample study --quick                   a quarter of an hour of two cores, on generated scenes
  detsample study rpn roi --seeds 3         two studies, with fewer seeds
  detsample study dense/dense alpha         two experiments
  detsample study --shard 2/4               on the second of four machines, then
  detsample study --only merge              join them; again until nothing is missing
  detsample study --only page --out docs/study
  detsample preset study/roi-small          an experiment as a comparison of its own`
}

// Run does what is asked for.
func (c *studyCommand) Run(s *session) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Only == "page" {
		if err := c.inFolder(); err != nil {
			return err
		}
		return c.page(s)
	}
	o, err := c.options(s)
	if err != nil {
		return err
	}
	experiments, err := named(c.Names)
	if err != nil {
		return err
	}
	list, err := study.Plan(experiments, o)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return c.noneLeft(experiments)
	}
	if c.Only == "merge" && !slices.ContainsFunc(list, func(p study.Planned) bool { return p.Begun(c.Out) }) {
		what := "the experiments that are asked for"
		if len(list) == 1 {
			what = list[0].Name
		}
		return &failure{statusPartial, fmt.Errorf("no shard has begun %s in %s: train with --shard I/N and this --out first, or name the folder that shards have written to", what, c.Out)}
	}
	if c.Only != "merge" { // which reads them itself
		if list, err = c.see(s, list, o); errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
			return c.interrupted(0, 0, s.args)
		} else if err != nil {
			return err
		}
	}
	if !c.Quiet {
		var left []study.Left
		var refused error
		if c.Only == "plan" { // training says itself what it takes over
			if left, err = leftOfPlan(list, c.Out); err != nil {
				return err
			}
			refused = cmp.Or(page.Own(c.Out), study.Refused(list, o))
		}
		printPlan(s.stdout, list, left, refused, c.leftOut(experiments, list), o)
	}
	if c.Only == "plan" {
		return nil
	}
	if err := page.Own(c.Out); err != nil { // before anything is trained
		return err
	}
	collectEarly()
	progress := newStudyProgress(s.stderr, c.Quiet)
	o.Progress, o.Note, o.Read = progress.event, progress.runs.note, progress.runs.read
	do := study.Run
	if c.Only == "merge" {
		do = study.Merge
	}
	found, err := do(s.ctx, list, o)
	progress.end()
	if errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
		return c.interrupted(progress.trained, progress.measured, s.args)
	}
	if err != nil {
		return err
	}
	return c.conclude(s, found, o)
}

// interrupted returns the error of a study that was stopped after so many trainings,
// and measurements by which settings are chosen, had ended or been taken over.
func (c *studyCommand) interrupted(trained, measured int, args []string) error {
	out := filepath.Clean(c.Out)
	what := " before a run had ended"
	var kept []string
	if trained > 0 {
		kept = append(kept, prose.Count(trained, "training", "trainings"))
	}
	if measured > 0 {
		kept = append(kept, prose.Count(measured, "measurement", "measurements")+" for scales and rates")
	}
	switch {
	case c.Only == "merge":
		what = ": what shards have trained stays in " + out
	case len(kept) > 0:
		what = fmt.Sprintf(": %s has kept %s", out, prose.List(kept, "and"))
	}
	return &failure{statusInterrupted, fmt.Errorf("interrupted%s; go on with\n  %s", what, commandOf(args...))}
}

// options returns what the command asks for.
func (c *studyCommand) options(s *session) (o study.Options, err error) {
	notes := s.stderr
	if c.Quiet {
		notes = io.Discard
	}
	o = study.Options{
		Out: c.Out, Names: c.Names, Data: folder(c.Data), Links: c.FollowLinks, Seeds: valueOf(c.Seeds), FirstSeed: valueOf(c.FirstSeed), Quick: c.Quick,
		Jobs: cmp.Or(valueOf(c.Jobs), runtime.GOMAXPROCS(0)), Command: commandOf(s.args...),
	}
	if c.Size != "" {
		o.Size = new(config.Size)
		if err := o.Size.UnmarshalText([]byte(c.Size)); err != nil {
			return o, wrongUsage("--size is %q: %w", c.Size, err)
		}
	}
	if c.Only == "all" {
		o.Shard, err = theShard(c.Shard, notes)
	}
	return o, err
}

// named returns the experiments that names stand for, each once; all without names.
func named(names []string) ([]study.Experiment, error) {
	all, err := study.Experiments()
	if err != nil || len(names) == 0 {
		return all, err
	}
	var list []study.Experiment
	add := func(more ...study.Experiment) {
		for _, e := range more {
			if !slices.ContainsFunc(list, func(o study.Experiment) bool { return o.Name == e.Name }) {
				list = append(list, e)
			}
		}
	}
	for _, name := range names {
		found, err := study.Find(name)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, unlisted("study or experiment", name, study.Names(), calledAlone(all), "study --only plan")
		}
		add(found...)
	}
	return list, nil
}

// studyNames returns what a study or an experiment can be called: a study, an
// experiment, and both where a study has the experiment's name.
func studyNames(all []study.Experiment) []string { return append(study.Names(), calledAlone(all)...) }

// calledAlone returns the names by which single experiments are run.
func calledAlone(all []study.Experiment) []string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Called()
	}
	return names
}

func experimentNames(all []study.Experiment) []string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	return names
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// conclude writes the page and says what is missing, or what stopped early.
func (c *studyCommand) conclude(s *session, found []study.Found, o study.Options) error {
	stopped, missing := 0, 0
	shard := o.Shard.Count > 0
	for i, f := range found {
		if f.Next != "" {
			missing++
			if names := alike(found, i); len(names) > 0 && (!shard || !c.Quiet) {
				fmt.Fprintf(s.stderr, "%s: %s\n%s", strings.Join(names, ", "), f.Next, listedRuns(f.Missing))
			}
		}
		stopped += f.Stopped
	}
	switch {
	case shard:
		if !c.Quiet {
			fmt.Fprintf(s.stdout, "Once all shards have ended:\n  %s\n", c.merging())
		}
		return nil
	case missing > 0:
		return &failure{statusPartial, fmt.Errorf("%s not complete: start the shards again, and merge again", prose.Count(missing, "experiment is", "experiments are"))}
	}
	if err := c.page(s); err != nil {
		return err
	}
	if stopped > 0 {
		return &failure{statusPartial, fmt.Errorf("%s stopped early: the page says which", prose.Count(stopped, "run", "runs"))}
	}
	return nil
}

// alike names the experiments of which the same is to be said as of the i-th, which
// is said once: none where it has been said of one before.
func alike(found []study.Found, i int) (names []string) {
	for k, f := range found {
		same := k == i || f.Next == found[i].Next && len(f.Missing.Runs)+len(found[i].Missing.Runs) == 0
		switch {
		case same && k < i:
			return nil
		case same:
			names = append(names, f.Experiment)
		}
	}
	return names
}

// merging is the command that joins what shards of this one have trained.
func (c *studyCommand) merging() string {
	args := append([]string{"study"}, c.Names...)
	for _, flag := range []struct {
		name  string
		value any
		given bool
	}{{"--data", folder(c.Data), c.Data != nil}, {"--size", c.Size, c.Size != ""}, {"--seeds", valueOf(c.Seeds), c.Seeds != nil}, {"--first-seed", valueOf(c.FirstSeed), c.FirstSeed != nil}} {
		if flag.given {
			args = append(args, flag.name, fmt.Sprint(flag.value))
		}
	}
	if c.FollowLinks {
		args = append(args, "--follow-links")
	}
	if c.Quick {
		args = append(args, "--quick")
	}
	return commandOf(append(args, "--only", "merge", "--out", c.Out)...)
}

// page writes the page from the runs in the folder.
func (c *studyCommand) page(s *session) error {
	if err := page.Write(c.Out); err != nil {
		return err
	}
	if !c.Quiet {
		fmt.Fprintln(s.stdout, filepath.Join(c.Out, page.File))
	}
	return nil
}
