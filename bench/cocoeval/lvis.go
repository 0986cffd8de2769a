package cocoeval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// ImageClass is an image and a class.
type ImageClass struct {
	Image int64
	Class int32
}

// Federation is what a federated data set such as LVIS (Gupta et al., 2019)
// states beside its objects. Each of its images is annotated for some of the
// classes only.
type Federation struct {
	// Images lists every image of the set; nil means those with a ground
	// truth or a detection.
	Images []int64
	// Classes lists every class of the set.
	Classes []int32
	// Frequency holds the group of each class, 'r', 'c' or 'f', for the number
	// of training images: below 10, below 100, and more.
	Frequency map[int32]byte
	// Negative holds what was verified to be absent. Detections of a class
	// neither negative nor annotated in an image are dropped, for nobody knows
	// whether they are right.
	Negative map[ImageClass]bool
	// NotExhaustive holds what is present with more objects than are
	// annotated: detections that match none are not false positives.
	NotExhaustive map[ImageClass]bool
}

// LVISSummary holds the thirteen figures of lvis-api, each a mean over what is
// defined, -1 where nothing is. APR, APC and APF are over the rare, the common
// and the frequent classes. All are at 300 detections an image over all
// classes, with 1 as the best.
type LVISSummary struct {
	AP, AP50, AP75, APS, APM, APL, APR, APC, APF float64
	AR, ARS, ARM, ARL                            float64
}

// LVISMaxDets is LVIS's limit on the detections of an image.
const LVISMaxDets = 300

// LVISResult is the evaluation of a federated set.
type LVISResult struct {
	// Result has one limit on detections, reached by none of its classes.
	*Result
	groups map[byte][]int // positions in Result.Classes
}

// EvaluateLVIS evaluates as lvis-api 0.5.3 does (LVISEval, iou_type bbox): of
// each image the 300 best detections count, over all its classes; those of
// classes about which nothing is known there are dropped; those that match
// nothing in a class not exhaustively annotated are ignored; crowds are objects
// like others, which LVIS has none of.
//
// p.MaxDets must hold one limit, which replaces 300; p.Images and p.Classes are
// taken from the federation. Errors are those of [Evaluate].
func EvaluateLVIS(p Params, f Federation, gts []GroundTruth, dts []Detection) (*LVISResult, error) {
	if len(p.MaxDets) != 1 {
		return nil, fmt.Errorf("cocoeval: Params.MaxDets has %d limits; LVIS has one, over all classes of an image", len(p.MaxDets))
	}
	if err := p.validate(); err != nil {
		return nil, err
	}
	p.Images, p.Classes = f.Images, f.Classes
	p.notExhaustive = f.NotExhaustive
	gts = slices.Clone(gts)
	present := make(map[ImageClass]bool, len(gts))
	for i := range gts {
		gts[i].Crowd = false
		present[ImageClass{gts[i].Image, gts[i].Class}] = true
	}
	var known []Detection
	for _, d := range best(dts, p.MaxDets[0]) {
		at := ImageClass{d.Image, d.Class}
		if present[at] || f.Negative[at] {
			known = append(known, d)
		}
	}
	r, err := Evaluate(p, gts, known)
	if err != nil {
		return nil, err
	}
	l := &LVISResult{Result: r, groups: map[byte][]int{}}
	for k, class := range r.Classes {
		group := f.Frequency[class]
		l.groups[group] = append(l.groups[group], k)
	}
	return l, nil
}

// LVISParams returns LVIS's settings: COCO's at 300 detections.
func LVISParams() Params {
	p := DefaultParams()
	p.MaxDets = []int{LVISMaxDets}
	return p
}

// best returns the limit best detections of each image, in the given order
// where an image has no more, else by descending score.
func best(dts []Detection, limit int) []Detection {
	byImage := make(map[int64][]Detection)
	var order []int64
	for _, d := range dts {
		if _, known := byImage[d.Image]; !known {
			order = append(order, d.Image)
		}
		byImage[d.Image] = append(byImage[d.Image], d)
	}
	kept := make([]Detection, 0, len(dts))
	for _, image := range order {
		list := byImage[image]
		if len(list) > limit {
			slices.SortStableFunc(list, func(a, b Detection) int { return cmp.Compare(b.Score, a.Score) })
			list = list[:limit]
		}
		kept = append(kept, list...)
	}
	return kept
}

// Summary returns lvis-api's figures.
func (r *LVISResult) Summary() LVISSummary {
	s := r.Result.Summary()
	return LVISSummary{
		AP: s.AP, AP50: s.AP50, AP75: s.AP75, APS: s.APS, APM: s.APM, APL: s.APL,
		APR: r.GroupAP('r'), APC: r.GroupAP('c'), APF: r.GroupAP('f'),
		AR: s.AR100, ARS: s.ARS, ARM: s.ARM, ARL: s.ARL,
	}
}

// GroupAP returns AP over the classes of a frequency group, -1 where none of
// them has an object.
func (r *LVISResult) GroupAP(group byte) float64 {
	return r.mean(r.figures()[0], r.groups[group])
}

// GroupClasses returns how many classes of a group have an object.
func (r *LVISResult) GroupClasses(group byte) int {
	n := 0
	for _, k := range r.groups[group] {
		if r.GroundTruths[k] > 0 {
			n++
		}
	}
	return n
}

// String returns the thirteen lines that lvis-api prints.
func (r *LVISResult) String() string {
	s := r.Summary()
	p := &r.Params
	all := fmt.Sprintf("%.2f:%.2f", p.IoU[0], p.IoU[len(p.IoU)-1])
	var b strings.Builder
	for _, l := range []struct {
		title, kind, iou, area, group string
		value                         float64
	}{
		{"Average Precision", "(AP)", all, "all", "all", s.AP},
		{"Average Precision", "(AP)", "0.50", "all", "all", s.AP50},
		{"Average Precision", "(AP)", "0.75", "all", "all", s.AP75},
		{"Average Precision", "(AP)", all, "s", "all", s.APS},
		{"Average Precision", "(AP)", all, "m", "all", s.APM},
		{"Average Precision", "(AP)", all, "l", "all", s.APL},
		{"Average Precision", "(AP)", all, "all", "r", s.APR},
		{"Average Precision", "(AP)", all, "all", "c", s.APC},
		{"Average Precision", "(AP)", all, "all", "f", s.APF},
		{"Average Recall", "(AR)", all, "all", "all", s.AR},
		{"Average Recall", "(AR)", all, "s", "all", s.ARS},
		{"Average Recall", "(AR)", all, "m", "all", s.ARM},
		{"Average Recall", "(AR)", all, "l", "all", s.ARL},
	} {
		fmt.Fprintf(&b, " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3d catIds=%3s] = %.3f\n",
			l.title, l.kind, l.iou, l.area, p.MaxDets[0], l.group, l.value)
	}
	return b.String()
}
