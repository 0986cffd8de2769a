package command

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"

	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/replay"
	"detsample/bench/report"
)

// replayCommand replays strategies on a detector's own numbers.
type replayCommand struct {
	Dump        string `arg:"" help:"A detector's scores and labels: .npz, .safetensors or a folder of .npy (docs/dumps.md)."`
	Config      string `placeholder:"FILE" help:"Comparison or strategy whose samplers and losses to replay (every registered one)."`
	Annotations string `placeholder:"FILE" help:"Annotations that name the dump's classes; also the ground truth, by image_ids, of a dump that has none."`
	dataFlags
	LabelMap string `placeholder:"NAME" help:"How the dump's labels are to be read, if it does not say so: detsample, torchvision_retinanet, mmdetection, detectron2 or torchvision (detsample)."`
	Out      string `placeholder:"DIR" help:"Folder for replay.json and replay.html."`
	Format   string `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
	Quiet    bool   `short:"q" help:"Print nothing but errors."`
}

// Help returns examples.
func (replayCommand) Help() string {
	return `Says what samplers and losses would learn from a detector in training, of any
framework: which of them look at the same candidates, and where each puts its gradient.
Nothing is trained. What a dump holds, and ten lines of Python that write one, is in
docs/dumps.md.

Examples:
  detsample replay state.npz                              every sampler and loss
  detsample replay state.npz --config mine.yaml           the strategies of a configuration
  detsample replay state.npz --annotations instances.json ground truth by image_ids
  detsample replay state.npz --label-map torchvision      labels of a two-stage detector`
}

// Run replays, prints and writes.
func (c *replayCommand) Run(s *session) error {
	if c.Annotations == "" && c.dataFlags != (dataFlags{}) {
		return wrongUsage("--split and --follow-links are of the annotations of --annotations: name those, or leave them out")
	}
	options := replay.Options{LabelMap: c.LabelMap}
	if c.Config != "" {
		file, data, err := s.readConfig(c.Config)
		if err != nil {
			return err
		}
		_, strategies, err := config.ParseStrategies(file, data)
		if err != nil {
			return err
		}
		options.Strategies = strategies
	}
	progress := newStepProgress(s.stderr, c.Quiet)
	defer progress.end()
	if c.Annotations != "" {
		progress.step("reading " + c.Annotations)
		set, err := c.read(s.ctx, c.Annotations, annotations.Options{})
		if err != nil || !c.Quiet {
			progress.clear()
			err = printRead(s.stderr, set, err)
		}
		if err != nil {
			return err
		}
		options.Annotations = set
	}
	progress.step("replaying " + c.Dump)
	options.Progress = progress.share
	found, err := replay.Run(s.ctx, c.Dump, options)
	progress.end()
	switch {
	case errors.Is(err, context.Canceled) && s.ctx.Err() != nil:
		return errNothingWritten
	case err != nil:
		return err
	}
	if err := c.write(found); err != nil {
		return err
	}
	switch {
	case c.Quiet:
		return nil
	case c.Format == "json":
		return printJSON(s.stdout, found)
	}
	p := newPrinter(s.stdout, c.Format)
	printReplay(p, found)
	if c.Out != "" {
		p.line("Results are in %s: replay.html, replay.json.", filepath.Clean(c.Out))
	}
	return nil
}

// write writes the report into the folder for results.
func (c *replayCommand) write(found *replay.Report) error {
	if c.Out == "" {
		return nil
	}
	var page bytes.Buffer
	if err := report.WriteReplay(&page, found); err != nil {
		return err
	}
	return writeFound("--out", c.Out, "replay", map[string][]byte{"replay.html": page.Bytes()}, found, &found.Files)
}
