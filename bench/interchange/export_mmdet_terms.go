package interchange

import "fmt"

// mmdetLosses returns the losses of a head.
func (x *exporter) mmdetLosses(stage string, p *part, known denseHead, indent int) []pair {
	var head []pair
	reduction := []pair{}
	if known.reduction != "" {
		reduction = append(reduction, pair{"reduction", known.reduction})
	}
	if e, ok := x.mmdetPart(stage, clsLoss, p.partOf("cls")); ok {
		x.said++
		pairs := append(append(e.pairs, reduction...), pair{"loss_weight", python(p.params["cls_weight"])})
		head = append(head, pair{"loss_cls", replaced(indent, e.theirs, pairs)})
	}
	box := p.partOf("box")
	e, ok := x.mmdetPart(stage, boxLoss, box)
	if !ok {
		return head
	}
	x.said++
	pairs := append(append(e.pairs, reduction...), pair{"loss_weight", python(p.params["box_weight"])})
	head = append(head, pair{"loss_bbox", replaced(indent, e.theirs, pairs)})
	switch {
	case known.decoded != boxesAlways:
		head = append(head, pair{"reg_decoded_bbox", python(overlapLosses[box.name])})
	case !overlapLosses[box.name]:
		x.lack("%s.box: %s; there this head's box loss compares boxes, not deltas", stage, box.name)
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
