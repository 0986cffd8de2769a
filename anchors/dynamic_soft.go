package anchors

import "math"

// DynamicSoft is dynamic soft label assignment: SimOTA's matching with costs
// that take a box's quality into account. Matching candidate i to ground truth
// g costs
//
//	sum over classes c of BCE(p_ic, y_c) (y_c - p_ic)^2
//	- IoUWeight log(IoU(b_i, g) + 1e-7) + 10^(distance - SoftCenterRadius)
//
// where y_c is the IoU for the class of g and 0 for the others, and the
// distance is that of the candidate's centre from g's, in strides. Only
// candidates whose centre lies in a ground truth may be positive; then each
// ground truth takes its cheapest, as many as the sum of its TopK best IoUs,
// rounded down and at least 1, and a candidate wanted by several goes to the
// one for which it costs least. Ties go to the lower index.
//
// Assignment.Quality is the IoU of a positive's predicted box with its ground
// truth, RTMDet's soft target. Logarithms of probabilities are floored at
// -100; costs are summed in float64. Assignment.IoU and ignore regions are as
// in [SimOTA]. Assign panics without predictions or grid.
//
// Time is O(candidates x classes), plus a comparison of each ground truth with
// every 32 candidates and with each candidate near it; memory is O(candidates).
//
// Source: RTMDet (Lyu et al. 2022, arXiv 2212.07784); mmdetection's
// DynamicSoftLabelAssigner and RTMDetHead.
type DynamicSoft struct {
	SoftCenterRadius float64 `range:"[0,)" doc:"strides from a ground truth's centre at which the distance costs 1"`
	TopK             int     `param:"topk" range:"[1,)" doc:"best IoUs whose sum is a ground truth's number of positives"`
	IoUWeight        float64 `param:"iou_weight" range:"[0,)" doc:"weight of the box cost"`
	IgnoreIoF        float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewDynamicSoft returns the assigner with RTMDet's values: radius 3, 13 IoUs,
// weight 3 for the box.
func NewDynamicSoft() DynamicSoft {
	return DynamicSoft{SoftCenterRadius: 3, TopK: 13, IoUWeight: 3, IgnoreIoF: 0.5}
}

var _ Assigner = DynamicSoft{}

// Needs implements [Assigner].
func (DynamicSoft) Needs() Need { return NeedGrid | NeedPredictions }

// Assign implements [Assigner].
func (d DynamicSoft) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requirePredictions("DynamicSoft", t)
	c.requireGrid("DynamicSoft")
	startPredicted(dst, c, t)
	m := &dst.matching
	d.allow(m, c, t)
	m.dynamicSoft = dynamicSoftPricing{d, m, c, t}
	m.matchDynamicK(dst.GT, c, t.Box, d.TopK, &m.dynamicSoft)
	m.dynamicSoft = dynamicSoftPricing{}
	finishPredicted(dst, c, t, d.IgnoreIoF)
	dst.startQuality()
	for i, g := range dst.GT {
		if g >= 0 {
			dst.Quality[i] = dst.IoU[i]
		}
	}
}

// dynamicSoftPricing is the cost of a match.
type dynamicSoftPricing struct {
	DynamicSoft
	m *matching
	c *Candidates
	t *Truth
}

func (d *dynamicSoftPricing) price(k, g int, limit float64) float64 {
	iou := IoU(d.m.decoded[k], d.t.Box[g])
	box := boxPrice(d.IoUWeight, float64(iou))
	limit += (1 + math.Abs(limit)) * roundingOfPrices
	if box > limit {
		return math.Inf(1)
	}
	far := math.Pow(10, d.m.points[k].distance(d.t.Box[g])-d.SoftCenterRadius)
	if far+box > limit {
		return math.Inf(1)
	}
	scores := d.c.scores(d.m.allowed[k])
	p := float64(scores[d.c.column(d.t, g)])
	hit := softCost(p, float64(iou))
	if far+box+hit > limit { // whatever the other classes cost
		return math.Inf(1)
	}
	class := d.m.none(k, func() float64 { return softCostOfNone(scores) }) - softCost(p, 0) + hit
	return class + box + far
}

// softCostOfNone is what it costs to be none of the classes.
func softCostOfNone(scores []float32) float64 {
	none := 0.0
	for _, score := range scores {
		none += softCost(float64(score), 0)
	}
	return none
}

// farStrides is how far beyond the radius a candidate counts as far.
const farStrides = 2

func (d *dynamicSoftPricing) near(h *hull, g int) bool {
	return h.points.meets(point{stride: h.stride}.near(d.t.Box[g], float32(d.SoftCenterRadius+farStrides)))
}

func (d *dynamicSoftPricing) nearer(k, g int) bool {
	p := d.m.points[k]
	return p.inside(p.near(d.t.Box[g], float32(d.SoftCenterRadius+farStrides)), -p.stride/64)
}

func (d *dynamicSoftPricing) iouWeight() float64 { return d.IoUWeight }

// far is what the distance costs with an IoU of 1, which is a little less than
// nothing, less what rounding could take.
func (d *dynamicSoftPricing) far() float64 {
	return math.Pow(10, farStrides) + boxPrice(d.IoUWeight, 1) - 1
}

// allow finds the candidates that may be positive.
func (d DynamicSoft) allow(m *matching, c *Candidates, t *Truth) {
	m.allowed, m.points, m.background = m.allowed[:0], m.points[:0], m.background[:0]
	itself := func(_ float32, truth Box) Box { return truth }
	c.eachNear(m, t.Box, itself, func(i int, p point, near []int32) {
		for _, g := range near {
			if p.inside(t.Box[g], 0) {
				m.allow(int32(i), p)
				return
			}
		}
	})
}

// softCost returns the cross entropy of probability p against soft target y,
// times the square of their difference.
func softCost(p, y float64) float64 {
	return -(y*logProbability(p) + (1-y)*logProbability(1-p)) * (y - p) * (y - p)
}
