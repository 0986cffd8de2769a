package anchors

import "math"

// SimOTA lets a detector's own predictions choose who is positive. Matching
// candidate i to ground truth g costs
//
//	ClsWeight BCE(p_i, onehot(class g)) - IoUWeight log(IoU(b_i, g) + 1e-7)
//	+ 1e5 unless the candidate's centre lies in g and near g's centre
//
// with probabilities p_i and predicted box b_i; the cross entropy is summed
// over all classes, each logarithm floored at -100. Near means within
// CenterRadius strides in x and in y. Candidates whose centre lies in no
// ground truth and near none's centre stay negative. Each ground truth takes
// its cheapest candidates, as many as the sum of its TopK best IoUs, rounded
// down and at least 1; a candidate wanted by several goes to the one for which
// it costs least. Ties go to the lower index.
//
// A ground truth without a candidate in its box and near its centre still
// takes one, of those that the others allow: as in mmdetection, a positive
// lies in the region of some ground truth, which need not be its own.
//
// Costs are summed in float64, where the 1e5 does not swallow their
// differences as it does in mmdetection's float32. Assignment.IoU is that of
// the predicted box, with a positive's own ground truth and with the best of
// all for the others. A negative that lies in an ignore region by more than
// IgnoreIoF of its area is ignored. Assign panics without predictions or grid.
//
// Time is O(candidates x (ground truth + classes)), memory O(candidates).
//
// Source: YOLOX (Ge et al. 2021, arXiv 2107.08430); mmdetection's
// SimOTAAssigner.
type SimOTA struct {
	CenterRadius float64 `range:"(0,)" doc:"strides from a ground truth's centre within which a candidate is preferred"`
	TopK         int     `param:"candidate_topk" range:"[1,)" doc:"best IoUs whose sum is a ground truth's number of positives"`
	IoUWeight    float64 `param:"iou_weight" range:"[0,)" doc:"weight of the box cost"`
	ClsWeight    float64 `range:"[0,)" doc:"weight of the class cost"`
	IgnoreIoF    float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewSimOTA returns the assigner with YOLOX's values: radius 2.5, 10 IoUs,
// weights 3 for the box and 1 for the class.
func NewSimOTA() SimOTA {
	return SimOTA{CenterRadius: 2.5, TopK: 10, IoUWeight: 3, ClsWeight: 1, IgnoreIoF: 0.5}
}

var _ Assigner = SimOTA{}

// outsideCost is what a match outside a ground truth's region costs more.
const outsideCost = 1e5

// Needs implements [Assigner].
func (SimOTA) Needs() Need { return NeedGrid | NeedPredictions }

// Assign implements [Assigner].
func (s SimOTA) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requirePredictions("SimOTA", t)
	c.requireGrid("SimOTA")
	startPredicted(dst, c, t)
	m := &dst.matching
	s.allow(m, c, t)
	m.matchDynamicK(dst.GT, len(t.Box), s.TopK, func(k, g int) (float64, float32) {
		i := m.allowed[k]
		p := float64(c.scores(i)[c.column(t, g)])
		iou := IoU(c.Decoded[i], t.Box[g])
		class := m.background[k] + logProbability(1-p) - logProbability(p)
		cost := s.ClsWeight*class - s.IoUWeight*math.Log(float64(iou)+1e-7)
		if in, near := s.region(m.points[k], t.Box[g]); !(in && near) {
			cost += outsideCost
		}
		return cost, iou
	})
	finishPredicted(dst, c, t, s.IgnoreIoF)
}

// allow finds the candidates that may be positive, and what it costs each to
// be none of the classes.
func (s SimOTA) allow(m *matching, c *Candidates, t *Truth) {
	m.allowed, m.points, m.background = m.allowed[:0], m.points[:0], m.background[:0]
	c.eachPoint(func(i int, p point) {
		for _, truth := range t.Box {
			if in, near := s.region(p, truth); in || near {
				none := 0.0
				for _, score := range c.scores(int32(i)) {
					none -= logProbability(1 - float64(score))
				}
				m.allowed, m.points = append(m.allowed, int32(i)), append(m.points, p)
				m.background = append(m.background, none)
				return
			}
		}
	})
}

// region reports whether p lies in the ground truth and near its centre.
func (s SimOTA) region(p point, truth Box) (in, near bool) {
	return p.inside(truth, 0), p.inside(p.near(truth, float32(s.CenterRadius)), 0)
}
