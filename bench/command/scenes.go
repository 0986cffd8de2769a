package command

import (
	"bytes"
	"context"
	"fmt"

	"detsample/bench"
	"detsample/bench/annotations"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
	"detsample/internal/prose"
)

// scenesCommand writes generated images for other programs to train on.
type scenesCommand struct {
	Preset string  `xor:"source" placeholder:"NAME" help:"Comparison whose scenes to write. Without --preset and --config: default."`
	Config string  `xor:"source" placeholder:"FILE" help:"Comparison whose scenes to write, from a file."`
	Out    string  `required:"" placeholder:"DIR" help:"Folder to write: train, test and annotations."`
	Seed   *uint64 `placeholder:"N" help:"Seed of the images (the comparison's scene_seed)."`
	Train  *int    `placeholder:"N" help:"Training images (as many as the comparison has; where its runs draw new ones, as many as a run sees)."`
	Test   *int    `placeholder:"N" help:"Test images (as the comparison has them)."`
	Size   *int    `placeholder:"PIXELS" help:"Side of an image (as the comparison has it)."`
	Quiet  bool    `short:"q" help:"Print nothing but errors."`
}

// Help returns examples.
func (scenesCommand) Help() string {
	return `The images that a comparison without --data trains and tests on, as a COCO folder: PNG in train
and test, boxes in annotations/instances_train.json and instances_test.json. The folder
appears when it is complete.

Examples:
  detsample scenes --out scenes --train 2000           the default comparison's
  detsample scenes --out large --size 256 --train 2000 --test 500
  detsample compare --data scenes                      the same images from the folder`
}

// Run draws the scenes and writes them.
func (c *scenesCommand) Run(s *session) error {
	target := output{path: c.Out}
	if err := target.check(); err != nil {
		return err
	}
	settings, seed, err := c.settings(s)
	if err != nil {
		return err
	}
	progress := newStepProgress(s.stderr, c.Quiet)
	defer progress.end()
	progress.step("drawing scenes")
	set, err := c.draw(s.ctx, settings, seed)
	if err != nil {
		return err
	}
	done, all := 0, len(set.Train)+len(set.Test)
	_, err = target.folder(func(write func(string, []byte) error) ([]annotations.Problem, error) {
		train, test := set.Originals()
		for _, part := range []struct {
			split  string
			images []dataset.Image
			listed *annotations.Set
		}{{"train", set.Train, train}, {"test", set.Test, test}} {
			for i := range part.images {
				if s.ctx.Err() != nil {
					return nil, errNothingWritten
				}
				data, err := part.images[i].PNG()
				if err != nil {
					return nil, err
				}
				if err := write(part.split+"/"+part.listed.Images[i].File, data); err != nil {
					return nil, err
				}
				done++
				progress.follow("writing images", float64(done)/float64(all))
			}
			var file bytes.Buffer
			if err := part.listed.WriteCOCO(&file); err != nil {
				return nil, err
			}
			if err := write("annotations/instances_"+part.split+".json", file.Bytes()); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	progress.end()
	if !c.Quiet {
		fmt.Fprintf(s.stdout, "%s: %s for training and %d for testing, of %d pixels and %s\n", c.Out,
			prose.Count(len(set.Train), "image", "images"), len(set.Test), set.Width, prose.Count(len(set.Classes), "class", "classes"))
	}
	return nil
}

// draw draws the scenes. An interrupt ends it at once.
func (c *scenesCommand) draw(ctx context.Context, settings scene.Config, seed uint64) (*dataset.Set, error) {
	return unlessInterrupted(ctx, func() (*dataset.Set, error) { return scene.Generate(settings, seed) })
}

// settings returns what to draw, and by which seed.
func (c *scenesCommand) settings(s *session) (scene.Config, uint64, error) {
	source := compareCommand{Preset: c.Preset, Config: c.Config}
	comparison, err := source.source(s)
	if err != nil {
		return scene.Config{}, 0, err
	}
	settings, seed := comparison.Scenes, comparison.SceneSeed
	if c.Seed != nil {
		seed = *c.Seed
	}
	if err := c.counts(&settings, comparison.Training.Images); err != nil {
		return settings, seed, err
	}
	if err := settings.Validate(); err != nil { // the comparison's own contradict nothing
		return settings, seed, wrongUsage("--size is %d: %w", settings.Size, err)
	}
	if err := bench.ScenesFit(settings); err != nil {
		return settings, seed, fmt.Errorf("%w: lower --train, --test or --size", err)
	}
	return settings, seed, nil
}

// counts sets what the flags say of scenes, and how many training images there are
// where those of a run, which sees so many, never repeat.
func (c *scenesCommand) counts(settings *scene.Config, seen int) error {
	for _, flag := range []struct {
		name  string
		asked *int
		of    *int
		least int
		most  int
	}{
		{"--train", c.Train, (*int)(&settings.Train), 1, scene.MaxTrain},
		{"--test", c.Test, &settings.Test, 1, scene.MaxTrain},
		{"--size", c.Size, &settings.Size, 32, 2048},
	} {
		switch {
		case flag.asked == nil:
			continue
		case *flag.asked < flag.least || *flag.asked > flag.most:
			return wrongUsage("%s is %d: expected %d to %d", flag.name, *flag.asked, flag.least, flag.most)
		}
		*flag.of = *flag.asked
	}
	if settings.Train == scene.Fresh {
		if seen > scene.MaxTrain {
			return fmt.Errorf("a run sees %d training images, which never repeat, and at most %d are written: --train says how many", seen, scene.MaxTrain)
		}
		settings.Train = scene.Count(seen)
	}
	return nil
}
