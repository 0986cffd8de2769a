package cocoeval

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// AreaRange selects the objects whose area, in square pixels, lies in
// [Min, Max], both ends included. Objects outside are ignored: missing them
// costs no recall and finding them costs no precision.
type AreaRange struct {
	Name     string
	Min, Max float64
}

// Params says what is evaluated. The zero value is not valid; start from
// [DefaultParams].
type Params struct {
	// IoU holds the T overlap thresholds a match must reach, each in [0, 1].
	IoU []float64
	// Recall holds the R recall levels at which precision is read, ascending.
	Recall []float64
	// MaxDets holds the M limits on detections per image and class, strictly
	// ascending and positive. The best-scored ones are kept.
	MaxDets []int
	// Areas holds the A area ranges. [Result.Summary] looks for the names
	// all, small, medium and large.
	Areas []AreaRange
	// Images limits the evaluation to these images; nil means every image
	// that has a ground truth or a detection.
	Images []int64
	// Classes limits the evaluation to these classes and fixes K, with
	// undefined results for classes without ground truth; nil means every
	// class that occurs.
	Classes []int32
	// ClassAgnostic disregards classes in matching, as in scoring proposals
	// (useCats=0 in pycocotools). K is then 1 and the only class -1.
	ClassAgnostic bool

	// notExhaustive holds where an unmatched detection is ignored.
	notExhaustive map[ImageClass]bool
}

// DefaultParams returns COCO's settings: IoU 0.50:0.05:0.95, recall
// 0:0.01:1, 1, 10 and 100 detections, and areas split at 32² and 96².
func DefaultParams() Params {
	const largest = 1e5 * 1e5
	return Params{
		IoU:     linspace(0.5, 0.95, 10),
		Recall:  linspace(0, 1, 101),
		MaxDets: []int{1, 10, 100},
		Areas: []AreaRange{
			{"all", 0, largest},
			{"small", 0, 32 * 32},
			{"medium", 32 * 32, 96 * 96},
			{"large", 96 * 96, largest},
		},
	}
}

// linspace returns n values from start to stop with the bits of
// numpy.linspace; the conversion keeps the product from being fused.
func linspace(start, stop float64, n int) []float64 {
	s := make([]float64, n)
	step := (stop - start) / float64(n-1)
	for i := range s {
		s[i] = float64(float64(i)*step) + start
	}
	s[n-1] = stop
	return s
}

// clone copies the slices a caller could change behind a Result.
func (p Params) clone() Params {
	p.IoU = slices.Clone(p.IoU)
	p.Recall = slices.Clone(p.Recall)
	p.MaxDets = slices.Clone(p.MaxDets)
	p.Areas = slices.Clone(p.Areas)
	p.Images = slices.Clone(p.Images)
	p.Classes = slices.Clone(p.Classes)
	return p
}

func (p Params) validate() error {
	if len(p.IoU) == 0 || len(p.Recall) == 0 || len(p.MaxDets) == 0 || len(p.Areas) == 0 {
		return errors.New("cocoeval: Params: IoU, Recall, MaxDets and Areas need at least one value each; start from DefaultParams")
	}
	for i, t := range p.IoU {
		if !(t >= 0 && t <= 1) {
			return fmt.Errorf("cocoeval: Params.IoU[%d] is %v; thresholds lie in [0, 1]", i, t)
		}
	}
	for i, r := range p.Recall {
		if math.IsNaN(r) || i > 0 && r < p.Recall[i-1] {
			return fmt.Errorf("cocoeval: Params.Recall[%d] is %v; give levels in ascending order", i, r)
		}
	}
	for i, m := range p.MaxDets {
		if m < 1 || i > 0 && m <= p.MaxDets[i-1] {
			return fmt.Errorf("cocoeval: Params.MaxDets[%d] is %d; give positive limits in strictly ascending order", i, m)
		}
	}
	for i, a := range p.Areas {
		if !(a.Min <= a.Max) {
			return fmt.Errorf("cocoeval: Params.Areas[%d] (%q) is [%v, %v]; Min must not exceed Max", i, a.Name, a.Min, a.Max)
		}
	}
	return nil
}
