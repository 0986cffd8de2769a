package small

import (
	"context"
	"image"

	"detsample/anchors"
	"detsample/bench/cocoeval"
	"detsample/bench/config"
	"detsample/bench/crops"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
)

// evaluator runs a detector over the test images and computes its AP.
type evaluator struct {
	set    *dataset.Set
	params cocoeval.Params
	truth  []cocoeval.GroundTruth
	batch  detector.Batch
	found  [][]anchors.Detection // of each test image

	suppress suppression // of what tiles of an image hold
	cut      cutter
	tiles    []image.Rectangle
	inTiles  [][]anchors.Detection
	merger   crops.Merger
}

// suppression is how much of what is found in an image is kept.
type suppression struct {
	iou  float32
	keep int
}

// evaluationBatch returns the number of test images, or tiles, in a forward pass,
// which does not change what is found: 8 of up to 320 x 320 pixels, and of larger
// ones as many as do not take more memory.
func evaluationBatch(set *dataset.Set) int {
	return min(max(mostEvaluated*evaluatedPixels/max(set.Width*set.Height, 1), 1), mostEvaluated)
}

const (
	mostEvaluated   = 8
	evaluatedPixels = 320 * 320
)

func newEvaluator(set *dataset.Set, network detector.Config, areas config.Areas) *evaluator {
	e := &evaluator{
		set:    set,
		params: areas.Params(),
		batch:  newBatch(set, evaluationBatch(set)),
		found:  make([][]anchors.Detection, len(set.Test)),

		suppress: suppression{float32(network.NMSIoU), network.Detections},
		cut:      cutter{Config: set.Crops},
	}
	for k := range set.Classes {
		e.params.Classes = append(e.params.Classes, int32(k))
	}
	for i := range set.Test {
		e.params.Images = append(e.params.Images, int64(i))
		for _, o := range set.Test[i].Objects {
			box := xywh(o.Box, set.Test[i].Scale)
			e.truth = append(e.truth, cocoeval.GroundTruth{
				Image: int64(i), Class: o.Class, Box: box, Area: box[2] * box[3], Crowd: o.Ignore,
			})
		}
	}
	return e
}

// detect runs d over all test images, as over does.
func (e *evaluator) detect(ctx context.Context, d detector.Detector) error {
	return e.over(ctx, d.Detect)
}

// over has find append what it finds in all test images. It returns an error if
// ctx ends, or an image cannot be read.
func (e *evaluator) over(ctx context.Context, find func(dst [][]anchors.Detection, b detector.Batch)) error {
	images := reader{images: e.set.Test}
	for start := 0; start < len(e.set.Test); {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.set.Crops.Side > 0 {
			if err := e.overTiles(ctx, find, start, &images); err != nil {
				return err
			}
			start++
			continue
		}
		b := e.batch
		b.Images = b.Images[:min(cap(b.Images), len(e.set.Test)-start)]
		for i := range b.Images {
			pixels, err := images.next()
			if err != nil {
				return err
			}
			load(&b.Images[i], &e.set.Test[start+i], pixels, b, uint64(start+i), false)
			e.found[start+i] = e.found[start+i][:0]
		}
		find(e.found[start:start+len(b.Images)], b)
		start += len(b.Images)
	}
	return nil
}

// overTiles has find append what it finds in the tiles of a test image, which is
// read next, and merges it.
func (e *evaluator) overTiles(ctx context.Context, find func(dst [][]anchors.Detection, b detector.Batch), i int, images *reader) error {
	m := &e.set.Test[i]
	pixels, err := images.next()
	if err != nil {
		return err
	}
	e.tiles = e.set.Crops.Tiles(e.tiles[:0], m.Width, m.Height)
	for len(e.inTiles) < len(e.tiles) {
		e.inTiles = append(e.inTiles, nil)
	}
	inTiles := e.inTiles[:len(e.tiles)]
	for start := 0; start < len(e.tiles); start += len(e.batch.Images) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := e.batch
		b.Images = b.Images[:min(cap(b.Images), len(e.tiles)-start)]
		for k := range b.Images {
			e.cut.load(&b.Images[k], m, pixels, e.tiles[start+k], b, uint64(i), false)
			inTiles[start+k] = inTiles[start+k][:0]
		}
		find(inTiles[start:start+len(b.Images)], b)
	}
	merged := e.merger.Merge(m.Width, m.Height, e.tiles, inTiles, e.suppress.iou, e.suppress.keep)
	e.found[i] = append(e.found[i][:0], merged...)
	return nil
}

// evaluate returns the figures of what detect found.
func (e *evaluator) evaluate() (*cocoeval.Result, error) {
	return cocoeval.Evaluate(e.params, e.truth, e.detections())
}

// detections returns what detect found in pixels of the original images.
func (e *evaluator) detections() []cocoeval.Detection {
	var out []cocoeval.Detection
	for i, found := range e.found {
		for _, d := range found {
			out = append(out, cocoeval.Detection{
				Image: int64(i), Class: d.Class, Box: xywh(d.Box, e.set.Test[i].Scale), Score: float64(d.Score),
			})
		}
	}
	return out
}

// xywh turns a box in network pixels into COCO's form in original ones.
func xywh(b anchors.Box, scale float32) [4]float64 {
	s := float64(scale)
	return [4]float64{
		float64(b[0]) / s, float64(b[1]) / s,
		(float64(b[2]) - float64(b[0])) / s, (float64(b[3]) - float64(b[1])) / s,
	}
}
