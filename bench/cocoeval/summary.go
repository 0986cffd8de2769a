package cocoeval

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Summary holds COCO's twelve figures, each a mean over what is defined, -1
// where nothing is or where [Params] lack the threshold or area range.
//
// AP is average precision over all IoU thresholds, AP50 and AP75 at one, and
// APS, APM and APL over the ranges small, medium and large; all at the
// largest limit on detections. AR1, AR10 and AR100 are recall at the first,
// second and last of [Params.MaxDets], and ARS, ARM and ARL at the largest.
type Summary struct {
	AP, AP50, AP75, APS, APM, APL   float64
	AR1, AR10, AR100, ARS, ARM, ARL float64
}

// ClassSummary is the summary of one class.
type ClassSummary struct {
	Class                    int32
	GroundTruths, Detections int
	Summary
}

// Summary returns the figures over all classes.
func (r *Result) Summary() Summary { return r.summarize(every(len(r.Classes))) }

// PerClass returns the figures of each class, in the order of Classes.
func (r *Result) PerClass() []ClassSummary {
	s := make([]ClassSummary, len(r.Classes))
	for k, class := range r.Classes {
		s[k] = ClassSummary{class, r.GroundTruths[k], r.Detections[k], r.summarize([]int{k})}
	}
	return s
}

// every returns 0 to n-1.
func every(n int) []int {
	all := make([]int, n)
	for k := range all {
		all[k] = k
	}
	return all
}

func (r *Result) summarize(classes []int) Summary {
	var s Summary
	for i, f := range r.figures() {
		*s.figure(i) = r.mean(f, classes)
	}
	return s
}

// figure returns the i-th of the twelve figures in COCO's order.
func (s *Summary) figure(i int) *float64 {
	return [...]*float64{
		&s.AP, &s.AP50, &s.AP75, &s.APS, &s.APM, &s.APL,
		&s.AR1, &s.AR10, &s.AR100, &s.ARS, &s.ARM, &s.ARL,
	}[i]
}

// figure says what one line of the summary averages.
type figure struct {
	recall bool
	iou    float64 // one threshold, or 0 for all
	area   string
	limit  int // index into MaxDets
}

func (r *Result) figures() [12]figure {
	last := len(r.Params.MaxDets) - 1
	return [12]figure{
		{false, 0, "all", last}, {false, 0.5, "all", last}, {false, 0.75, "all", last},
		{false, 0, "small", last}, {false, 0, "medium", last}, {false, 0, "large", last},
		{true, 0, "all", 0}, {true, 0, "all", min(1, last)}, {true, 0, "all", last},
		{true, 0, "small", last}, {true, 0, "medium", last}, {true, 0, "large", last},
	}
}

// mean averages figure f over classes, given by their positions.
func (r *Result) mean(f figure, classes []int) float64 {
	p := &r.Params
	a := slices.IndexFunc(p.Areas, func(a AreaRange) bool { return a.Name == f.area })
	if a < 0 {
		return -1
	}
	var s mean
	for t, threshold := range p.IoU {
		if f.iou != 0 && math.Abs(threshold-f.iou) > 1e-9 {
			continue
		}
		for _, k := range classes {
			row, ok := r.row(t, k, a, f.limit)
			switch {
			case !ok:
			case f.recall:
				s.addRow([]float64{*row.recall})
			default:
				s.addRow(row.precision)
			}
		}
	}
	return s.value()
}

// mean is an average of rows. Summing each row first keeps the rounding error
// of long sums near that of numpy's pairwise summation.
type mean struct {
	sum float64
	n   int
}

// addRow adds a row unless it is undefined; a row is so wholly or not at all.
func (m *mean) addRow(row []float64) {
	if row[0] < 0 {
		return
	}
	sum := 0.0
	for _, v := range row {
		sum += v
	}
	m.sum += sum
	m.n += len(row)
}

// value returns the average, -1 if there is nothing to average.
func (m *mean) value() float64 {
	if m.n == 0 {
		return -1
	}
	return m.sum / float64(m.n)
}

// String returns the twelve lines that pycocotools prints.
func (r *Result) String() string {
	p := &r.Params
	summary := r.Summary()
	var b strings.Builder
	for i, f := range r.figures() {
		title, kind := "Average Precision", "(AP)"
		if f.recall {
			title, kind = "Average Recall", "(AR)"
		}
		iou := fmt.Sprintf("%.2f:%.2f", p.IoU[0], p.IoU[len(p.IoU)-1])
		if f.iou != 0 {
			iou = fmt.Sprintf("%.2f", f.iou)
		}
		fmt.Fprintf(&b, " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3d ] = %.3f\n",
			title, kind, iou, f.area, p.MaxDets[f.limit], *summary.figure(i))
	}
	return b.String()
}
