package anchors

import (
	"errors"
	"math"

	"detsample/internal/choice"
)

// ClassCost is how a one-to-one matching prices a class.
type ClassCost uint8

// The two forms in the field.
const (
	CostFocal       ClassCost = iota // focal loss of being the class less that of not being it: Deformable DETR, DINO
	CostProbability                  // -p: DETR
)

var classCostNames = []string{"focal", "probability"}

// MarshalText writes the value as UnmarshalText reads it.
func (c ClassCost) MarshalText() ([]byte, error) { return choice.Marshal(c, classCostNames) }

// UnmarshalText accepts focal or probability.
func (c *ClassCost) UnmarshalText(text []byte) error {
	return choice.Unmarshal(c, "class cost", classCostNames, text)
}

// Hungarian matches ground truths and candidates one to one at the least total
// cost. Matching candidate i to ground truth g costs
//
//	ClsWeight class + L1Weight L1(b_i, g) - GIoUWeight GIoU(b_i, g)
//
// where class is -p under [CostProbability] and under [CostFocal]
//
//	-Alpha (1-p)^Gamma log(p + 1e-12) + (1-Alpha) p^Gamma log(1-p + 1e-12)
//
// with the probability p that i has g's class, and L1 is the sum of the
// absolute differences of centre, width and height, x and width in units of
// the image's width and y and height of its height. The image's size is what
// the finest level of the grid covers. A cost that is not a finite number
// counts as the largest float32.
//
// Every ground truth has exactly one positive, unless there are fewer
// candidates than ground truths: then every candidate is positive. Of several
// matchings at the least cost the same one is always found: ground truths are
// placed in their order, each by the shortest path, to a free candidate before
// a taken one and to the lower index before the higher.
//
// A ground truth needs only its G cheapest candidates of N: whatever the G-1
// others take, one of these is free. The exact matching is solved over those by
// shortest augmenting paths; a ground truth's candidates are looked up a few at a
// time, more where a path may lead through them. Time is a comparison of each
// ground truth with every 32 candidates and the costs of those that may be among
// its cheapest, and at worst O(G^2 min(N, G^2)) for the paths; memory is
// O(N + G^2), and a 32nd of the scores of classes that ground truths have.
//
// Assignment.IoU and ignore regions are as in [SimOTA]. Assign panics without
// predictions or grid.
//
// Source: DETR (Carion et al. 2020, arXiv 2005.12872), Deformable DETR (Zhu et
// al. 2021); mmdetection's HungarianAssigner with FocalLossCost or
// ClassificationCost, BBoxL1Cost (xywh) and IoUCost (giou). Paths: Jonker and
// Volgenant 1987, Crouse 2016.
type Hungarian struct {
	ClassCost  ClassCost `param:"class_cost" oneof:"focal|probability" doc:"form of the class cost"`
	ClsWeight  float64   `range:"[0,)" doc:"weight of the class cost"`
	L1Weight   float64   `param:"l1_weight" range:"[0,)" doc:"weight of the boxes' L1 distance"`
	GIoUWeight float64   `param:"giou_weight" range:"[0,)" doc:"weight of the generalised IoU"`
	Alpha      float64   `range:"[0,1]" doc:"weight of being the class, under focal"`
	Gamma      float64   `range:"[0,)" doc:"exponent of the focal form"`
	IgnoreIoF  float64   `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewHungarian returns the assigner with Deformable DETR's values: the focal
// form (0.25, 2) with weight 2, L1 5, GIoU 2. DETR's are the probability with
// weight 1, 5 and 2.
func NewHungarian() Hungarian {
	return Hungarian{ClassCost: CostFocal, ClsWeight: 2, L1Weight: 5, GIoUWeight: 2, Alpha: 0.25, Gamma: 2, IgnoreIoF: 0.5}
}

var _ Assigner = Hungarian{}

// Validate reports costs that are all the same.
func (h Hungarian) Validate() error {
	if h.ClsWeight == 0 && h.L1Weight == 0 && h.GIoUWeight == 0 {
		return errors.New("cls_weight, l1_weight and giou_weight are all 0: every matching would cost the same; NewHungarian has those of the field")
	}
	return nil
}

// Needs implements [Assigner].
func (Hungarian) Needs() Need { return NeedGrid | NeedPredictions }

// Assign implements [Assigner].
func (h Hungarian) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requirePredictions("Hungarian", t)
	c.requireGrid("Hungarian")
	startPredicted(dst, c, t)
	if n, truths := len(c.Box), len(t.Box); truths <= n {
		match := h.solve(dst, c, t)
		for g, i := range match {
			dst.GT[i] = int32(g)
		}
	} else {
		match := dst.matching.linearSum.solve(n, truths, func(i, g int) float64 { return h.cost(c, t, i, g) })
		copy(dst.GT, match)
	}
	finishPredicted(dst, c, t, h.IgnoreIoF)
}

// size returns that of the image, which the finest level covers.
func (c *Candidates) size() (width, height float64) {
	finest := c.Grid[0]
	return float64(finest.Width * finest.Stride), float64(finest.Height * finest.Stride)
}

// cost returns what it costs to match candidate i to ground truth g.
func (h Hungarian) cost(c *Candidates, t *Truth, i, g int) float64 {
	p := float64(c.scores(int32(i))[c.column(t, g)])
	width, height := c.size()
	box, truth := c.Decoded[i], t.Box[g]
	cost := h.ClsWeight*h.classCost(p) + h.L1Weight*boxL1(box, truth, width, height) - h.GIoUWeight*float64(giou(box, truth))
	if !(cost < math.MaxFloat32) { // NaN too
		return math.MaxFloat32
	}
	return cost
}

// classCost returns the cost of a class of probability p.
func (h Hungarian) classCost(p float64) float64 {
	if h.ClassCost == CostProbability {
		return -p
	}
	const eps = 1e-12
	positive := -math.Log(p+eps) * h.Alpha * power(1-p, h.Gamma)
	negative := -math.Log(1-p+eps) * (1 - h.Alpha) * power(p, h.Gamma)
	return positive - negative
}

// boxL1 returns the L1 distance of the centres and sizes of two boxes in an
// image of unit size.
func boxL1(a, b Box, width, height float64) float64 {
	ax, ay := a.Center()
	bx, by := b.Center()
	x := math.Abs(float64(ax-bx)) + math.Abs(float64(a.Width()-b.Width()))
	y := math.Abs(float64(ay-by)) + math.Abs(float64(a.Height()-b.Height()))
	return x/width + y/height
}
