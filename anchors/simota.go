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
// Time is O(candidates x classes), plus a comparison of each ground truth with
// every 32 candidates and with each candidate near it; memory is O(candidates).
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
	m.simOTA = simOTAPricing{s, m, c, t}
	m.matchDynamicK(dst.GT, c, t.Box, s.TopK, &m.simOTA)
	m.simOTA = simOTAPricing{}
	finishPredicted(dst, c, t, s.IgnoreIoF)
}

// simOTAPricing is the cost of a match.
type simOTAPricing struct {
	SimOTA
	m *matching
	c *Candidates
	t *Truth
}

func (s *simOTAPricing) price(k, g int, limit float64) float64 {
	iou := IoU(s.m.decoded[k], s.t.Box[g])
	box := boxPrice(s.IoUWeight, float64(iou))
	outside := 0.0
	if !s.nearer(k, g) {
		outside = outsideCost
	}
	limit += (1 + math.Abs(limit) + s.ClsWeight) * roundingOfPrices
	if outside+box > limit {
		return math.Inf(1)
	}
	scores := s.c.scores(s.m.allowed[k])
	p := float64(scores[s.c.column(s.t, g)])
	hit := logProbability(p)
	if outside+box-s.ClsWeight*hit > limit { // whatever the other classes cost
		return math.Inf(1)
	}
	class := s.m.none(k, func() float64 { return crossEntropyOfNone(scores) }) + logProbability(1-p) - hit
	cost := s.ClsWeight*class + box
	if outside > 0 {
		cost += outside
	}
	return cost
}

// crossEntropyOfNone is what it costs to be none of the classes.
func crossEntropyOfNone(scores []float32) float64 {
	none := 0.0
	for _, score := range scores {
		none -= logProbability(1 - float64(score))
	}
	return none
}

func (s *simOTAPricing) near(h *hull, g int) bool {
	truth := s.t.Box[g]
	return h.points.meets(truth) && h.points.meets(point{stride: h.stride}.near(truth, float32(s.CenterRadius)))
}

func (s *simOTAPricing) nearer(k, g int) bool {
	in, near := s.region(s.m.points[k], s.t.Box[g])
	return in && near
}

func (s *simOTAPricing) iouWeight() float64 { return s.IoUWeight }

// far is what a match outside a ground truth's region costs at least, with a
// class cost of nothing and an IoU of 1, less what rounding could take.
func (s *simOTAPricing) far() float64 {
	return outsideCost + boxPrice(s.IoUWeight, 1) - 1 - s.ClsWeight*roundingOfPrices
}

// allow finds the candidates that may be positive.
func (s SimOTA) allow(m *matching, c *Candidates, t *Truth) {
	m.allowed, m.points, m.background = m.allowed[:0], m.points[:0], m.background[:0]
	both := func(stride float32, truth Box) Box {
		around := point{stride: stride}.near(truth, float32(s.CenterRadius))
		return Box{min(truth[0], around[0]), min(truth[1], around[1]), max(truth[2], around[2]), max(truth[3], around[3])}
	}
	c.eachNear(m, t.Box, both, func(i int, p point, near []int32) {
		for _, g := range near {
			if in, near := s.region(p, t.Box[g]); in || near {
				m.allow(int32(i), p)
				return
			}
		}
	})
}

// region reports whether p lies in the ground truth and near its centre.
func (s SimOTA) region(p point, truth Box) (in, near bool) {
	return p.inside(truth, 0), p.inside(p.near(truth, float32(s.CenterRadius)), 0)
}
