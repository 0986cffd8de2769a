package small

import (
	"context"
	"math"
	"slices"

	"detsample/anchors"
	"detsample/bench/trainer"
	"detsample/sampling"
)

// distributionImages is the number of test images that the loss distributions
// are taken over.
const distributionImages = 100

// distributions returns how the trained detector's loss divides among the
// candidates of test images, or of a crop of each. It returns an error if ctx
// ends.
func (t *training) distributions(ctx context.Context) ([]trainer.LossDistribution, error) {
	var pos, neg []float64
	images := t.Data.Test[:min(distributionImages, len(t.Data.Test))]
	batch, read, cut := newBatch(t.Data, evaluationBatch(t.Data)), reader{images: images}, cutter{Config: t.Data.Crops}
	for start := 0; start < len(images); start += len(batch.Images) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b := batch
		b.Images = b.Images[:min(len(batch.Images), len(images)-start)]
		for i := range b.Images {
			pixels, err := read.next()
			if err != nil {
				return nil, err
			}
			cut.take(&b.Images[i], &images[start+i], pixels, b, 0, uint64(start+i), false)
		}
		t.detector.Loss(b, sampling.Key{Seed: t.Seed, Step: uint64(t.step + start)})
		t.detector.Losses(func(class int32, loss float32) {
			if class == anchors.Negative {
				neg = append(neg, float64(loss))
			} else {
				pos = append(pos, float64(loss))
			}
		})
	}
	stage := "dense"
	if t.Strategy.TwoStage() {
		stage = "roi"
	}
	return []trainer.LossDistribution{distribution(stage, true, pos), distribution(stage, false, neg)}, nil
}

// distribution sorts losses and returns their cumulative share. The grid is
// denser towards the hardest, where the focal loss keeps nearly all of it.
func distribution(stage string, positives bool, values []float64) trainer.LossDistribution {
	d := trainer.LossDistribution{Stage: stage, Positives: positives, Candidates: len(values)}
	slices.Sort(values)
	total := 0.0
	for _, v := range values {
		total += v
	}
	if !(total > 0) || math.IsInf(total, 0) { // weights that overflowed in the last step
		return d
	}
	sum, i := 0.0, 0
	for _, share := range shares {
		for ; i < int(share*float64(len(values))+0.5); i++ {
			sum += values[i]
		}
		d.Share, d.Loss = append(d.Share, share), append(d.Loss, sum/total)
	}
	return d
}

// shares runs from 0 to 1, in steps of 2% up to 90% and of 0.1% from 99%.
var shares = func() []float64 {
	var s []float64
	for k := range 45 {
		s = append(s, float64(k)/50)
	}
	for k := range 90 {
		s = append(s, 0.9+float64(k)/1000)
	}
	for k := range 11 {
		s = append(s, 0.99+float64(k)/1000)
	}
	return s
}()
