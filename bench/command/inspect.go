package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/dataset"
	insight "detsample/bench/inspect"
	"detsample/bench/replay"
	"detsample/bench/report"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// inspectCommand inspects annotations and, beside them, a detector's dump.
type inspectCommand struct {
	Annotations string `arg:"" help:"COCO or LVIS JSON file, or a folder of Pascal VOC, COCO or YOLO, or its data.yaml, as compare takes them."`
	dataFlags
	Anchors string `placeholder:"NAME" help:"Anchors and assigner to inspect for: retinanet, rpn-fpn, detsample or a YAML file of a pyramid (those that compare fits to the training images)."`
	Config  string `placeholder:"FILE" help:"Comparison or strategy whose anchors, assigners and samplers to inspect, and whose stages the advice is about."`
	Size    string `placeholder:"SIZE" help:"Size of the images in training: 800x1333 (short and at most long side), 512 (long side) or original (that of --config, or what compare chooses; else original)."`
	Dump    string `placeholder:"FILE" help:"A detector's scores, to replay losses and samplers on."`
	Out     string `placeholder:"DIR" help:"Folder for inspect.json, inspect.html and advice.yaml; files of these names that inspect did not write, or that were edited since, are refused."`
	Jobs    *int   `placeholder:"N" help:"Images at a time, a core each; results do not depend on it (all cores)."`
	Format  string `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
	Quiet   bool   `short:"q" help:"Print nothing but errors."`

	assigner   anchors.Assigner    // of what is inspected for
	comparison *config.Config      // of Config
	strategies []strategy.Strategy // likewise

	imagesAtHand bool // beside the annotations
}

// Help returns examples.
func (inspectCommand) Help() string {
	return `Says what a dense detector would learn from these annotations with these anchors,
without pixels and without training: which objects anchors reach and why others are
missed, positives and negatives by level and size, what each sampler would keep, and
what to change, with how that was derived. Every figure is over all images and anchors.

Without --anchors and --config it looks at what compare --data trains on: the image
size that is chosen there, and anchors fitted to the training images (--anchors
detsample has the pyramid before that fit). With either, images keep their size unless
--size or the comparison of --config says otherwise. The advice is ordered by what it
is worth. --out writes it as a comparison to run, advice.yaml, with a note on what that
cannot say; the last lines that are printed have the command, compare --config with it
and --data with the images. A dump is what a detector wrote: docs/dumps.md.

Examples:
  detsample inspect photos/                                    a folder of Pascal VOC
  detsample inspect train.json --anchors retinanet --size 800x1333
  detsample inspect train.json --config mine.yaml --out found  with a page of plots`
}

// Run inspects, prints and writes.
func (c *inspectCommand) Run(s *session) error {
	wanted, notes, err := c.config(s)
	if err != nil {
		return err
	}
	progress := newStepProgress(s.stderr, c.Quiet)
	defer progress.end()
	set, files, err := c.open(s, progress)
	if err != nil {
		return err
	}
	if c.asCompared() {
		if wanted, notes, err = c.compared(s.ctx, files, wanted, progress); err != nil {
			return err
		}
	}
	wanted.Progress, wanted.Procs, c.assigner = progress.follow, valueOf(c.Jobs), wanted.Assigner
	c.imagesAtHand = trainable(set)
	found, err := insight.Analyse(s.ctx, set, wanted)
	if err == nil && c.Dump != "" {
		progress.step("replaying " + c.Dump)
		found.Replay, err = replay.Run(s.ctx, c.Dump, replay.Options{Strategies: c.strategies, Annotations: set, Progress: progress.share})
	}
	progress.end()
	switch {
	case errors.Is(err, context.Canceled) && s.ctx.Err() != nil:
		return errNothingWritten
	case err != nil:
		return err
	}
	found.Notes = append(notes, found.Notes...)
	advised := c.advised(found)
	if err := registry.Check(advised); err != nil {
		found.Refused = err.Error()
	} else if note := cost(advised, set); note != "" {
		found.Notes = append(found.Notes, note)
	}
	if err := c.write(found); err != nil {
		return err
	}
	if c.Quiet {
		return nil
	}
	return c.print(s.stdout, found)
}

// open reads the annotations, looks at the files of their images, and says what is
// wrong with either; images that cannot be read are left out then.
func (c *inspectCommand) open(s *session, progress *stepProgress) (*annotations.Set, *dataset.Files, error) {
	progress.step("reading " + c.Annotations)
	strict := c.comparison != nil && c.comparison.Folder.Strict
	set, err := c.read(s.ctx, c.Annotations, annotations.Options{Policy: annotations.Policy{Refuse: strict}})
	var files *dataset.Files
	if err == nil {
		if files, err = look(s.ctx, set, progress); err != nil {
			return nil, nil, err
		}
		if err := files.Strike(s.ctx); err != nil {
			return nil, nil, errNothingWritten
		}
		if at := slices.IndexFunc(set.Problems, func(p annotations.Problem) bool { return !p.Notice }); strict && at >= 0 && set.HasImages {
			err = &annotations.ReadError{Err: fmt.Errorf("%s: %w", c.Annotations, set.Problems[at]), Problems: set.Problems[:at]}
		}
	}
	if err != nil || !c.Quiet {
		progress.clear()
		err = printRead(s.stderr, set, err)
	}
	return set, files, err
}

// config returns what to inspect for, or what is wrong with the command.
func (c *inspectCommand) config(s *session) (wanted insight.Config, notes []string, err error) {
	if err := checkJobs(c.Jobs); err != nil {
		return wanted, nil, err
	}
	switch {
	case c.Anchors != "" && c.Config != "":
		return wanted, nil, wrongUsage("--anchors and --config both say what to inspect for: expected one of them")
	}
	if wanted, err = anchorsOf(s, c.Anchors); err != nil {
		return wanted, nil, err
	}
	if c.Config != "" {
		file, data, err := s.readConfig(c.Config)
		if err != nil {
			return wanted, nil, err
		}
		comparison, strategies, err := config.ParseStrategies(file, data)
		if err != nil {
			return wanted, nil, err
		}
		if comparison != nil {
			wanted = inspectedAs(comparison)
		}
		c.comparison, c.strategies = comparison, strategies
		wanted, notes = insight.FromStrategies(wanted, strategies)
		notes = append(c.chosenLater(), notes...)
	}
	if c.Size != "" {
		if wanted.Resize, err = insight.ParseResize(c.Size); err != nil {
			return wanted, nil, wrongUsage("--size: %w", err)
		}
	}
	return wanted, notes, nil
}

// chosenLater notes a size of images that only compare knows, and that is not
// inspected for.
func (c *inspectCommand) chosenLater() []string {
	if c.comparison == nil || c.Size != "" {
		return nil
	}
	switch folder := &c.comparison.Folder; {
	case folder.Crop > 0:
		return []string{fmt.Sprintf("the comparison trains on crops of %d pixels (folder.crop): whole images are inspected, as large as they are, and advised", folder.Crop)}
	case folder.Size == config.Auto:
		return []string{"the comparison leaves the size of images to compare (folder.size is auto): they are inspected as large as they are, and so advised; --size says another"}
	}
	return nil
}

// anchorsOf returns what to inspect for by name, or by a file of a pyramid:
// nothing or detsample is what compare trains by default.
func anchorsOf(s *session, name string) (insight.Config, error) {
	if name == "" || name == "detsample" {
		defaults := config.Default()
		defaults.Folder.Size = config.Original
		return inspectedAs(&defaults), nil
	}
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" || name == "-" {
		file, data, err := s.readConfig(name)
		if err != nil {
			return insight.Config{}, err
		}
		pyramid := anchors.Pyramid{Offset: 0.5}
		if err := strictyaml.Unmarshal(file, data, &pyramid, strategy.Types()); err != nil {
			return insight.Config{}, err
		}
		return insight.New(filepath.Base(file), pyramid, insight.Resize{}), nil
	}
	preset, err := insight.Preset(name)
	if err != nil {
		return preset, wrongUsage("--anchors is %q: expected %s, detsample or a YAML file of levels, ratios and offset%s", name, strings.Join(insight.Presets(), ", "),
			registry.DidYouMean(name, append(insight.Presets(), "detsample")))
	}
	preset.Resize = insight.Resize{}
	return preset, nil
}

// inspectedAs returns the pyramid and the image size of a comparison, as what to
// inspect for.
func inspectedAs(c *config.Config) insight.Config {
	return insight.New("detsample", c.Detector.Pyramid, insight.Resize{Long: max(0, int(c.Folder.Size))})
}

// write writes the report into the folder for results.
func (c *inspectCommand) write(found *insight.Report) error {
	if c.Out == "" {
		return nil
	}
	var page bytes.Buffer
	if err := report.WriteInspection(&page, found); err != nil {
		return err
	}
	files := map[string][]byte{"inspect.html": page.Bytes()}
	if found.Refused == "" {
		advised, err := c.advised(found).YAML()
		if err != nil {
			return err
		}
		files[adviceFile] = c.headed(advised, found.Notes)
	}
	return writeFound("--out", c.Out, "inspect", files, found, &found.Files)
}

// advised returns the comparison that the advice comes to: that of --config, or
// two strategies for these annotations, with the image size, the anchors and the
// positive threshold recommended.
func (c *inspectCommand) advised(found *insight.Report) *config.Config {
	advised := config.Default()
	if c.comparison != nil {
		advised = *c.comparison
	}
	if len(advised.Strategies) == 0 {
		advised.Strategies = c.strategies
	}
	if len(advised.Strategies) == 0 {
		advised.Strategies, advised.Scale = recommendedStrategies(c.assigner), config.Matched
	}
	advised.Strategies = found.Assigned(advised.Strategies, c.assigner)
	advised.Folder.Anchors = false
	advised.Detector.Pyramid = found.Pyramid()
	advised.Folder.Size, advised.Folder.Crop = found.Size(), found.Crop()
	return &advised
}

// recommendedStrategies are what the advice on samplers and losses comes to: focal
// loss on all anchors, and three negatives for each positive, beside cross entropy on
// all anchors, which either is to be better than.
func recommendedStrategies(assigner anchors.Assigner) []strategy.Strategy {
	plain, focal, mined := rpn.OneStage(), rpn.OneStage(), rpn.OneStage()
	plain.Assigner, focal.Assigner, mined.Assigner = assigner, assigner, assigner
	plain.Cls = losses.CE{}
	mined.Sampler, mined.Cls = sampling.HardNegative{Ratio: 3}, losses.CE{}
	list := []strategy.Strategy{{Name: "ce", Dense: &strategy.Dense{Config: plain}}, {Name: "focal", Dense: &strategy.Dense{Config: focal}}, {Name: "ssd 3:1", Dense: &strategy.Dense{Config: mined}}}
	for i := range list {
		list[i].SetDefaults()
	}
	return list
}

// print shows the report in the format asked for.
func (c *inspectCommand) print(w io.Writer, found *insight.Report) error {
	if c.Format == "json" {
		return printJSON(w, found)
	}
	p := newPrinter(w, c.Format)
	printInspection(p, found)
	written := "inspect.html, inspect.json, advice.yaml"
	if found.Refused != "" {
		written = "inspect.html, inspect.json"
		p.line("There is no configuration of these anchors for compare: %s.", found.Refused)
	} else {
		printSetup(p, found)
	}
	if c.Out != "" {
		p.line("Results are in %s: %s.", filepath.Clean(c.Out), written)
	}
	if c.Out != "" && found.Refused == "" {
		command, missing := c.adviceCommand()
		if p.markdown { // in a block of code a name could not be escaped
			p.line("\nTo train with this advice: %s", printable(command))
		} else { // a command is not wrapped: it is to be pasted
			fmt.Fprintf(w, "\nTo train with this advice:\n\n    %s\n", printable(command))
		}
		if missing != "" {
			p.line("\n%s.", missing)
		}
	}
	return nil
}
