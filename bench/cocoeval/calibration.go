package cocoeval

import (
	"math"
	"math/bits"
)

// Calibration says how far the scores of detections are probabilities of being
// right. A detection is right if it finds an object at an IoU of .5; one that
// counts neither way in COCO's matching (it finds a crowd, or an object that is
// ignored) counts neither way here.
type Calibration struct {
	// Detections is how many of a score of at least [CalibratedFrom] count.
	Detections int `json:"detections"`
	// Error is the expected calibration error, in [0, 1]: the mean over these
	// detections of |confidence - precision| of their bin, of 20 bins of equal
	// width. -1 if there are none.
	Error float64 `json:"error"`
	// Score is the mean score, and Precision the share that is right: scores
	// are too high where Score is above Precision. -1 if there are none.
	Score     float64 `json:"score"`
	Precision float64 `json:"precision"`
}

// CalibratedFrom is the least score of a detection whose calibration counts: the
// threshold below which detectors customarily drop detections (RetinaNet, Lin
// 2017, section 4.1). Without one, thousands of detections near 0, which are
// right to be there, would hide the rest.
const CalibratedFrom = 0.05

const calibrationBins = 20

// Calibrate measures the calibration of detections, within the largest of p's
// limits on them, over all classes: the expected calibration error of Guo 2017,
// equation 3, of detections as in Küppers 2020 (Multivariate Confidence
// Calibration for Object Detection), by confidence alone. p's thresholds of IoU,
// recall levels and area ranges do not matter. Errors are those of [Evaluate].
func Calibrate(p Params, gts []GroundTruth, dts []Detection) (Calibration, error) {
	p.IoU, p.Areas = []float64{0.5}, DefaultParams().Areas[:1]
	o, err := order(p, gts, dts)
	if err != nil {
		return Calibration{}, err
	}
	var count, right [calibrationBins]int
	var score [calibrationBins]float64
	e := evaluator{p: o.p, gts: gts, dts: dts}
	for k := range o.classes {
		e.judge(k, &o)
		v := e.verdict.of(0, 0)
		for word := range v.tp {
			for counted := v.tp[word] | v.fp[word]; counted != 0; counted &= counted - 1 {
				bit := bits.TrailingZeros64(counted)
				s := e.ranking.score[word<<6|bit]
				if !(s >= CalibratedFrom && s <= 1) {
					continue
				}
				bin := min(int(s*calibrationBins), calibrationBins-1)
				count[bin]++
				score[bin] += s
				right[bin] += int(v.tp[word] >> bit & 1)
			}
		}
	}
	c := Calibration{Error: -1, Score: -1, Precision: -1}
	hits, scores, apart := 0, 0.0, 0.0
	for b, n := range count {
		c.Detections += n
		hits += right[b]
		scores += score[b]
		apart += math.Abs(score[b] - float64(right[b]))
	}
	if n := float64(c.Detections); n > 0 {
		c.Error, c.Score, c.Precision = apart/n, scores/n, float64(hits)/n
	}
	return c, nil
}
