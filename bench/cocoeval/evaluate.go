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
	if err := p.validate(); err != nil {
		return nil, err
	}
	if len(gts) > math.MaxInt32 || len(dts) > math.MaxInt32 {
		return nil, fmt.Errorf("cocoeval: %d ground truths and %d detections; split them, the limit is 2^31-1 each", len(gts), len(dts))
	}
	if err := validateAnnotations(gts, dts); err != nil {
		return nil, err
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
	r := newResult(p, classIDs)
	gtGroups := group(gtKeys, classPosition, imagePosition, p.ClassAgnostic)
	dtGroups := group(dtKeys, classPosition, imagePosition, p.ClassAgnostic)

	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(classIDs)) {
		workers.Go(func() {
			e := evaluator{p: p, gts: gts, dts: dts}
			for k := int(next.Add(1)) - 1; k < len(classIDs); k = int(next.Add(1)) - 1 {
				e.class(r, k, &gtGroups, &dtGroups)
			}
		})
	}
	workers.Wait()
	return r, nil
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
func (e *evaluator) class(r *Result, k int, gtGroups, dtGroups *groups) {
	gts, gtImage := gtGroups.class(k)
	dts, dtImage := dtGroups.class(k)
	r.GroundTruths[k], r.Detections[k] = len(gts), len(dts)
	if len(gts) == 0 {
		return
	}
	r.tables[k] = newTable(e.p)
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
	e.accumulate(r, k, gts)
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
