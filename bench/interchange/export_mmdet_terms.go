package interchange

import (
	"fmt"
	"slices"
)

// mmdetRefuses says why a head cannot learn by a classification loss that
// mmdetection has, "" if it can.
func mmdetRefuses(stage, class string, known denseHead, cls string) string {
	switch {
	case cls == "gaussian_focal":
		return "there it is of heat maps, not of candidates"
	case stage != "roi" && (cls == "seesaw" || cls == "eqlv2"):
		return "there it is of a second stage alone"
	case known.sigmoid && cls == "softmax_ce":
		return "there " + class + " has no output for the background"
	case class == "FCOSHead" && cls == "ghm_c":
		return "there " + class + " gives it no weights of the candidates"
	}
	able := map[targets][]string{
		classOnly:  {"ce", "softmax_ce", "focal", "ghm_c", "seesaw", "eqlv2"},
		andQuality: {"quality_focal"},
		perClass:   {"ce", "focal", "quality_focal", "varifocal"},
	}[known.targets]
	if !slices.Contains(able, cls) {
		return fmt.Sprintf("there %s gives it %s", class, known.targets)
	}
	return ""
}

// mmdetLosses returns the losses of a head.
func (x *exporter) mmdetLosses(stage, class string, p *part, known denseHead, indent int) []pair {
	var head []pair
	reduction := []pair{}
	if known.reduction != "" {
		reduction = append(reduction, pair{"reduction", known.reduction})
	}
	cls := p.partOf("cls")
	why := mmdetRefuses(stage, class, known, cls.name)
	if _, has := mmdet.expressed(clsLoss, cls); has && why != "" {
		x.lack("%s.cls: %s; %s", stage, cls.name, why)
	} else if e, ok := x.mmdetPart(stage, clsLoss, cls); ok {
		x.said++
		if cls.name == "seesaw" || cls.name == "eqlv2" {
			x.head = append(x.head, e.theirs+" is of 1203 classes unless it is given num_classes: give it that of the head.")
		}
		if known.activated {
			e.pairs = append(e.pairs, pair{"activated", "True"})
		}
		pairs := append(append(e.pairs, reduction...), pair{"loss_weight", python(p.params["cls_weight"])})
		head = append(head, pair{"loss_cls", replaced(indent, e.theirs, pairs)})
	}
	box := p.partOf("box")
	decoded := overlapLosses[box.name]
	if known.decoded != deltasUnless && !decoded {
		x.lack("%s.box: %s; there this head's box loss compares boxes, not deltas", stage, box.name)
		return head
	}
	e, ok := x.mmdetPart(stage, boxLoss, box)
	if !ok {
		return head
	}
	x.said++
	pairs := append(append(e.pairs, reduction...), pair{"loss_weight", python(p.params["box_weight"])})
	head = append(head, pair{"loss_bbox", replaced(indent, e.theirs, pairs)})
	if known.decoded != boxesAlways {
		head = append(head, pair{"reg_decoded_bbox", python(decoded)})
	}
	return head
}

// mmdetCoder returns the code of boxes.
func (x *exporter) mmdetCoder(stage string, p *part, known denseHead, indent int) []pair {
	coder, _ := p.params["coder"].(*part)
	if coder == nil {
		return nil
	}
	weights, _ := coder.params["weights"].([]float64)
	if len(weights) != 4 {
		return nil
	}
	stds := make([]float64, 4)
	for i, w := range weights {
		stds[i] = 1 / w
	}
	x.maxScale(stage, coder)
	x.said++
	if known.coder == pointCoder {
		if !equalParam(weights, []float64{1, 1, 1, 1}) {
			x.lack("%s.coder: there this head codes boxes by the distances of their sides", stage)
		}
		return nil
	}
	return []pair{{"bbox_coder", replaced(indent, "DeltaXYWHBBoxCoder", []pair{{"target_means", "[0.0, 0.0, 0.0, 0.0]"}, {"target_stds", python(stds)}})}}
}

// mmdetNorm compares what the losses are divided by with what the head does.
func (x *exporter) mmdetNorm(stage string, p *part, rule headNorm, mining string) {
	norm, box := p.partOf("norm"), p.partOf("box_norm")
	want, asOne := "positives", rule == bySampler
	if rule == bySampler && mining != "all" && mining != "hard_negative" {
		want = "sampled"
	}
	if rule == headNormROI {
		want = "sampled"
	}
	ghmCls, ghmBox := p.partOf("cls").name == "ghm_c", p.partOf("box").name == "ghm_r"
	matches := func(n *part) bool {
		v, given := n.params["empty_as_one"]
		return n.name == want && (!given || v == asOne)
	}
	if box.name == "" {
		box = norm
	}
	describe := want
	if asOne {
		describe += ", an image without positives as one with a single one"
	}
	check := func(what string, n *part, bins bool) {
		switch {
		case bins && n.name == "valid_bins", !bins && matches(n):
			x.said++
		case bins:
			x.lack("%s.%s: %s; there it is valid_bins", stage, what, n.name)
		default:
			x.lack("%s.%s: %s; there it is %s", stage, what, shownNorm(n), describe)
		}
	}
	check("norm", norm, ghmCls)
	if box != norm || ghmCls != ghmBox {
		check("box_norm", box, ghmBox)
	}
}

func shownNorm(n *part) string {
	if v, given := n.params["empty_as_one"]; given {
		return fmt.Sprintf("%s with empty_as_one %v", n.name, v)
	}
	return n.name
}
