package interchange

import "fmt"

// Components of mmdetection 3.3: which candidates count. add_gt_as_proposals is
// the stage's.
var mmdetSamplers = []component{
	{role: sampler, theirs: "PseudoSampler", ours: "all"},
	{role: sampler, theirs: "RandomSampler", ours: "random", fields: quota, always: roundsDown},
	{role: sampler, theirs: "InstanceBalancedPosSampler", ours: "instance_balanced", fields: quota, always: roundsDown,
		note: "there an object with less than its share can leave positives undrawn"},
	{role: sampler, theirs: "IoUBalancedNegSampler", ours: "iou_balanced", fields: append(quota[:3:3],
		floorThreshold,
		valued("floor_fraction", "floor_fraction", "0"),
		valued("num_bins", "bins", "3"),
	), always: append(roundsDown[:1:1], setting{key: "semantics", value: "as_coded"})},
	{role: sampler, theirs: "OHEMSampler", ours: "ohem_balanced", fields: append(quota[:3:3],
		neutral("loss_key", "'loss_cls'", "mines by another loss than that of classification"),
	), always: roundsDown},
	{role: sampler, theirs: "ScoreHLRSampler", ours: "score_hlr", fields: append(quota[:3:3],
		valued("k", "power", "0.5"),
		valued("bias", "bias", "0"),
		valued("score_thr", "min_score", "0.05"),
		valued("iou_thr", "nms_iou", "0.5"),
	), always: roundsDown},
}

var roundsDown = []setting{{key: "round_positives", value: false}}

// quota is what the samplers of a fixed number have in common.
var quota = []field{
	valued("num", "num", ""),
	valued("pos_fraction", "positive_fraction", ""),
	{theirs: "neg_pos_ub", ours: []string{"negatives_per_positive"}, missing: "-1",
		in: func(n *node) ([]setting, error) {
			switch {
			case !n.isNumber():
				return nil, errNumber
			case n.float() == 0:
				return nil, fmt.Errorf("no negative would be kept: expected -1 for no limit, or a number above 0")
			case n.float() < 0:
				return []setting{{key: "negatives_per_positive", value: int64(0)}}, nil
			}
			return []setting{{key: "negatives_per_positive", value: n.float()}}, nil
		},
		out: func(p params) (string, string) {
			if limit := number(p["negatives_per_positive"]); limit > 0 {
				return python(p["negatives_per_positive"]), ""
			}
			return "-1", ""
		},
	},
}

// floorThreshold is floor_thr. At -1 the first call looks at all negatives and
// sets it to 0, where it stays for every call after.
var floorThreshold = field{theirs: "floor_thr", ours: []string{"floor_iou"}, missing: "-1",
	in: func(n *node) ([]setting, error) {
		switch {
		case !n.isNumber():
			return nil, errNumber
		case n.float() < 0:
			return []setting{{key: "floor_iou", value: int64(0)}}, nil
		}
		return []setting{{key: "floor_iou", value: n.float()}}, nil
	},
	out: func(p params) (string, string) {
		if floor := number(p["floor_iou"]); floor < 0 {
			return "-1", "floor_iou below 0: there it is 0 from the second call on"
		}
		return python(p["floor_iou"]), ""
	},
}
