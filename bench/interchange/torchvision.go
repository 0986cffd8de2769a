package interchange

import (
	"math"
	"path/filepath"
	"strings"
)

// fromTorchvision makes a strategy of the arguments of a detector of
// torchvision: model names its class or function, and the other keys are the
// arguments, at the same level or in arguments.
func fromTorchvision(path string, root *node, _ Options) (Imported, error) {
	d := &draft{library: "torchvision", path: path, name: strategyName(path), header: []string{
		"From " + filepath.Base(path) + ", arguments of torchvision's detectors.",
		"A comment says where a value is written; what has none is not said there.",
	}}
	top := d.block("", root)
	n := root.dict.get("model")
	if n == nil || n.kind != text {
		return Imported{}, refuse(root.at, "there is no model: expected the name of torchvision's function or class, such as model: retinanet_resnet50_fpn")
	}
	args := top
	if inner := top.inner("arguments"); inner != nil {
		args = inner
	}
	var err error
	switch name := strings.ToLower(n.text); {
	case strings.HasPrefix(name, "fasterrcnn"), strings.HasPrefix(name, "maskrcnn"), strings.HasPrefix(name, "keypointrcnn"):
		err = torchvisionTwoStage(d, args)
	case strings.HasPrefix(name, "retinanet"):
		err = torchvisionRetinaNet(d, args, strings.HasSuffix(name, "_v2"))
	case strings.HasPrefix(name, "fcos"):
		err = torchvisionFCOS(d, args)
	case strings.HasPrefix(name, "ssd"):
		err = torchvisionSSD(d, args)
	default:
		err = refuse(top.place("model"), "%s has no strategy here: torchvision's Faster R-CNN, Mask R-CNN, Keypoint R-CNN, RetinaNet, FCOS and SSD are known", n.text)
	}
	if err != nil {
		return Imported{}, err
	}
	top.record("model", Mapped, "", "its defaults")
	torchvisionAnchors(d, n.text, args)
	args.all(Ignored, "the network's, or at inference", "num_classes", "backbone", "weights", "weights_backbone", "progress", "trainable_backbone_layers", "min_size", "max_size", "image_mean",
		"image_std", "size", "head", "rpn_head", "box_roi_pool", "box_head", "box_predictor",
		"mask_roi_pool", "mask_head", "mask_predictor", "keypoint_roi_pool", "keypoint_head", "keypoint_predictor", "num_keypoints",
		"rpn_pre_nms_top_n_train", "rpn_pre_nms_top_n_test", "rpn_post_nms_top_n_train", "rpn_post_nms_top_n_test", "rpn_nms_thresh",
		"rpn_score_thresh", "box_score_thresh", "box_nms_thresh", "box_detections_per_img", "score_thresh", "nms_thresh", "detections_per_img", "topk_candidates")
	args.rest(Unmapped, "not known to detsample")
	if args != top {
		top.rest(Unmapped, "not known to detsample")
	}
	return d.finish()
}

// argument sets a parameter from an argument.
type argument struct {
	key string
	def float64
	to  string
}

// takeArguments returns a setting for each argument.
func takeArguments(b *block, goal string, list ...argument) ([]setting, error) {
	var settings []setting
	for _, a := range list {
		v, from, err := b.number(a.key, a.def)
		if err != nil {
			return nil, err
		}
		b.record(a.key, Mapped, goal+"."+a.to, "")
		settings = append(settings, setting{a.to, v, from})
	}
	return settings, nil
}

// torchvisionMatcher is the rest of its Matcher.
func torchvisionMatcher(settings []setting, forced string) *typed {
	const from = "torchvision's Matcher"
	settings = append(settings, setting{"forced", forced, from})
	if forced != "none" {
		settings = append(settings, setting{"ties", "all", from}, setting{"force_zero", true, from})
	}
	return &typed{name: "max_iou", from: from, params: append(settings, setting{"ignore_iof", int64(1), "crowds are for the caller to drop"})}
}

func torchvisionTwoStage(d *draft, b *block) error {
	for _, name := range []string{"rpn", "roi"} {
		prefix, forced, thresholds, fraction := "rpn_", "keep", [2]float64{0.7, 0.3}, 0.5
		num := 256.0
		if name == "roi" {
			prefix, forced, thresholds, num, fraction = "box_", "none", [2]float64{0.5, 0.5}, 512, 0.25
		}
		s := d.stage(name, "")
		iou, err := takeArguments(b, name+".assigner", argument{prefix + "fg_iou_thresh", thresholds[0], "pos_iou"}, argument{prefix + "bg_iou_thresh", thresholds[1], "neg_iou"})
		if err != nil {
			return err
		}
		s.set("assigner", torchvisionMatcher(iou, forced), "")
		drawn, err := takeArguments(b, name+".sampler", argument{prefix + "batch_size_per_image", num, "num"}, argument{prefix + "positive_fraction", fraction, "positive_fraction"})
		if err != nil {
			return err
		}
		s.set("sampler", &typed{name: "random", from: "torchvision's BalancedPositiveNegativeSampler", params: drawn}, "")
		from := "torchvision's RegionProposalNetwork"
		cls, weights := "ce", []float64{1, 1, 1, 1}
		weightsFrom := from
		if name == "roi" {
			from, cls = "torchvision's fastrcnn_loss", "softmax_ce"
			if n := b.dict.get("bbox_reg_weights"); n != nil && n.kind == null {
				weights, weightsFrom = []float64{10, 10, 5, 5}, b.from("bbox_reg_weights")
			} else if weights, weightsFrom, err = b.numbers("bbox_reg_weights", []float64{10, 10, 5, 5}); err != nil {
				return err
			}
			b.record("bbox_reg_weights", Mapped, "roi.coder.weights", "")
		}
		s.set("cls", cls, from)
		s.set("cls_weight", 1.0, from)
		s.set("box", &typed{name: "smooth_l1", from: from, params: []setting{{"beta", 1.0 / 9, "1/9"}}}, "")
		s.set("box_weight", 1.0, from)
		s.set("norm", "sampled", from)
		s.set("coder", &typed{params: []setting{{"weights", weights, weightsFrom}}}, "")
		if name == "roi" {
			s.set("join_truth", true, "torchvision's RoIHeads")
			s.set("per_class", true, "torchvision's FastRCNNPredictor")
		}
	}
	return nil
}

func torchvisionRetinaNet(d *draft, b *block, second bool) error {
	s := d.stage("dense", "torchvision's RetinaNet")
	iou, err := takeArguments(b, "dense.assigner", argument{"fg_iou_thresh", 0.5, "pos_iou"}, argument{"bg_iou_thresh", 0.4, "neg_iou"})
	if err != nil {
		return err
	}
	s.set("assigner", torchvisionMatcher(iou, "keep"), "")
	if b.dict.given("proposal_matcher") != nil {
		return refuse(b.place("proposal_matcher"), "proposal_matcher is an object that no file holds: give fg_iou_thresh and bg_iou_thresh")
	}
	b.all(Mapped, "as here", "proposal_matcher")
	const from = "torchvision's RetinaNetHead"
	s.set("sampler", "all", from)
	s.set("cls", &typed{name: "focal", from: from, params: []setting{{"alpha", 0.25, "sigmoid_focal_loss"}, {"gamma", 2.0, "sigmoid_focal_loss"}}}, "")
	s.set("cls_weight", 1.0, from)
	box := "l1"
	if second {
		box = "giou"
	}
	s.set("box", box, from+", _loss_type")
	s.set("box_weight", 1.0, from)
	s.set("norm", &typed{name: "per_image", from: from, params: []setting{{"of", "positives", "each image by its own"}}}, "")
	s.set("coder", &typed{params: []setting{{"weights", []float64{1, 1, 1, 1}, from}}}, "")
	return nil
}

func torchvisionFCOS(d *draft, b *block) error {
	s := d.stage("dense", "torchvision's FCOS")
	radius, err := takeArguments(b, "dense.assigner", argument{"center_sampling_radius", 1.5, "center_radius"})
	if err != nil {
		return err
	}
	const from = "torchvision's FCOSHead"
	s.set("assigner", &typed{name: "fcos", from: "torchvision's FCOS", params: append(radius,
		setting{"max_reach", 8.0, "torchvision's FCOS"}, setting{"ignore_iof", int64(1), "crowds are for the caller to drop"}, setting{"torchvision", true, ""})}, "")
	s.set("sampler", "all", from)
	s.set("cls", &typed{name: "focal", from: from, params: []setting{{"alpha", 0.25, "sigmoid_focal_loss"}, {"gamma", 2.0, "sigmoid_focal_loss"}}}, "")
	s.set("cls_weight", 1.0, from)
	s.set("box", "giou", from)
	s.set("box_weight", 1.0, from)
	s.set("norm", "positives", from)
	s.set("coder", &typed{params: []setting{{"weights", []float64{1, 1, 1, 1}, from}}}, "")
	d.note("there boxes are coded by the distances of their sides, and a centre-ness has a loss of its own")
	return nil
}

func torchvisionSSD(d *draft, b *block) error {
	s := d.stage("dense", "torchvision's SSD")
	iou, err := takeArguments(b, "dense.assigner", argument{"iou_thresh", 0.5, "iou"})
	if err != nil {
		return err
	}
	const from = "torchvision's SSD"
	s.set("assigner", &typed{name: "ssd_bipartite", from: "torchvision's SSDMatcher", params: append(iou,
		setting{"ignore_iof", int64(1), "crowds are for the caller to drop"}, setting{"force_zero", true, "torchvision's SSDMatcher"})}, "")
	share, shareFrom, err := b.number("positive_fraction", 0.25)
	if err != nil {
		return err
	}
	if !(share > 0 && share <= 1) {
		return refuse(b.place("positive_fraction"), "positive_fraction is %v: expected a number above 0, at most 1", share)
	}
	b.record("positive_fraction", Mapped, "dense.sampler.ratio", "the ratio is (1-fraction)/fraction")
	ratio := torchvisionRatio(share)
	if ratio != math.Trunc(ratio) {
		d.note("ratio %s: %s", yamlScalar(ratio), roundedUp)
	}
	s.set("sampler", &typed{name: "hard_negative", from: from, params: []setting{{"ratio", ratio, shareFrom}}}, "")
	s.set("cls", "softmax_ce", from)
	s.set("cls_weight", 1.0, from)
	s.set("box", &typed{name: "smooth_l1", from: from, params: []setting{{"beta", 1.0, "PyTorch's default"}}}, "")
	s.set("box_weight", 1.0, from)
	s.set("norm", "positives", from)
	s.set("coder", &typed{params: []setting{{"weights", []float64{10, 10, 5, 5}, from}}}, "")
	return nil
}

// torchvisionRatio is the ratio that torchvision's SSD makes of a positive_fraction. It
// multiplies the positives with it as a float32, in which what rounding has left
// beside a whole number is none.
func torchvisionRatio(share float64) float64 {
	ratio := (1 - share) / share
	if whole := math.Round(ratio); float32(whole) == float32(ratio) {
		return whole
	}
	return ratio
}

// roundedUp is what a ratio that is no whole number does there and not here.
const roundedUp = "where ratio times the positives of an image is no whole number, torchvision's SSD keeps as many negatives as the next above, and detsample as the next below"
