package interchange

import (
	"fmt"
	"strings"
)

// section is a part of a configuration of detectron2.
type section struct {
	name  string
	pairs []pair
}

func (s *section) set(key, value string) { s.pairs = append(s.pairs, pair{key, value}) }

// detectron2 writes the keys under MODEL of a configuration of detectron2.
func (x *exporter) detectron2() error {
	x.title = "Strategy " + x.name + " of detsample for detectron2: a configuration, or keys for one."
	var sections []*section
	arch := "GeneralizedRCNN"
	if dense := x.stages["dense"]; dense != nil {
		arch = "RetinaNet"
		head := x.detectron2RetinaNet(dense)
		sections = append(sections, x.detectron2Anchors(head), head)
	} else {
		head := x.detectron2RPN(x.stages["rpn"])
		sections = append(sections, &section{"PROPOSAL_GENERATOR", []pair{{"NAME", "RPN"}}}, x.detectron2Anchors(head), head)
		sections = append(sections, x.detectron2ROI(x.stages["roi"])...)
	}
	if x.said == 0 {
		return x.nothing("detectron2")
	}
	x.body.WriteString("MODEL:\n  META_ARCHITECTURE: " + arch + "\n")
	for _, s := range sections {
		if s == nil {
			continue
		}
		x.body.WriteString("  " + s.name + ":\n")
		for _, p := range s.pairs {
			x.body.WriteString("    " + p.key + ": " + p.value + "\n")
		}
	}
	return nil
}

// pointed writes a number with a point: some keys of detectron2 keep to the type
// of their default.
func pointed(v any) string { return python(number(v)) }

// detectron2Matcher writes thresholds and labels.
func (x *exporter) detectron2Matcher(stage string, p *part, s *section, forced string) {
	if !x.matcher(stage, p, forced) {
		return
	}
	a := p.partOf("assigner")
	floor, neg, pos := number(a.params["neg_floor"]), number(a.params["neg_iou"]), number(a.params["pos_iou"])
	var thresholds []float64
	labels := []string{}
	if floor > 0 {
		thresholds, labels = append(thresholds, floor), append(labels, "-1")
	}
	thresholds, labels = append(thresholds, neg), append(labels, "0")
	if neg < pos {
		thresholds, labels = append(thresholds, pos), append(labels, "-1")
	}
	labels = append(labels, "1")
	s.set("IOU_THRESHOLDS", python(thresholds))
	s.set("IOU_LABELS", "["+strings.Join(labels, ", ")+"]")
	switch straddle := a.params["straddle"]; {
	case stage != "rpn" && straddle != "kept":
		x.lack("%s.assigner.straddle: %v", stage, straddle)
	case stage == "rpn" && straddle == "masked" && number(a.params["border"]) == float64(int64(number(a.params["border"]))):
		s.set("BOUNDARY_THRESH", yamlScalar(int64(number(a.params["border"]))))
	case stage == "rpn" && straddle != "kept":
		x.lack("rpn.assigner.straddle: %v with border %s; there candidates across the border are masked, by whole pixels", straddle, shownParam(a.params["border"]))
	case stage == "rpn":
		s.set("BOUNDARY_THRESH", "-1")
	}
}

// matcher notes what of an assigner is not as the Matcher of detectron2 and
// torchvision has it, and reports whether any is.
func (x *exporter) matcher(stage string, p *part, forced string) bool {
	if !x.expectPart(stage, "assigner", p, "max_iou", nil) {
		return false
	}
	a := p.partOf("assigner")
	there := params{
		"forced": forced, "ties": "all", "force_zero": true, "min_pos_iou": int64(0), "order": "forced_last", "ignore_iof": int64(1),
		"similarity": "iou",
	}
	for _, key := range sortedKeys(there) {
		if v := a.params[key]; v != nil && !equalParam(v, there[key]) && !inert("max_iou", key, a.params) {
			x.lack("%s.assigner.%s: %s; there it is %s", stage, key, shownParam(v), shownParam(there[key]))
		}
	}
	return true
}

// detectron2Box writes the box loss; beta is the key of smooth L1's.
func (x *exporter) detectron2Box(stage string, p *part, s *section, beta string) {
	box := p.partOf("box")
	limit, kind := 0.0, "smooth_l1"
	switch box.name {
	case "l1":
	case "smooth_l1":
		limit = number(box.params["beta"])
		if limit < 1e-5 && limit != 0 {
			x.lack("%s.box.beta: %s; there it is 0 below 1e-05", stage, shownParam(box.params["beta"]))
		}
	case "giou", "diou":
		kind = box.name
	case "ciou":
		kind = box.name
		if number(box.params["from_iou"]) != 0 {
			x.lack("%s.box.from_iou: %s; there it is 0", stage, shownParam(box.params["from_iou"]))
		}
	default:
		x.lack("%s.box: %s", stage, box.name)
		return
	}
	x.said++
	s.set("BBOX_REG_LOSS_TYPE", kind)
	s.set(beta, python(limit))
}

func (x *exporter) detectron2Coder(stage string, p *part, s *section) {
	coder, _ := p.params["coder"].(*part)
	if coder == nil {
		return
	}
	if weights, ok := coder.params["weights"].([]float64); ok {
		x.said++
		s.set("BBOX_REG_WEIGHTS", python(weights))
	}
	x.maxScale(stage, coder)
}

// noCARL notes the terms that no other library than mmdetection has.
func (x *exporter) noCARL(stage string, p *part) {
	if _, given := p.params["carl"].(*part); given {
		x.lack("%s.carl", stage)
	}
}

func (x *exporter) detectron2RetinaNet(p *part) *section {
	s := &section{name: "RETINANET"}
	x.detectron2Matcher("dense", p, s, "keep")
	x.expectPart("dense", "sampler", p, "all", nil)
	if x.expectPart("dense", "cls", p, "focal", nil) {
		cls := p.partOf("cls")
		s.set("FOCAL_LOSS_ALPHA", pointed(cls.params["alpha"]))
		s.set("FOCAL_LOSS_GAMMA", pointed(cls.params["gamma"]))
	}
	x.expect("dense", p, "cls_weight", int64(1))
	x.expect("dense", p, "box_weight", int64(1))
	x.detectron2Box("dense", p, s, "SMOOTH_L1_LOSS_BETA")
	x.expectPart("dense", "norm", p, "moving_average", params{"momentum": 0.9, "initial": int64(100)})
	x.boxNorm("dense", p)
	x.noCARL("dense", p)
	x.detectron2Coder("dense", p, s)
	return s
}

// boxNorm notes a normaliser of the box loss alone.
func (x *exporter) boxNorm(stage string, p *part) {
	if n := p.partOf("box_norm"); n.name != "" && fmt.Sprint(n.params) != fmt.Sprint(p.partOf("norm").params) || n.name != "" && n.name != p.partOf("norm").name {
		x.lack("%s.box_norm: %s; there both losses have one", stage, n.name)
	}
}

// detectron2Drawn writes the sampler of a fixed number, which it returns.
func (x *exporter) detectron2Drawn(stage string, p *part, s *section) any {
	if !x.expectPart(stage, "sampler", p, "random", nil) {
		return nil
	}
	sampling := p.partOf("sampler")
	x.beyond(stage, sampler, sampling, "num", "positive_fraction")
	s.set("BATCH_SIZE_PER_IMAGE", yamlScalar(sampling.params["num"]))
	s.set("POSITIVE_FRACTION", pointed(sampling.params["positive_fraction"]))
	return sampling.params["num"]
}

func (x *exporter) detectron2RPN(p *part) *section {
	s := &section{name: "RPN"}
	x.detectron2Matcher("rpn", p, s, "keep")
	num := x.detectron2Drawn("rpn", p, s)
	x.expectPart("rpn", "cls", p, "ce", params{"class_weight": []float64{}})
	cls, box := number(p.params["cls_weight"]), number(p.params["box_weight"])
	s.set("LOSS_WEIGHT", python(cls))
	switch {
	case cls*(box/cls) == box:
		x.said++
		s.set("BBOX_REG_LOSS_WEIGHT", python(box/cls))
	case box == 0:
		s.set("BBOX_REG_LOSS_WEIGHT", "0.0")
	default:
		x.lack("rpn.box_weight: %s beside cls_weight %s; there it is a multiple of that", shownParam(p.params["box_weight"]), shownParam(p.params["cls_weight"]))
	}
	x.detectron2Box("rpn", p, s, "SMOOTH_L1_BETA")
	if num != nil {
		x.expectPart("rpn", "norm", p, "fixed", params{"per_image": num})
	}
	x.boxNorm("rpn", p)
	x.noCARL("rpn", p)
	x.detectron2Coder("rpn", p, s)
	return s
}

func (x *exporter) detectron2ROI(p *part) []*section {
	s, box := &section{name: "ROI_HEADS"}, &section{name: "ROI_BOX_HEAD"}
	s.set("NAME", "StandardROIHeads")
	x.detectron2Matcher("roi", p, s, "none")
	x.detectron2Drawn("roi", p, s)
	if v := p.params["join_truth"]; v != nil {
		x.said++
		s.set("PROPOSAL_APPEND_GT", python(v))
	}
	switch cls := p.partOf("cls"); cls.name {
	case "softmax_ce", "ce":
		x.said++
		box.set("USE_SIGMOID_CE", python(cls.name == "ce"))
		x.beyond("roi", clsLoss, cls)
	default:
		x.lack("roi.cls: %s; there it is softmax_ce or ce", cls.name)
	}
	x.expect("roi", p, "cls_weight", int64(1))
	box.set("BBOX_REG_LOSS_WEIGHT", pointed(p.params["box_weight"]))
	x.detectron2Box("roi", p, box, "SMOOTH_L1_BETA")
	x.expectPart("roi", "norm", p, "sampled", params{"empty_as_one": false})
	x.boxNorm("roi", p)
	x.noCARL("roi", p)
	x.detectron2Coder("roi", p, box)
	box.set("CLS_AGNOSTIC_BBOX_REG", python(p.params["per_class"] != true))
	return []*section{s, box}
}
