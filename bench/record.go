package bench

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"detsample/anchors"
	"detsample/bench/cocoeval"
	"detsample/bench/config"
	"detsample/bench/small/detector"
	"detsample/sampling"
)

// resamples is the number of times that the test images are drawn anew, with
// replacement, to see how far AP depends on their choice.
const resamples = 100

// pictured is the number of test images whose detections are kept for drawing.
const pictured = 6

// record trains one strategy and returns everything about it. A run that
// diverges is a result, not an error; an error means that ctx ended or that
// the data cannot be evaluated.
func (t *trainer) record(ctx context.Context, progress func(images int)) (Record, error) {
	r := Record{Run: Run{
		Strategy: t.strategy.Name, Detector: "one-stage", Seed: t.seed,
		LR: t.strategy.LR,
	}}
	if t.strategy.TwoStage() {
		r.Run.Detector = "two-stage"
	}
	var diverged *Diverged
	for k := range t.cfg.Training.Checkpoints + 1 {
		if err := t.until(ctx, checkpointAt(t.cfg.Training, k), progress); errors.As(err, &diverged) {
			r.Run.Failed = diverged.Error()
			break
		} else if err != nil {
			return r, err
		}
		if err := t.checkpoint(&r.Run); err != nil {
			return r, err
		}
	}
	r.Run.Images, r.Run.Steps = t.images, t.step
	r.Run.UntrainedAP = r.Run.Curve[0].AP
	if r.Run.Failed == "" && r.Run.AP <= r.Run.UntrainedAP {
		r.Run.Failed = "ends no better than the untrained network"
	}
	for _, name := range [...]string{"dense", "rpn", "roi"} {
		if b := t.balances[name]; b != nil {
			r.Run.Stages = append(r.Run.Stages, stageFigures(name, b, t.images))
		}
	}
	var err error
	if r.Run.Resamples, err = t.eval.resample(); err != nil {
		return r, err
	}
	r.Trace.Pictures = t.eval.pictures()
	if diverged == nil {
		t.withAverage(func() { r.Trace.Losses = t.distributions() })
	}
	r.Run.Time.TrainS = t.elapsed.Seconds()
	r.Run.Time.StepMS = 1000 * t.elapsed.Seconds() / float64(max(t.step, 1))
	return r, nil
}

// checkpoint evaluates the detector and sets the run's figures to what it
// finds.
func (t *trainer) checkpoint(r *Run) error {
	start := time.Now()
	t.withAverage(func() { t.eval.detect(t.detector) })
	result, err := t.eval.evaluate()
	if err != nil {
		return err
	}
	r.Figures = figures(result.Summary())
	r.Curve = append(r.Curve, Point{Images: t.images, AP: r.AP, AP50: r.AP50, APS: r.APS})
	r.Classes = r.Classes[:0]
	for _, c := range result.PerClass() {
		r.Classes = append(r.Classes, ClassFigures{
			Class: t.set.Classes[c.Class], Objects: c.GroundTruths, AP: c.AP, AP50: c.AP50,
		})
	}
	r.Time.EvaluateS += time.Since(start).Seconds()
	return nil
}

// resample returns AP over test images drawn with replacement, the same draws
// for every run over the same number of images.
func (e *evaluator) resample() ([]float64, error) {
	images := len(e.set.Test)
	rng := rand.New(rand.NewPCG(streamResample, uint64(images)))
	draws := make([][]int, resamples)
	for k := range draws {
		draws[k] = make([]int, images)
		for place := range draws[k] {
			draws[k][place] = rng.IntN(images)
		}
	}
	return cocoeval.Resample(e.params, e.truth, e.detections(), draws)
}

// pictures returns the last detections on the first test images that show
// objects.
func (e *evaluator) pictures() []Picture {
	var out []Picture
	for i := range e.set.Test {
		if len(out) == pictured {
			break
		}
		if len(e.set.Test[i].Objects) == 0 {
			continue
		}
		p := Picture{Image: i}
		for _, d := range e.found[i] {
			if d.Score >= leastDrawn {
				p.Detections = append(p.Detections, DrawnDetection{Box: d.Box, Class: d.Class, Score: d.Score})
			}
		}
		out = append(out, p)
	}
	return out
}

// leastDrawn is the lowest score of a detection that is kept for drawing.
const leastDrawn = 0.1

// distributionImages is the number of test images that the loss distributions
// are taken over.
const distributionImages = 100

// distributions returns how the trained detector's loss divides among the
// candidates of test images.
func (t *trainer) distributions() []LossDistribution {
	var pos, neg []float64
	images := t.set.Test[:min(distributionImages, len(t.set.Test))]
	batch := detector.Batch{Width: t.set.Width, Height: t.set.Height, Images: make([]detector.Image, evaluationBatch)}
	for start := 0; start < len(images); start += evaluationBatch {
		b := batch
		b.Images = b.Images[:min(evaluationBatch, len(images)-start)]
		for i := range b.Images {
			load(&b.Images[i], &images[start+i], uint64(start+i), false)
		}
		t.detector.Loss(b, sampling.Key{Seed: t.seed, Step: uint64(t.step + start)})
		t.detector.Losses(func(class int32, loss float32) {
			if class == anchors.Negative {
				neg = append(neg, float64(loss))
			} else {
				pos = append(pos, float64(loss))
			}
		})
	}
	stage := "dense"
	if t.strategy.TwoStage() {
		stage = "roi"
	}
	return []LossDistribution{distribution(stage, true, pos), distribution(stage, false, neg)}
}

// distribution sorts losses and returns their cumulative share. The grid is
// denser towards the hardest, where the focal loss keeps nearly all of it.
func distribution(stage string, positives bool, values []float64) LossDistribution {
	d := LossDistribution{Stage: stage, Positives: positives, Candidates: len(values)}
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

// byStrategy sorts records by the configuration's order, then by seed.
func byStrategy(c *config.Config, records []Record) {
	place := map[string]int{}
	for i, s := range c.Strategies {
		place[s.Name] = i
	}
	slices.SortFunc(records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(place[a.Run.Strategy], place[b.Run.Strategy]), cmp.Compare(a.Run.Seed, b.Run.Seed))
	})
}
