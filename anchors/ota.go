package anchors

import "math"

// OTA assigns by optimal transport: each ground truth supplies as many units
// as the sum of its TopK best IoUs with the candidates in its region, rounded
// down and at least 1; the background supplies the rest; each candidate takes
// one unit. Carrying a unit to candidate i costs
//
//	FL(p_i, onehot(class g)) - RegWeight log max(IoU(b_i, g), 2^-23)
//	FL(p_i, 0) from the background
//
// with probabilities p_i, predicted box b_i and the focal loss FL (Alpha,
// Gamma) summed over classes. The region of a ground truth is inside it (by
// more than 0.01 pixels) and within CenterRadius strides of its centre, in x
// and in y. The plan comes from Sinkhorn's iterations at entropy Epsilon; each
// supplier's row of it is scaled to a maximum of 1, and the candidate belongs
// to the supplier whose row is largest there. Ties go to the lower ground
// truth, and from the background to the ground truth.
//
// The published code gives matches outside the region a cost of 1e6 instead of
// forbidding them. That is the same wherever a ground truth has a candidate in
// its region; one that has none spreads its unit over the whole image there,
// and matches nothing here. Also, the background's supply is never below 0.
//
// Logarithms of probabilities are floored at -100; the iterations run on
// logarithms in float64. Assignment.IoU and ignore regions are as in [SimOTA].
// Assign panics without predictions or grid.
//
// Time is O(candidates + Iterations x pairs), plus a comparison of each ground
// truth with every 32 candidates; memory is O(candidates + pairs), where pairs
// are those of a ground truth and a candidate in its region.
//
// Source: OTA (Ge et al. 2021, arXiv 2103.14259) and its published code.
type OTA struct {
	Epsilon      float64 `param:"eps" range:"(0,)" doc:"entropy of the transport plan: the smaller, the sharper"`
	Iterations   int     `range:"[1,)" doc:"iterations of Sinkhorn's algorithm"`
	TopK         int     `param:"candidate_topk" range:"[1,)" doc:"best IoUs whose sum is a ground truth's supply"`
	RegWeight    float64 `range:"[0,)" doc:"weight of the box cost"`
	CenterRadius float64 `range:"(0,)" doc:"strides from a ground truth's centre within which its positives lie"`
	Alpha        float64 `range:"[0,1]" doc:"weight of the focal loss at its own class"`
	Gamma        float64 `range:"[0,)" doc:"exponent of the focal loss"`
	IgnoreIoF    float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewOTA returns the assigner with the published values: entropy 0.1, 50
// iterations, 20 IoUs, box weight 1.5, radius 2.5, focal loss (0.25, 2).
func NewOTA() OTA {
	return OTA{Epsilon: 0.1, Iterations: 50, TopK: 20, RegWeight: 1.5, CenterRadius: 2.5, Alpha: 0.25, Gamma: 2, IgnoreIoF: 0.5}
}

var _ Assigner = OTA{}

// Needs implements [Assigner].
func (OTA) Needs() Need { return NeedGrid | NeedPredictions }

// Assign implements [Assigner].
func (o OTA) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requirePredictions("OTA", t)
	c.requireGrid("OTA")
	startPredicted(dst, c, t)
	m := &dst.matching
	o.allow(m, c, t)
	o.ship(m, c, t)
	if len(m.allowed) > 0 {
		m.transport.solve(o.Iterations)
		m.transport.deliver(dst.GT, m.allowed)
	}
	finishPredicted(dst, c, t, o.IgnoreIoF)
}

// allow finds the candidates in the region of a ground truth, and what it
// costs each to take its unit from the background.
func (o OTA) allow(m *matching, c *Candidates, t *Truth) {
	m.allowed, m.points, m.background = m.allowed[:0], m.points[:0], m.background[:0]
	itself := func(_ float32, truth Box) Box { return truth }
	c.eachNear(m, t.Box, itself, func(i int, p point, near []int32) {
		for _, g := range near {
			if o.region(p, t.Box[g]) {
				none := 0.0
				for _, score := range c.scores(int32(i)) {
					none += o.focal(float64(score), 1-o.Alpha)
				}
				m.allowed, m.points = append(m.allowed, int32(i)), append(m.points, p)
				m.background = append(m.background, none)
				return
			}
		}
	})
}

// ship lists what may be carried where, at what cost and from what supply.
func (o OTA) ship(m *matching, c *Candidates, t *Truth) {
	left := len(c.Box)
	m.transport.reset()
	m.enclose()
	for g, truth := range t.Box {
		m.overlaps = m.overlaps[:0]
		for b := range m.hulls {
			if m.hulls[b].points.meets(truth) {
				o.offer(m, c, t, g, b*hullSize, min((b+1)*hullSize, len(m.allowed)))
			}
		}
		units := 0
		if len(m.overlaps) > 0 {
			units = dynamicK(m.overlaps)
		}
		left -= units
		m.transport.endRow(float64(units))
	}
	for _, none := range m.background {
		m.transport.none = append(m.transport.none, none/o.Epsilon)
	}
	m.transport.left, m.transport.elsewhere = float64(max(0, left)), float64(len(c.Box)-len(m.allowed))
}

// offer lists what may be carried from ground truth g to the allowed candidates
// from start to end.
func (o OTA) offer(m *matching, c *Candidates, t *Truth, g, start, end int) {
	truth := t.Box[g]
	for k := start; k < end; k++ {
		if !o.region(m.points[k], truth) {
			continue
		}
		i := m.allowed[k]
		p := float64(c.scores(i)[c.column(t, g)])
		iou := IoU(c.Decoded[i], truth)
		class := m.background[k] - o.focal(p, 1-o.Alpha) + o.focal(1-p, o.Alpha)
		box := -math.Log(max(float64(iou), 0x1p-23))
		m.transport.add(int32(k), (class+o.RegWeight*box)/o.Epsilon)
		m.overlaps = keepSmallest(m.overlaps, o.TopK, ranked{-float64(iou), i})
	}
}

// region reports whether p lies in the ground truth and near its centre.
func (o OTA) region(p point, truth Box) bool {
	return p.inside(truth, 0.01) && p.inside(p.near(truth, float32(o.CenterRadius)), 0)
}

// focal returns the focal loss of a probability of being wrong.
func (o OTA) focal(wrong, weight float64) float64 {
	return -weight * power(wrong, o.Gamma) * logProbability(1-wrong)
}
