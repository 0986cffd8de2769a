package anchors

// SSDBipartite is SSD's matching: a candidate belongs to the ground truth it
// overlaps most if their IoU is at least IoU and is negative otherwise, and
// the best candidate of each ground truth, the first among equals, belongs to
// it in any case, to the last if several want it. Nothing is forced at an IoU
// of 0 unless ForceZero asks for it.
//
// It is [MaxIoU] with equal thresholds, Forced taken and Ties first.
//
// Source: SSD (Liu et al. 2016, section 2.2); match in ssd.pytorch,
// mmdetection's MaxIoUAssigner with gt_max_assign_all=False.
type SSDBipartite struct {
	IoU       float64 `param:"iou" range:"[0,1]" doc:"IoU from which a candidate is positive, and below which it is negative"`
	IgnoreIoF float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
	ForceZero bool    `doc:"force matches of IoU 0 too, as peers do: only to reproduce them"`
}

// NewSSDBipartite returns SSD's matching at its IoU of 0.5, and candidates
// lying in ignore regions by more than half ignored.
func NewSSDBipartite() SSDBipartite { return SSDBipartite{IoU: 0.5, IgnoreIoF: 0.5} }

var _ Assigner = SSDBipartite{}

// Validate reports a threshold that everything reaches.
func (s SSDBipartite) Validate() error {
	if s.IoU == 0 {
		return errAllPositive("iou")
	}
	return nil
}

// Needs implements [Assigner].
func (SSDBipartite) Needs() Need { return 0 }

// Assign implements [Assigner].
func (s SSDBipartite) Assign(dst *Assignment, c *Candidates, t *Truth) { s.rules().Assign(dst, c, t) }

// rules returns the options of MaxIoU that make SSD's matching.
func (s SSDBipartite) rules() MaxIoU {
	return MaxIoU{
		PosIoU: s.IoU, NegIoU: s.IoU, IgnoreIoF: s.IgnoreIoF,
		Forced: ForcedTaken, Ties: TiesFirst, ForceZero: s.ForceZero,
	}
}
