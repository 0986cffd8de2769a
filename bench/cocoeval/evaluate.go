package cocoeval

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Evaluate matches detections with ground truth and accumulates precision and
// recall per IoU threshold, class, area range and limit on detections.
//
// The order of gts and of dts matters only between equal scores and equal
// overlaps: equally scored detections rank by image id, then as given. The
// inputs are not changed. Classes are evaluated in parallel, with the same
// bits for any GOMAXPROCS.
//
// An error is returned for invalid Params and for boxes, areas or scores that
// are not finite.
func Evaluate(p Params, gts []GroundTruth, dts []Detection) (*Result, error) {
	o, err := order(p, gts, dts)
	if err != nil {
		return nil, err
	}
	r := newResult(o.p, o.classes)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(o.classes)) {
		workers.Go(func() {
			e := evaluator{p: o.p, gts: gts, dts: dts}
			for k := int(next.Add(1)) - 1; k < len(o.classes); k = int(next.Add(1)) - 1 {
				e.class(r, k, &o)
			}
		})
	}
	workers.Wait()
	return r, nil
}

// ordered is what an evaluation is of, by class and image.
type ordered struct {
	p        Params
	classes  []int32 // ids, ascending
	images   int
	gts, dts groups
}

// order checks what is evaluated and orders it.
func order(p Params, gts []GroundTruth, dts []Detection) (ordered, error) {
	if err := p.validate(); err != nil {
		return ordered{}, err
	}
	if len(gts) > math.MaxInt32 || len(dts) > math.MaxInt32 {
		return ordered{}, fmt.Errorf("cocoeval: %d ground truths and %d detections; split them, the limit is 2^31-1 each", len(gts), len(dts))
	}
	if err := validateAnnotations(gts, dts); err != nil {
		return ordered{}, err
	}
	p = p.clone()
	classes := newIndex(p.Classes)
	images := newIndex(p.Images)
	gtKeys := make([]key, len(gts))
	for i := range gts {
		gtKeys[i] = key{classes.add(gts[i].Class), images.add(gts[i].Image)}
	}
	dtKeys := make([]key, len(dts))
	for i := range dts {
		dtKeys[i] = key{classes.add(dts[i].Class), images.add(dts[i].Image)}
	}
	classIDs, classPosition := classes.ascending()
	_, imagePosition := images.ascending()
	if p.ClassAgnostic {
		classIDs = []int32{-1}
	}
	return ordered{
		p: p, classes: classIDs, images: len(imagePosition),
		gts: group(gtKeys, classPosition, imagePosition, p.ClassAgnostic),
		dts: group(dtKeys, classPosition, imagePosition, p.ClassAgnostic),
	}, nil
}

// evaluator evaluates one class at a time and owns the buffers for it.
type evaluator struct {
	p   Params
	gts []GroundTruth
	dts []Detection

	ranking ranking
	overlap overlaps
	verdict verdicts
	curve   curve
	ignored []bool // per ground truth of an image
	taken   []bool // per ground truth of an image
}

// class evaluates class k into r.
func (e *evaluator) class(r *Result, k int, o *ordered) {
	gts, _ := o.gts.class(k)
	dts, _ := o.dts.class(k)
	for _, g := range gts {
		if e.gts[g].ToFind() {
			r.GroundTruths[k]++
		}
	}
	r.Detections[k] = len(dts)
	if len(gts) == 0 {
		return
	}
	r.tables[k] = newTable(e.p)
	e.judge(k, o)
	e.accumulate(r, k, gts)
}

// judge ranks and matches the detections of class k.
func (e *evaluator) judge(k int, o *ordered) {
	gts, gtImage := o.gts.class(k)
	dts, dtImage := o.dts.class(k)
	e.ranking.rank(e.dts, dts, dtImage, e.p.MaxDets)
	e.verdict.reset(e.p, &e.ranking, e.dts)
	for g, d := 0, 0; g < len(gts); {
		image := gtImage[g]
		first := g
		for g < len(gts) && gtImage[g] == image {
			g++
		}
		for d < len(dtImage) && dtImage[d] < image {
			d++
		}
		if d < len(dtImage) && dtImage[d] == image {
			e.match(gts[first:g], e.ranking.ofImage(d))
		}
	}
}

// accumulate turns the verdicts on class k into precision and recall.
func (e *evaluator) accumulate(r *Result, k int, gts []int32) {
	for a, area := range e.p.Areas {
		wanted := 0
		for _, g := range gts {
			if !ignores(&e.gts[g], area) {
				wanted++
			}
		}
		for m := range e.p.MaxDets {
			for t := range e.p.IoU {
				row, _ := r.row(t, k, a, m)
				if wanted == 0 {
					row.undefine()
					continue
				}
				e.curve.collect(e.verdict.of(a, t), e.ranking.within[m])
				e.curve.read(e.p.Recall, wanted, e.ranking.score, row)
			}
		}
	}
}
