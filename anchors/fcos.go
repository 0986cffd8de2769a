package anchors

import "math"

// FCOS treats candidates as points, their centres. A point is positive for a
// ground truth if it lies in the part of it within CenterRadius strides of
// its centre, horizontally and vertically, and the largest of its distances
// to the ground truth's four sides belongs to its level: at most MaxReach
// strides of the level, without bound on the last, and at least the level
// before's bound. A point inside several belongs to the smallest, the first
// among equal areas. All others are negative, unless their candidates lie in
// an ignore region by more than IgnoreIoF of their area.
//
// With strides 8 to 128 a MaxReach of 8 gives the published ranges, 64, 128,
// 256 and 512 pixels. Several candidates of a cell share its fate.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates and with each candidate near it; memory is O(candidates). It needs
// the grid.
//
// With Torchvision it differs from this where torchvision does: the reach lies
// strictly between half of MaxReach and MaxReach, in units of the candidate's width,
// as is the radius of centre sampling; of areas that differ by less than 8
// pixels, which float32(1e8-area) does not tell apart, the first wins.
//
// Source: Tian et al. 2019, centre sampling from its revision; mmdetection's
// FCOSHead, which leaves centre sampling off by default.
type FCOS struct {
	CenterRadius float64 `range:"[0,)" doc:"strides from an object's centre within which points are positive; 0 for the whole object"`
	MaxReach     float64 `range:"(0,)" doc:"strides from a point to the farthest side of the largest object of its level"`
	IgnoreIoF    float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
	Torchvision  bool    `doc:"compare reaches and areas as torchvision does: only to reproduce it"`
}

// NewFCOS returns the assigner with centre sampling within 1.5 strides, a
// reach of 8 strides, and candidates lying in ignore regions by more than half
// ignored.
func NewFCOS() FCOS { return FCOS{CenterRadius: 1.5, MaxReach: 8, IgnoreIoF: 0.5} }

var _ Assigner = FCOS{}

// Needs implements [Assigner].
func (FCOS) Needs() Need { return NeedGrid }

// Assign implements [Assigner]. It panics unless the grid makes up the
// candidates.
func (f FCOS) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requireGrid("FCOS")
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	itself := func(_ float32, truth Box) Box { return truth }
	for l := range c.Grid {
		least, most := f.reaches(c.Grid, l)
		c.eachNearOn(&dst.matching, l, t.Box, itself, func(i int, p point, near []int32) {
			if f.Torchvision {
				p.stride = c.Box[i].Width()
				dst.GT[i] = f.torchvisions(p, t.Box, near, l == 0, l == len(c.Grid)-1)
			} else {
				dst.GT[i] = f.smallest(p, t.Box, near, least, most)
			}
		})
	}
	dst.ignoreNegatives(c.Box, t.Ignore, f.IgnoreIoF)
}

// reaches returns the least and the largest distance, in pixels, between a point and
// the farthest side of an object for the object to belong to level l.
func (f FCOS) reaches(grid []Grid, l int) (least, most float32) {
	least, most = -1, float32(math.Inf(1))
	if l > 0 {
		least = float32(f.MaxReach) * float32(grid[l-1].Stride)
	}
	if l < len(grid)-1 {
		most = float32(f.MaxReach) * float32(grid[l].Stride)
	}
	return least, most
}

// smallest returns, of the ground truths in near, the smallest that has the point in
// its central part and its farthest side between least and most pixels away, or
// Negative.
func (f FCOS) smallest(p point, truth []Box, near []int32, least, most float32) int32 {
	winner, smallest := Negative, float32(0)
	for _, g := range near {
		box := truth[g]
		reach := max(p.x-box[0], p.y-box[1], box[2]-p.x, box[3]-p.y)
		if reach < least || reach > most || !f.central(p, box) {
			continue
		}
		if area := box.Area(); winner < 0 || area < smallest {
			winner, smallest = g, area
		}
	}
	return winner
}

func (f FCOS) central(p point, box Box) bool {
	return p.inside(box, 0) && (f.CenterRadius == 0 || p.inside(p.near(box, float32(f.CenterRadius)), 0))
}

// torchvisions is smallest as torchvision has it, for a point of the first or
// the last level or one between.
func (f FCOS) torchvisions(p point, truth []Box, near []int32, first, last bool) int32 {
	winner, largest := Negative, float32(0)
	least, most := float32(f.MaxReach/2)*p.stride, float32(f.MaxReach)*p.stride
	if first {
		least = 0
	}
	if last {
		most = float32(math.Inf(1))
	}
	for _, g := range near {
		b := truth[g]
		x, y := (b[0]+b[2])/2, (b[1]+b[3])/2
		reach := max(p.x-b[0], p.y-b[1], b[2]-p.x, b[3]-p.y)
		off := max(p.x-x, x-p.x, p.y-y, y-p.y)
		if !p.inside(b, 0) || reach <= least || reach >= most || f.CenterRadius > 0 && off >= float32(f.CenterRadius)*p.stride {
			continue
		}
		area := float32((b[2] - b[0]) * (b[3] - b[1]))
		if score := 1e8 - area; score > largest {
			winner, largest = g, score
		}
	}
	return winner
}
