package command

import (
	"context"
	"fmt"
	"strings"

	"detsample/bench"
	"detsample/bench/anchorfit"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/dataset"
	insight "detsample/bench/inspect"
	"detsample/internal/prose"
)

// asCompared reports whether nothing says what to inspect for, so that it is what
// compare trains on.
func (c *inspectCommand) asCompared() bool { return c.Anchors == "" && c.Config == "" }

// look looks at the files of the images, if these are at hand. An interrupt ends it.
func look(ctx context.Context, set *annotations.Set, progress *stepProgress) (*dataset.Files, error) {
	if !set.HasImages {
		return dataset.Stated(set), nil
	}
	progress.step("looking at the images")
	files, err := dataset.Look(ctx, set)
	if err != nil {
		return nil, errNothingWritten
	}
	return files, nil
}

// compared returns what compare --data trains on where no configuration is named: its
// image size or crops, the anchors that it fits, and the assigner of its first
// strategy. What it does not train on is inspected from the anchors that it starts
// from, with a note.
func (c *inspectCommand) compared(ctx context.Context, files *dataset.Files, start insight.Config, progress *stepProgress) (wanted insight.Config, notes []string, err error) {
	comparison, err := config.Preset(usualPreset)
	if err != nil {
		return start, nil, err
	}
	if c.Size != "" {
		comparison.Folder.Size = config.Size(start.Resize.Long)
		if start.Resize.Short > 0 || comparison.Folder.Size.Validate() != nil {
			return start, []string{fmt.Sprintf("compare trains at no size %s: the anchors are those that it starts from, not fitted to these images", c.Size)}, nil
		}
	}
	if c.Split != "" { // compare knows no part of a set
		if files, err = c.whole(ctx, progress); err != nil {
			return start, nil, err
		}
	}
	const step = "fitting anchors as compare does"
	progress.step(step)
	p, err := bench.Prepare(ctx, comparison, files, anchorfit.Options{Procs: valueOf(c.Jobs), Progress: progress.share})
	if ctx.Err() != nil {
		return start, nil, errNothingWritten
	}
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "dataset: "+c.Annotations+": ")
		return start, []string{fmt.Sprintf("compare trains on no such images (%s): the anchors are those that it starts from, not fitted to these", why)}, nil
	}
	wanted = inspectedAs(&p.Config)
	wanted.Name = fmt.Sprintf("fitted by compare to %s of %s", prose.Count(p.Objects, "object", "objects"), prose.Count(p.Images, "training image", "training images"))
	wanted.Assigner = p.Config.Strategies[0].Candidates().Assigner
	wanted.PosIoU = anchorfit.Threshold(wanted.Assigner)
	if wanted.Crop = p.Config.Folder.Crop; wanted.Crop > 0 {
		p.Why += "; whole images are inspected"
	}
	if p.Why != "" {
		notes = append(notes, "the image size is what compare chooses: "+p.Why)
	}
	return wanted, notes, nil
}

// whole looks at all splits of the annotations.
func (c *inspectCommand) whole(ctx context.Context, progress *stepProgress) (*dataset.Files, error) {
	set, err := unlessInterrupted(ctx, func() (*annotations.Set, error) {
		return annotations.Open(c.Annotations, annotations.Options{FollowLinks: c.FollowLinks})
	})
	if err != nil {
		return nil, err
	}
	return look(ctx, set, progress)
}
