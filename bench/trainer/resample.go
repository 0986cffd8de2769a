package trainer

import (
	"math/rand/v2"

	"detsample/bench/cocoeval"
)

// Resamples is the number of times that the test images are drawn anew, with
// replacement, to see how far AP depends on their choice.
const Resamples = 100

// streamResample tells these draws from any other randomness.
const streamResample uint64 = 0x72657361 // "resa"

// Resample gives the run AP over the images of p drawn anew, [Resamples] times, with
// replacement: the same draws for every run over the same number of images, so
// that runs can be paired. It fails as [cocoeval.Resample] does.
func (r *Run) Resample(p cocoeval.Params, truth []cocoeval.GroundTruth, found []cocoeval.Detection) (err error) {
	images := len(p.Images)
	rng := rand.New(rand.NewPCG(streamResample, uint64(images)))
	draws := make([][]int, Resamples)
	for k := range draws {
		draws[k] = make([]int, images)
		for place := range draws[k] {
			draws[k][place] = rng.IntN(images)
		}
	}
	r.TestImages = withObjects(truth)
	r.Resamples, err = cocoeval.Resample(p, truth, found, draws)
	return err
}

// withObjects counts the images with an object that is to be found.
func withObjects(truth []cocoeval.GroundTruth) int {
	with := map[int64]bool{}
	for i := range truth {
		if g := &truth[i]; g.ToFind() {
			with[g.Image] = true
		}
	}
	return len(with)
}
