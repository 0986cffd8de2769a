package interchange

// Components of mmdetection 3.3: losses. loss_weight and reduction are the
// stage's.
var mmdetLosses = []component{
	{role: clsLoss, theirs: "CrossEntropyLoss", ours: "ce", when: []fixed{{"use_sigmoid", "True", false}}, fields: crossEntropy},
	{role: clsLoss, theirs: "CrossEntropyLoss", ours: "softmax_ce", when: []fixed{{"use_sigmoid", "False", true}}, fields: crossEntropy},
	{role: clsLoss, theirs: "FocalLoss", ours: "focal", when: []fixed{{"use_sigmoid", "True", true}}, fields: []field{
		valued("alpha", "alpha", "0.25"),
		valued("gamma", "gamma", "2.0"),
		probabilities,
	}},
	{role: clsLoss, theirs: "GHMC", ours: "ghm_c", when: []fixed{{"use_sigmoid", "True", true}}, fields: []field{
		valued("bins", "bins", "10"),
		valued("momentum", "momentum", "0"),
	}, note: "there each level of the pyramid has counts of its own, in one running mean"},
	{role: clsLoss, theirs: "QualityFocalLoss", ours: "quality_focal", when: []fixed{{"use_sigmoid", "True", true}}, fields: []field{
		valued("beta", "beta", "2.0"),
		probabilities,
	}},
	{role: clsLoss, theirs: "VarifocalLoss", ours: "varifocal", when: []fixed{{"use_sigmoid", "True", true}}, fields: []field{
		valued("alpha", "alpha", "0.75"),
		valued("gamma", "gamma", "2.0"),
		flagged("iou_weighted", "weighted", "True"),
	}},
	{role: clsLoss, theirs: "GaussianFocalLoss", ours: "gaussian_focal", fields: []field{
		valued("alpha", "alpha", "2.0"),
		valued("gamma", "gamma", "4.0"),
		neutral("pos_weight", "1.0", "weighs the peaks"),
		neutral("neg_weight", "1.0", "weighs all but the peaks"),
	}},
	{role: clsLoss, theirs: "SeesawLoss", ours: "seesaw", when: []fixed{{"use_sigmoid", "False", true}}, fields: []field{
		valued("p", "p", "0.8"),
		valued("q", "q", "2.0"),
		valued("eps", "epsilon", "0.01"),
		aside("num_classes", "1203", "the detector's"),
		aside("return_dict", "True", "how it is logged"),
	}, note: "there two more outputs say whether there is an object, with a loss of their own"},
	{role: clsLoss, theirs: "EQLV2Loss", ours: "eqlv2", when: []fixed{{"use_sigmoid", "True", true}}, fields: []field{
		valued("gamma", "gamma", "12"),
		valued("mu", "mu", "0.8"),
		valued("alpha", "alpha", "4.0"),
		aside("num_classes", "1203", "the detector's"),
		aside("use_distributed", "False", "how processes share counts"),
		aside("vis_grad", "False", "how it is logged"),
		aside("test_with_obj", "True", "the detector's, at inference"),
	}},

	{role: boxLoss, theirs: "L1Loss", ours: "l1"},
	{role: boxLoss, theirs: "SmoothL1Loss", ours: "smooth_l1", fields: []field{valued("beta", "beta", "1.0")}},
	{role: boxLoss, theirs: "BalancedL1Loss", ours: "balanced_l1", fields: []field{
		valued("alpha", "alpha", "0.5"),
		valued("gamma", "gamma", "1.5"),
		valued("beta", "beta", "1.0"),
	}},
	{role: boxLoss, theirs: "GHMR", ours: "ghm_r", fields: []field{
		valued("mu", "mu", "0.02"),
		valued("bins", "bins", "10"),
		valued("momentum", "momentum", "0"),
	}, note: "there each level of the pyramid has counts of its own, in one running mean"},
	{role: boxLoss, theirs: "IoULoss", ours: "iou", when: []fixed{{"linear", "True", false}}, fields: []field{guard("1e-06")},
		always: []setting{{key: "mode", value: "linear"}}},
	{role: boxLoss, theirs: "IoULoss", ours: "iou", fields: []field{
		renamed("mode", "mode", "'log'", map[string]string{"'log'": "log", "'linear'": "linear", "'square'": "square"}),
		neutral("linear", "False", "the same as mode='linear'"),
		guard("1e-06"),
	}},
	{role: boxLoss, theirs: "GIoULoss", ours: "giou", fields: []field{guard("1e-06")}},
	{role: boxLoss, theirs: "DIoULoss", ours: "diou", fields: []field{guard("1e-06")}},
	{role: boxLoss, theirs: "CIoULoss", ours: "ciou", fields: []field{guard("1e-06")}, always: []setting{{key: "from_iou", value: 0.5}}},
	{role: boxLoss, theirs: "EIoULoss", ours: "extended_iou", fields: []field{valued("smooth_point", "smooth", "0.1"), guard("1e-06")}},
	{role: boxLoss, theirs: "SIoULoss", ours: "siou", fields: []field{
		{theirs: "neg_gamma", missing: "False",
			in: func(n *node) ([]setting, error) {
				if n.isTrue() {
					return nil, nil
				}
				return nil, &unmapped{"with False the loss rewards distance between the centres; here it has the paper's sign, which is True"}
			},
			out: func(params) (string, string) { return "True", "" }},
		guard("1e-06"),
	}, always: []setting{{key: "theta", value: int64(4)}}, note: "there the loss, and its slope, is cut at 2"},
}

var crossEntropy = []field{
	listed("class_weight", "class_weight"),
	{theirs: "ignore_index", missing: "None", effect: "rows of this label count for nothing"},
	aside("avg_non_ignore", "False", "nothing where the head gives the normaliser, as all do"),
	neutral("use_mask", "False", "a loss of masks"),
}

// probabilities says whether a loss is given probabilities in place of logits:
// the same loss.
var probabilities = aside("activated", "False", "the same loss of probabilities in place of logits")

// guard is the small number that keeps a division finite.
func guard(missing string) field { return aside("eps", missing, "keeps a division finite") }

// mmdet is what is known of mmdetection's components.
var mmdet = library{name: "mmdetection", components: concat(mmdetAssigners, mmdetSamplers, mmdetLosses), unknown: map[string]string{
	"HungarianAssigner":          "it matches queries one to one, which dense heads do not have",
	"TopkHungarianAssigner":      "it matches queries one to one, which dense heads do not have",
	"ApproxMaxIoUAssigner":       "it belongs to guided anchors, whose shapes are learned",
	"RegionAssigner":             "it belongs to cascaded proposals, whose anchors are learned",
	"GridAssigner":               "it belongs to YOLOv3, where cells are responsible for objects",
	"MultiInstanceAssigner":      "it gives one proposal two objects (CrowdDet)",
	"BoundedIoULoss":             "no such loss",
	"MSELoss":                    "no such loss",
	"CrossEntropyCustomLoss":     "it reads classes from captions",
	"MultiInstanceRandomSampler": "it gives one proposal two objects (CrowdDet)",
	"MaskPseudoSampler":          "it samples masks",
	"FocalCustomLoss":            "it reads classes from captions",
	"DiceLoss":                   "a loss of masks",
}}

func concat(lists ...[]component) []component {
	var all []component
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
