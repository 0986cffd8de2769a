package bench

import (
	"context"

	"detsample/bench/anchorfit"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/internal/promptly"
)

// Prepared is what a comparison of annotated images trains on.
type Prepared struct {
	Config          config.Config // with the size of the images, or of crops of them, and the anchors
	Why             string        // that size, for a sentence; empty where the configuration has it
	Images, Objects int           // for training, by which both were found
}

// Prepare returns what [Compare] makes of a comparison of annotated images before it
// trains, and reads no image. Of o, Procs and Progress count. The error is that of
// ctx, or says why the comparison cannot be trained on these.
func Prepare(ctx context.Context, c *config.Config, files *dataset.Files, o anchorfit.Options) (Prepared, error) {
	return promptly.Get(ctx, func() (Prepared, error) {
		p := Prepared{Config: *c}
		o.Thresholds = nil
		set, why, err := suit(ctx, &p.Config, o, func(o dataset.Options) (*dataset.Set, error) { return files.Load(ctx, o) })
		if err != nil {
			return Prepared{}, err
		}
		p.Why, p.Images, p.Objects = why, len(set.Train), len(learnt(set))
		return p, nil
	})
}
