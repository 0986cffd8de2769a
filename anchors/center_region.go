package anchors

// CenterRegion makes the candidates around an object's centre positive and
// does not judge those around them. With core and shadow the ground truth
// scaled about its centre by PosScale and NegScale, a candidate lies
//
//	in the core    its centre is inside the ground truth, IoF(candidate, core) > MinPosIoF
//	in the shadow  not in the core, but IoF(candidate, shadow) > MinPosIoF
//
// It is positive for the smallest ground truth in whose core it lies, the
// last among equal areas; the others in whose core it lies shadow it.
// A candidate in a shadow that no core claims is ignored, and so is a
// positive shadowed by a ground truth of its own class unless
// ForegroundDominates. A candidate whose centre lies in an ignore region,
// scaled by IgnoreScale about its centre, is ignored whatever else it is.
//
// In the peer a shadow silences one class of a candidate, which stays negative
// for the others; a label here is for all classes, so the candidate is ignored.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates and with each candidate near it; memory is O(candidates + ground
// truth).
//
// Source: FSAF (Zhu et al. 2019); mmdetection's CenterRegionAssigner.
type CenterRegion struct {
	PosScale            float64 `range:"(0,1]" doc:"size of the core relative to the object"`
	NegScale            float64 `range:"[0,1]" doc:"size of the shadow relative to the object"`
	MinPosIoF           float64 `param:"min_pos_iof" range:"[0,1]" doc:"share of a candidate beyond which it lies in a core or shadow"`
	IgnoreScale         float64 `range:"[0,)" doc:"size of what silences relative to the ignore region"`
	ForegroundDominates bool    `doc:"a positive stays one in the shadow of another object of its class"`
}

// NewCenterRegion returns the assigner of mmdetection's FSAF: core and shadow
// of 0.2, candidates within them by more than 0.01, ignore regions halved.
func NewCenterRegion() CenterRegion {
	return CenterRegion{PosScale: 0.2, NegScale: 0.2, MinPosIoF: 0.01, IgnoreScale: 0.5}
}

var _ Assigner = CenterRegion{}

// Needs implements [Assigner].
func (CenterRegion) Needs() Need { return 0 }

// Assign implements [Assigner]. It panics unless every ground truth has a
// class.
func (r CenterRegion) Assign(dst *Assignment, c *Candidates, t *Truth) {
	if len(t.Class) != len(t.Box) {
		panic("anchors: CenterRegion.Assign: needs a class for every ground truth")
	}
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	dst.boxes = dst.boxes[:0]
	for _, box := range t.Box {
		dst.boxes = append(dst.boxes, about(box, float32(r.PosScale)), about(box, float32(r.NegScale)))
	}
	m := &dst.matching
	for start := 0; start < len(c.Box); start += hullSize {
		boxes := c.Box[start:min(start+hullSize, len(c.Box))]
		m.near = r.appendNear(m.near[:0], boxes, t.Box, dst.boxes)
		for i, box := range boxes {
			r.label(&dst.GT[start+i], box, t, dst.boxes, m.near)
		}
	}
}

// appendNear appends the ground truths that have the centre of one of the boxes,
// or of whose shadow one has a part: no other judges them.
func (r CenterRegion) appendNear(near []int32, boxes, truth, regions []Box) []int32 {
	points, hull := hullOfCentres(boxes), enclose(boxes)
	for g := range truth {
		if points.meets(truth[g]) || hull.meets(regions[2*g+1]) {
			near = append(near, int32(g))
		}
	}
	return near
}

// label labels a candidate.
func (r CenterRegion) label(label *int32, cand Box, t *Truth, regions []Box, near []int32) {
	winner := r.smallest(cand, t.Box, regions, near)
	*label = winner
	if r.shadowed(cand, winner, t, regions, near) {
		*label = Ignored
	}
	for _, region := range t.Ignore {
		if centre(cand).inside(about(region, float32(r.IgnoreScale)), 0) {
			*label = Ignored
		}
	}
}

// smallest returns the smallest ground truth in whose core the candidate lies,
// or Negative. regions holds core and shadow of each.
func (r CenterRegion) smallest(cand Box, truth, regions []Box, near []int32) int32 {
	winner, least := Negative, float32(0)
	for _, g := range near {
		box := truth[g]
		if area := box.Area(); (winner < 0 || area <= least) && r.inCore(cand, box, regions[2*g]) {
			winner, least = g, area
		}
	}
	return winner
}

// shadowed reports whether a ground truth other than the winner's keeps the
// candidate from being judged.
func (r CenterRegion) shadowed(cand Box, winner int32, t *Truth, regions []Box, near []int32) bool {
	if winner >= 0 && r.ForegroundDominates {
		return false
	}
	for _, g := range near {
		if g == winner || winner >= 0 && t.Class[g] != t.Class[winner] {
			continue
		}
		if IoF(cand, regions[2*g+1]) > float32(r.MinPosIoF) || r.inCore(cand, t.Box[g], regions[2*g]) {
			return true
		}
	}
	return false
}

func (r CenterRegion) inCore(cand, truth, core Box) bool {
	return centre(cand).inside(truth, 0) && IoF(cand, core) > float32(r.MinPosIoF)
}

// about returns b scaled about its centre.
func about(b Box, scale float32) Box {
	x, y := b.Center()
	w, h := b.Width()*0.5*scale, b.Height()*0.5*scale
	return Box{x - w, y - h, x + w, y + h}
}
