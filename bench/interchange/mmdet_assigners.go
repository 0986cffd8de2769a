package interchange

import (
	"fmt"
	"math"
)

// Components of mmdetection 3.3, by the sources of its classes: who is positive.
var mmdetAssigners = []component{
	{role: assigner, theirs: "MaxIoUAssigner", ours: "max_iou", fields: []field{
		valued("pos_iou_thr", "pos_iou", ""),
		negativeThreshold,
		valued("min_pos_iou", "min_pos_iou", "0.0"),
		renamed("match_low_quality", "forced", "True", map[string]string{"True": "taken", "False": "none"}),
		renamed("gt_max_assign_all", "ties", "True", map[string]string{"True": "all", "False": "first"}),
		ignoreThreshold,
		neutral("ignore_wrt_candidates", "True", "measures the share of the ignore region in place of the candidate's"),
		overlapsOnly,
		neutral("perm_repeat_gt_cfg", "None", "moves ground truths that are drawn twice a little apart"),
		aside("gpu_assign_thr", "-1", "where it is computed"),
	}, always: []setting{{key: "force_zero", value: true}}},
	{role: assigner, theirs: "ATSSAssigner", ours: "atss", fields: []field{
		valued("topk", "topk", ""),
		ignoreThreshold,
		neutral("alpha", "None", "weighs overlap by the predicted score (DDOD)"),
		overlapsOnly,
	}},
	{role: assigner, theirs: "UniformAssigner", ours: "uniform", fields: []field{
		valued("match_times", "match_times", "4"),
		valued("pos_ignore_thr", "pos_ignore_iou", ""),
		valued("neg_ignore_thr", "neg_ignore_iou", ""),
		overlapsOnly,
	}, always: ignoresNothing},
	{role: assigner, theirs: "CenterRegionAssigner", ours: "center_region", fields: []field{
		valued("pos_scale", "pos_scale", ""),
		valued("neg_scale", "neg_scale", ""),
		valued("min_pos_iof", "min_pos_iof", "0.01"),
		valued("ignore_gt_scale", "ignore_scale", "0.5"),
		flagged("foreground_dominate", "foreground_dominates", "False"),
		overlapsOnly,
	}},
	{role: assigner, theirs: "SimOTAAssigner", ours: "simota", fields: []field{
		valued("center_radius", "center_radius", "2.5"),
		valued("candidate_topk", "candidate_topk", "10"),
		valued("iou_weight", "iou_weight", "3.0"),
		valued("cls_weight", "cls_weight", "1.0"),
		overlapsOnly,
	}, always: ignoresNothing},
	{role: assigner, theirs: "TaskAlignedAssigner", ours: "task_aligned", fields: []field{
		valued("topk", "topk", ""),
		overlapsOnly,
	}, always: ignoresNothing},
	{role: assigner, theirs: "DynamicSoftLabelAssigner", ours: "dynamic_soft", fields: []field{
		valued("soft_center_radius", "soft_center_radius", "3.0"),
		valued("topk", "topk", "13"),
		valued("iou_weight", "iou_weight", "3.0"),
		overlapsOnly,
	}, always: ignoresNothing},
	{role: assigner, theirs: "PointAssigner", ours: "point", fields: []field{
		valued("scale", "scale", "4"),
		valued("pos_num", "num", "3"),
	}, always: ignoresNothing},
}

// ignoresNothing says that ignore regions are not looked at.
var ignoresNothing = []setting{{key: "ignore_iof", value: int64(1)}}

// overlapsOnly accepts the calculator of plain IoU alone: another one changes
// who is positive, and in which units the thresholds are.
var overlapsOnly = field{theirs: "iou_calculator", missing: "dict(type='BboxOverlaps2D')",
	effect: "another measure than IoU decides who is positive"}

// negativeThreshold is neg_iou_thr: a number, or a tuple of a floor and a
// ceiling. Of anything else, a whole number too, the class makes no negatives.
var negativeThreshold = field{theirs: "neg_iou_thr", ours: []string{"neg_iou", "neg_floor"},
	in: func(n *node) ([]setting, error) {
		if n.kind == real {
			return []setting{{key: "neg_iou", value: n.number}}, nil
		}
		if values, ok := floats(n); ok && n.kind == tuple && len(values) == 2 {
			return []setting{{key: "neg_iou", value: values[1]}, {key: "neg_floor", value: values[0]}}, nil
		}
		return nil, fmt.Errorf("expected a number with a decimal point, or a tuple of two: of all else mmdetection's assigner makes no negatives, without a word")
	},
	out: func(p params) (string, string) {
		if floor := number(p["neg_floor"]); floor > 0 {
			return "(" + python(floor) + ", " + python(number(p["neg_iou"])) + ")", ""
		}
		return python(number(p["neg_iou"])), ""
	},
}

// number returns a parameter as a number, NaN if it is none.
func number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN()
}

// ignoreThreshold is ignore_iof_thr, at 0 and below of which nothing is ignored.
var ignoreThreshold = field{theirs: "ignore_iof_thr", ours: []string{"ignore_iof", "ignore_order"}, missing: "-1",
	in: func(n *node) ([]setting, error) {
		switch {
		case !n.isNumber():
			return nil, errNumber
		case n.float() <= 0 || n.float() >= 1:
			return []setting{{key: "ignore_iof", value: int64(1)}}, nil
		}
		return []setting{{key: "ignore_iof", value: n.float()}, {key: "ignore_order", value: "first"}}, nil
	},
	out: func(p params) (string, string) {
		switch iof := number(p["ignore_iof"]); {
		case iof == 1:
			return "-1", ""
		case iof == 0:
			return "", "ignore_iof 0: there is no way to ignore all that touch an ignore region"
		case p["ignore_order"] != "first":
			return python(iof), "ignore_order: negatives; there ignore regions silence positives too (first)"
		default:
			return python(iof), ""
		}
	},
}
