package command

import (
	"bytes"
	"context"

	"detsample/bench/annotations"
	"detsample/bench/config"
	insight "detsample/bench/inspect"
	"detsample/bench/replay"
	"detsample/bench/report"
	"detsample/bench/store"
	"detsample/bench/strategy"

	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// inspectCommand inspects annotations and, beside them, a detector's dump.
type inspectCommand struct {
	Annotations string `arg:"" help:"COCO or LVIS JSON file, or a folder of Pascal VOC, COCO or YOLO, such as compare takes."`
	dataFlags
	Anchors string `enum:"retinanet,rpn-fpn,detsample," default:"" placeholder:"NAME" help:"Anchors and assigner to inspect for: retinanet, rpn-fpn or detsample (detsample)."`
	Config  string `placeholder:"FILE" help:"Comparison or strategy whose anchors, assigners and samplers to inspect."`
	Size    string `placeholder:"SIZE" help:"Size of the images in training: 800x1333 (short and at most long side), 512 (long side) or original."`
	Dump    string `placeholder:"FILE" help:"A detector's scores, to replay losses and samplers on."`
	Out     string `placeholder:"DIR" help:"Folder for inspect.json and inspect.html."`
	Jobs    int    `placeholder:"N" help:"Images at a time, a core each; results do not depend on it (all cores)."`
	Format  string `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
	Quiet   bool   `short:"q" help:"Print nothing but errors."`

	strategies []strategy.Strategy // of Config
}

// Help returns examples.
func (inspectCommand) Help() string {
	return `Says what a dense detector would learn from these annotations with these anchors,
without pixels and without training: which objects anchors reach and why others are
missed, positives and negatives by level and size, what each sampler would keep, and
what to change, with how that was derived. Every figure is over all images and anchors.

Without --anchors and --config it looks at the pyramid that compare starts from, on
images of 128 pixels. A dump is what a detector wrote, see docs/dumps.md.

Examples:
  detsample inspect photos/                                    a folder of Pascal VOC
  detsample inspect instances_train.json --anchors retinanet   RetinaNet at 800x1333
  detsample inspect train.json --config mine.yaml --out found  with a page of plots`
}

// Run inspects, prints and writes.
func (c *inspectCommand) Run(s *session) error {
	config, notes, err := c.config(s)
	if err != nil {
		return err
	}
	if c.Annotations == "" {
		return wrongUsage("the annotations' name is empty: expected a file or a folder")
	}
	progress := newStepProgress(s.stderr, c.Quiet)
	defer progress.end()
	progress.step("reading " + c.Annotations)
	set, err := c.read(c.Annotations, annotations.Options{})
	if err != nil || !c.Quiet {
		err = printRead(s.stderr, set, err)
	}
	if err != nil {
		return err
	}
	progress.step("inspecting")
	config.Progress, config.Procs = progress.images, c.Jobs
	found, err := insight.Analyse(s.ctx, set, config)
	if err == nil && c.Dump != "" {
		progress.step("replaying " + c.Dump)
		found.Replay, err = replay.Run(s.ctx, c.Dump, replay.Options{Strategies: c.strategies, Classes: namesOf(set), Progress: progress.share})
	}
	progress.end()
	switch {
	case errors.Is(err, context.Canceled) && s.ctx.Err() != nil:
		return &failure{statusInterrupted, errors.New("interrupted; nothing was written")}
	case err != nil:
		return err
	}
	found.Notes = append(notes, found.Notes...)
	if err := c.write(found); err != nil {
		return err
	}
	if c.Quiet {
		return nil
	}
	return c.print(s.stdout, found)
}

// config returns what to inspect for, or what is wrong with the command.
func (c *inspectCommand) config(s *session) (config insight.Config, notes []string, err error) {
	switch {
	case c.Jobs < 0:
		return config, nil, wrongUsage("--jobs is %d: expected at least 1", c.Jobs)
	case c.Anchors != "" && c.Config != "":
		return config, nil, wrongUsage("--anchors and --config both say what to inspect for: expected one of them")
	}
	if config, err = presetOf(c.Anchors); err != nil {
		return config, nil, err
	}
	if c.Config != "" {
		comparison, strategies, err := readStrategies(s, c.Config)
		if err != nil {
			return config, nil, err
		}
		if comparison != nil {
			config = inspectedAs(comparison)
		}
		c.strategies = strategies
		config, notes = insight.FromStrategies(config, strategies)
	}
	if c.Size != "" {
		if config.Resize, err = insight.ParseResize(c.Size); err != nil {
			return config, nil, wrongUsage("--size: %w", err)
		}
	}
	return config, notes, nil
}

// presetOf returns what to inspect for by name: nothing or detsample is what
// compare trains by default.
func presetOf(name string) (insight.Config, error) {
	if name == "" || name == "detsample" {
		defaults := config.Default()
		return inspectedAs(&defaults), nil
	}
	return insight.Preset(name)
}

// inspectedAs returns the pyramid and the image size of a comparison, as what to
// inspect for.
func inspectedAs(c *config.Config) insight.Config {
	return insight.New("detsample", c.Detector.Pyramid, insight.Resize{Long: c.Folder.Size})
}

// write writes the report into the folder for results.
func (c *inspectCommand) write(found *insight.Report) error {
	if c.Out == "" {
		return nil
	}
	if err := os.MkdirAll(c.Out, 0o777); err != nil {
		return fmt.Errorf("--out %s: %w", c.Out, err)
	}
	text, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		return err
	}
	if err := store.WriteFile(filepath.Join(c.Out, "inspect.json"), append(text, '\n')); err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.WriteInspection(&page, found); err != nil {
		return err
	}
	return store.WriteFile(filepath.Join(c.Out, "inspect.html"), page.Bytes())
}

// print shows the report in the format asked for.
func (c *inspectCommand) print(w io.Writer, found *insight.Report) error {
	if c.Format == "json" {
		return printJSON(w, found)
	}
	p := newPrinter(w, c.Format)
	printInspection(p, found)
	if c.Out != "" {
		p.line("Results are in %s: inspect.html, inspect.json.", filepath.Clean(c.Out))
	}
	return nil
}
