package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/stats"
	"detsample/bench/store"
	"detsample/bench/summary"
)

// compareCommand runs a comparison.
type compareCommand struct {
	Preset      string          `xor:"source" placeholder:"NAME" help:"Comparison to run; detsample list presets names them. Without --preset and --config: default."`
	Config      string          `xor:"source" placeholder:"FILE" help:"Comparison to run, from a file; detsample preset NAME prints one to start from."`
	Data        *string         `placeholder:"DIR" help:"Annotated images instead of generated scenes: a folder of Pascal VOC, COCO or YOLO, a data.yaml, or a COCO JSON file."`
	FollowLinks bool            `help:"Follow symbolic links that lead out of the folder of --data, too."`
	Size        string          `placeholder:"N" help:"Longest side of the images of --data in training: pixels, original or auto (the configuration's folder.size)."`
	Crop        *int            `placeholder:"N" help:"Train on crops of N pixels of the original images of --data, and test on tiles of them (the configuration's folder.crop)."`
	MaxTrain    *int            `placeholder:"N" help:"Train on at most N images of --data, 0 for all (the configuration's folder.max_train, 2000)."`
	MaxTest     *int            `placeholder:"N" help:"Test on at most N images of --data, 0 for all (the configuration's folder.max_test, 500)."`
	Seeds       *int            `placeholder:"N" help:"Runs of each strategy; fewer than 3 conclude nothing (3). With --until or --race, at most (24)."`
	FirstSeed   uint64          `default:"1" placeholder:"N" help:"The first seed; the others follow (1)."`
	Until       *float64        `placeholder:"AP" help:"Add seeds until every difference between strategies is known to plus or minus this many points of AP."`
	Race        bool            `help:"Add seeds, and stop strategies that cannot be the best any more."`
	Jobs        *int            `placeholder:"N" help:"Runs at a time, a core each; results do not depend on it (all cores)."`
	Budget      float64         `default:"1" placeholder:"F" help:"Multiplies the images that each run sees (1)."`
	Tune        bool            `help:"First choose every strategy's learning rate, and loss weights where their scale differs, on validation images."`
	Out         string          `default:"detsample-out" placeholder:"DIR" help:"Folder for the results; earlier results in it move to its folder previous, or previous-2 and so on (detsample-out)."`
	Resume      bool            `help:"Take over the runs in the folder for results; if they are of another comparison, it is an error and nothing is touched."`
	Shard       string          `placeholder:"I/N" help:"Train only shard I of N, for merge to join (the one that a Slurm array or an indexed Kubernetes job says); none trains everything."`
	Trainer     *string         `placeholder:"COMMAND" help:"Train with a program of your own instead of the small detectors: its command line, with {strategy}, {name}, {lr}, {seed}, {data}, {budget}, {out} and {gpu}; docs/trainers.md."`
	GPUs        []config.Device `name:"gpus" placeholder:"N,..." help:"Devices for the trainer's runs: one run at a time on each, two on one that is named twice (those of CUDA_VISIBLE_DEVICES)."`
	Timeout     *time.Duration  `placeholder:"TIME" help:"How long the trainer's program may take, such as 90m."`
	Retries     *int            `placeholder:"N" help:"How often the trainer's program is started again if it crashes or takes too long (0)."`
	Input       []string        `sep:"none" placeholder:"FILE" help:"File that the trainer's results depend on, such as the program itself: if it has changed, nothing is taken over."`
	Only        []string        `sep:"none" placeholder:"NAME,..." help:"Run only these strategies of the comparison, each as the whole comparison runs it: with the anchors that are fitted for all strategies, and weights matched to the same reference."`
	Format      string          `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
	Quiet       bool            `short:"q" help:"Print nothing but errors; the results are in the folder."`

	kept []string // names of Only
}

// Help returns examples.
func (compareCommand) Help() string {
	return `Tables go to standard output, progress to standard error. An interrupt (Ctrl-C)
stops within a step, keeps the runs that have ended and exits with 130; a second
one kills. At SIGTERM a trainer's program has 10 seconds to save. The status is 3 if some runs diverged or broke before their end, and 1
if all did. For a shard it is 0 once its runs are recorded, whatever became of
them: merge has the verdict.

Examples:
  detsample compare                                       the default comparison
  detsample compare --preset small --seeds 3              with intervals over seeds
  detsample compare --data photos/ --budget 0.5 --resume  own images, half as long
  detsample compare --config mine.yaml --format json      for a program to read
  detsample compare --race --until 0.75                   as many seeds as it takes, 24 at most
  detsample compare --seeds 8 --shard 2/4                 on the second of four machines
  detsample compare --config mine.yaml --data coco --gpus 0,1 --input train.py \
    --trainer 'python train.py {strategy} {seed} {data} {budget} {out}'`
}

// Run runs the comparison, prints what it found and writes the report.
func (c *compareCommand) Run(s *session) error {
	comparison, err := c.config(s)
	if err != nil {
		return err
	}
	notes := s.stderr
	if c.Quiet {
		notes = io.Discard
	}
	c.noteUnused(notes, comparison)
	of, err := theShard(c.Shard, notes)
	if err != nil {
		return err
	}
	collectEarly()
	if of.Count > 0 {
		return c.trainShard(s, comparison, of)
	}
	progress := newProgress(s.stderr, c.Quiet, c.runs(comparison))
	study, err := bench.Compare(s.ctx, comparison, c.options(comparison, progress))
	progress.end()
	if errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
		return interrupted(c.Out, progress.finished, progress.runs, resuming(s.args))
	}
	if _, another := errors.AsType[*store.Another](err); another {
		return fmt.Errorf("%w; without --resume it begins anew, and what is there moves to a folder within it, previous, or previous-2 and so on", err)
	}
	if study == nil {
		return err
	}
	return s.conclude(study, err, c.Out, c.Format, c.Quiet)
}

// conclude prints a finished comparison, of whose report err is, and returns
// the error that it ends with. Where the results are it says of those alone that
// could be written.
func (s *session) conclude(study *summary.Study, err error, out, format string, quiet bool) error {
	if !quiet {
		written := out
		if err != nil {
			written = ""
		}
		if failed := printStudy(s.stdout, study, written, format); failed != nil && err == nil {
			err = failed
		}
		printWarnings(s.stderr, study.Summary.Warnings, out)
	}
	if err != nil {
		return err
	}
	return stopped(study)
}

// options returns what the command asks for.
func (c *compareCommand) options(comparison *config.Config, progress *progress) bench.Options {
	return bench.Options{
		Data: folder(c.Data), Links: c.FollowLinks, Seeds: c.seeds(), Jobs: c.jobs(comparison), Budget: c.Budget, Tune: c.Tune, Only: c.kept,
		FirstSeed: c.FirstSeed, Until: valueOf(c.Until) / 100, Race: c.Race,
		Out: c.Out, Resume: c.Resume, Report: true, Progress: progress.event, Note: progress.note, Read: progress.read,
	}
}

// adding reports whether seeds are added by what is known.
func (c *compareCommand) adding() bool { return c.Until != nil || c.Race }

// seeds returns the number of seeds, or the most that there may be.
func (c *compareCommand) seeds() int {
	switch {
	case c.Seeds != nil:
		return *c.Seeds
	case c.adding():
		return 24
	}
	return stats.MinSeeds
}

// mostSeeds is more than anybody can train, and few enough to count through.
const mostSeeds = 1_000_000

// folder returns the value of --data, empty for generated scenes.
func folder(data *string) string { return valueOf(data) }

// config returns the comparison to run, or what is wrong with the command.
func (c *compareCommand) config(s *session) (*config.Config, error) {
	switch {
	case c.Data != nil && *c.Data == "":
		return nil, wrongUsage("--data is empty: expected a folder of images; leave it out for generated scenes")
	case c.seeds() < 1:
		return nil, wrongUsage("--seeds is %d: expected at least 1", *c.Seeds)
	case c.seeds() > mostSeeds:
		return nil, wrongUsage("--seeds is %d: expected 1 to %d", *c.Seeds, mostSeeds)
	case c.FirstSeed < 1 || c.FirstSeed > plan.MostSeed:
		return nil, wrongUsage("--first-seed is %d: expected 1 to %d", c.FirstSeed, plan.MostSeed)
	case c.Until != nil && !(*c.Until > 0 && *c.Until <= 100):
		return nil, wrongUsage("--until is %v: expected points of AP, above 0 and at most 100", *c.Until)
	case c.adding() && c.seeds() < stats.MinSeeds:
		return nil, wrongUsage("--seeds is %d: --until and --race look at %d seeds first", c.seeds(), stats.MinSeeds)
	case !(c.Budget > 0) || c.Budget > maxBudget:
		return nil, wrongUsage("--budget is %v: expected above 0 and at most %v", c.Budget, maxBudget)
	}
	if err := checkJobs(c.Jobs); err != nil {
		return nil, err
	}
	if err := checkLinks(c.FollowLinks, c.Data); err != nil {
		return nil, err
	}
	comparison, err := c.source(s)
	if err != nil {
		return nil, err
	}
	if math.Round(float64(comparison.Training.Images)*c.Budget) > maxImages {
		return nil, wrongUsage("--budget is %v: a run would see more than %v images", c.Budget, maxImages)
	}
	if err := c.resize(comparison); err != nil {
		return nil, err
	}
	if err := c.program(comparison); err != nil {
		return nil, err
	}
	if err := c.limit(comparison); err != nil {
		return nil, err
	}
	c.kept, err = strategiesIn(comparison, c.Only)
	return comparison, err
}

// resize sets the size that a folder's images are trained at, or their crops.
func (c *compareCommand) resize(comparison *config.Config) error {
	f := &comparison.Folder
	switch {
	case c.Size == "" && c.Crop == nil:
		return nil
	case c.Data == nil:
		return wrongUsage("--size and --crop are of the images of --data; generated scenes have their size in the configuration (scenes.size)")
	}
	if c.Crop != nil && (*c.Crop < config.MinCrop || *c.Crop > maxCrop) {
		return wrongUsage("--crop is %d: expected a number of pixels from %d to %d", *c.Crop, config.MinCrop, maxCrop)
	}
	f.Crop = valueOf(c.Crop)
	if f.Size = config.Original; c.Size != "" {
		if err := f.Size.UnmarshalText([]byte(c.Size)); err != nil {
			return wrongUsage("--size is %q: %w", c.Size, err)
		}
	}
	if f.Validate() != nil {
		return wrongUsage("--size is %s beside --crop %d: crops are of the original pixels: leave --size out", c.Size, f.Crop)
	}
	return nil
}

// limit sets how many of a folder's images are trained and tested on.
func (c *compareCommand) limit(comparison *config.Config) error {
	for _, limit := range []struct {
		name  string
		asked *int
		of    *int
	}{{"--max-train", c.MaxTrain, &comparison.Folder.MaxTrain}, {"--max-test", c.MaxTest, &comparison.Folder.MaxTest}} {
		switch {
		case limit.asked == nil:
			continue
		case *limit.asked < 0:
			return wrongUsage("%s is %d: expected a number of images, or 0 for all", limit.name, *limit.asked)
		case c.Data == nil:
			return wrongUsage("%s is of the images of --data; generated scenes have their number in the configuration (scenes.train, scenes.test)", limit.name)
		}
		*limit.of = *limit.asked
	}
	return nil
}

// maxCrop is the largest that folder.crop may be.
const maxCrop = 2048

const (
	maxBudget = 1e6
	maxImages = 1e12
)

// usualPreset is the comparison of a command that names none.
const usualPreset = "default"

// source reads the configuration from where the command names it.
func (c *compareCommand) source(s *session) (*config.Config, error) {
	if c.Config != "" {
		name, data, err := s.readConfig(c.Config)
		if err != nil {
			return nil, err
		}
		return c.parse(name, data)
	}
	name := cmp.Or(c.Preset, usualPreset)
	data, err := config.PresetYAML(name)
	if err != nil {
		return nil, wrongUsage("%w", err)
	}
	return c.parse("preset "+name, data)
}

// parse reads a configuration, for the program that --trainer names if it does.
func (c *compareCommand) parse(name string, data []byte) (*config.Config, error) {
	if c.Trainer == nil {
		return config.Parse(name, data)
	}
	own := config.Program{Command: config.Command(*c.Trainer)}
	if err := own.Validate(); err != nil {
		return nil, wrongUsage("--trainer: %v", err)
	}
	return config.ParseFor(own.Command, name, data)
}

// strategiesIn returns the strategies that values name. A value is a name or, if no
// strategy is called so, names separated by commas.
func strategiesIn(comparison *config.Config, values []string) (list []string, err error) {
	for _, value := range values {
		if slices.Contains(names(comparison), value) {
			list = append(list, value)
			continue
		}
		for name := range strings.SplitSeq(value, ",") {
			if err := known("strategy", name, names(comparison)); err != nil {
				return nil, err
			}
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// runs returns how many runs there are, or may be at most.
func (c *compareCommand) runs(comparison *config.Config) int {
	if len(c.kept) > 0 {
		return len(c.kept) * c.seeds()
	}
	return len(comparison.Strategies) * c.seeds()
}

// jobs returns how many runs there are at a time. A program of one's own has the
// machine for itself, unless GPUs are named.
func (c *compareCommand) jobs(comparison *config.Config) int {
	switch {
	case c.Jobs != nil:
		return *c.Jobs
	case comparison.Trainer != nil:
		return max(1, len(comparison.Trainer.Devices()))
	}
	return runtime.GOMAXPROCS(0)
}

// printStudy shows a finished comparison in a format.
func printStudy(w io.Writer, study *summary.Study, out, format string) error {
	if format == "json" {
		return printJSON(w, &study.Summary)
	}
	printSummary(newPrinter(w, format), study, out)
	return nil
}
