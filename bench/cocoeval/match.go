package cocoeval

import "slices"

// verdict says which ranked detections are true and which are false
// positives; the others are ignored.
type verdict struct{ tp, fp bitset }

// verdicts holds the verdict per area range and IoU threshold.
type verdicts struct {
	all        []verdict
	thresholds int
}

func (v *verdicts) of(a, t int) verdict { return v.all[a*v.thresholds+t] }

// reset makes every detection unmatched: a false positive where its own area
// is in range and its class exhaustively annotated, ignored elsewhere.
func (v *verdicts) reset(p Params, ranked *ranking, dts []Detection) {
	v.thresholds = len(p.IoU)
	v.all = resize(v.all, len(p.Areas)*len(p.IoU))
	n := len(ranked.dt)
	for i := range v.all {
		v.all[i].tp = v.all[i].tp.resized(n)
		v.all[i].fp = v.all[i].fp.resized(n)
	}
	for a, area := range p.Areas {
		inRange := v.of(a, 0).fp
		for rank, s := range ranked.area {
			if s >= area.Min && s <= area.Max {
				inRange.set(rank)
			}
		}
		if len(p.notExhaustive) > 0 {
			for rank, i := range ranked.dt {
				if p.notExhaustive[ImageClass{dts[i].Image, dts[i].Class}] {
					inRange.clear(rank)
				}
			}
		}
		for t := 1; t < len(p.IoU); t++ {
			copy(v.of(a, t).fp, inRange)
		}
	}
}

// ignores reports whether finding g counts neither way in an area range.
func ignores(g *GroundTruth, area AreaRange) bool {
	return !g.ToFind() || g.Area < area.Min || g.Area > area.Max
}

// match judges the detections of one image, given as ranks, best first.
//
// Greedily, each takes the ground truth it overlaps most among those that
// reach the threshold and are free, the last given of equals. Ignored ground
// truth is considered only by detections that found no other.
func (e *evaluator) match(gts, ranks []int32) {
	e.overlap.compute(e.gts, gts, e.dts, e.ranking.dt, ranks, slices.Min(e.p.IoU))
	if len(e.overlap.found) == 0 {
		return
	}
	e.ignored = resize(e.ignored, len(gts))
	e.taken = resize(e.taken, len(gts))
	for a, area := range e.p.Areas {
		for i, g := range gts {
			e.ignored[i] = ignores(&e.gts[g], area)
		}
		for t, threshold := range e.p.IoU {
			v := e.verdict.of(a, t)
			clear(e.taken)
			for _, f := range e.overlap.found {
				pairs := e.overlap.pairs[f.first:f.end]
				reach := min(threshold, 1-1e-10)
				g := e.best(pairs, reach, false)
				if g < 0 {
					g = e.best(pairs, reach, true)
				}
				if g < 0 {
					continue
				}
				// A crowd is never used up.
				e.taken[g] = !e.gts[gts[g]].Crowd
				if !e.ignored[g] && e.gts[gts[g]].Unmatched {
					continue
				}
				v.fp.clear(int(f.rank))
				if !e.ignored[g] {
					v.tp.set(int(f.rank))
				}
			}
		}
	}
}

// best returns the free ground truth of highest overlap, at least reach,
// among the ignored or among the others, -1 if there is none.
func (e *evaluator) best(pairs []pair, reach float64, ignored bool) int32 {
	g := int32(-1)
	for _, p := range pairs {
		if p.iou >= reach && !e.taken[p.gt] && e.ignored[p.gt] == ignored {
			g, reach = p.gt, p.iou
		}
	}
	return g
}
