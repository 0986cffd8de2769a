package interchange

import (
	"fmt"
	"strings"
)

// mmdet writes the heads and the training of a configuration of mmdetection 3.
func (x *exporter) mmdet() error {
	x.title = "Strategy " + x.name + " of detsample for mmdetection 3: put it under the _base_ of a configuration."
	x.head = []string{"_delete_ replaces what a base has; leave it out in a file without _base_."}
	var model []pair
	if dense := x.stages["dense"]; dense != nil {
		head, cfg := x.mmdetDense("dense", dense)
		model = append(model, pair{"bbox_head", dictText(4, "", head)}, pair{"train_cfg", dictText(4, "", cfg)})
	} else {
		rpnHead, rpnCfg := x.mmdetDense("rpn", x.stages["rpn"])
		roiHead, rcnn := x.mmdetROI(x.stages["roi"])
		model = append(model, pair{"rpn_head", dictText(4, "", rpnHead)}, pair{"roi_head", dictText(4, "", roiHead)},
			pair{"train_cfg", dictText(4, "", []pair{{"rpn", dictText(8, "", rpnCfg)}, {"rcnn", dictText(8, "", rcnn)}})})
	}
	if x.said == 0 {
		return x.nothing("mmdetection")
	}
	x.body.WriteString("model = " + dictText(0, "", model) + "\n")
	return nil
}

// replaced is a component's dict that replaces the base's.
func replaced(indent int, theirs string, pairs []pair) string {
	return dictText(indent, "", append([]pair{{"_delete_", "True"}, {"type", "'" + theirs + "'"}}, pairs...))
}

// mmdetDense returns the fields of a dense head and of its training.
func (x *exporter) mmdetDense(stage string, p *part) (head, cfg []pair) {
	mining := p.partOf("sampler")
	weighs := mining.name == "isr_p"
	if weighs {
		mining = mining.partOf("sampler")
	}
	assigner := p.partOf("assigner")
	class := "RetinaHead"
	if stage == "rpn" {
		class = "RPNHead"
	}
	switch {
	case stage == "rpn":
	case mining.name == "hard_negative":
		class = "SSDHead"
		if weighs || p.has("carl") {
			class = "PISASSDHead"
		}
	case assigner.name == "fcos":
		class = "FCOSHead"
	case assigner.name == "simota":
		class = "YOLOXHead"
	case assigner.name == "task_aligned":
		class = "TOODHead"
	case assigner.name == "dynamic_soft":
		class = "RTMDetHead"
	case weighs || p.has("carl"):
		class = "PISARetinaHead"
	}
	known := denseHeads[class]
	head = append(head, pair{"type", "'" + class + "'"})
	for _, note := range known.notes {
		x.lack("%s: %s", class, note)
	}
	indent := 8
	if stage == "rpn" {
		indent = 12
	}
	cfg = append(cfg, x.mmdetAssigner(stage, class, assigner, indent, &head)...)
	if class == "SSDHead" || class == "PISASSDHead" {
		cfg = append(cfg, x.mmdetSSD(stage, p, mining)...)
	} else {
		if pairs, ok := x.mmdetSampler(stage, mining, indent, nil); ok {
			cfg = append(cfg, pair{"sampler", pairs})
		}
		head = append(head, x.mmdetLosses(stage, p, known, 8)...)
	}
	cfg = append(cfg, x.mmdetPISA(stage, p)...)
	head = append(head, x.mmdetCoder(stage, p, known, 8)...)
	x.mmdetNorm(stage, p, known.norm, mining.name)
	border := "-1"
	switch straddle := assigner.params["straddle"]; {
	case straddle == "dropped":
		border = python(assigner.params["border"])
	case straddle == "masked":
		x.lack("%s.assigner.straddle: masked; there anchors across the border are dropped before they are matched", stage)
	}
	cfg = append(cfg, pair{"allowed_border", border}, pair{"pos_weight", "-1"})
	return head, cfg
}

// mmdetAssigner returns the training's assigner, or puts FCOS's into the head.
func (x *exporter) mmdetAssigner(stage, class string, p *part, indent int, head *[]pair) []pair {
	if p.name == "fcos" && class == "FCOSHead" {
		x.said++
		radius := number(p.params["center_radius"])
		reach := number(p.params["max_reach"])
		if radius > 0 {
			*head = append(*head, pair{"center_sampling", "True"}, pair{"center_sample_radius", python(radius)})
		} else {
			*head = append(*head, pair{"center_sampling", "False"})
		}
		ranges, low := make([]string, 5), "-1"
		for i := range ranges {
			high := python(reach * float64(int(8)<<i))
			if i == 4 {
				high = "1e8"
			}
			ranges[i] = "(" + low + ", " + high + ")"
			low = high
		}
		*head = append(*head, pair{"strides", "[8, 16, 32, 64, 128]"}, pair{"regress_ranges", "(" + strings.Join(ranges, ", ") + ")"})
		if number(p.params["ignore_iof"]) != 1 {
			x.lack("%s.assigner.ignore_iof: %s; there nothing is ignored", stage, shownParam(p.params["ignore_iof"]))
		}
		if p.params["torchvision"] == true {
			x.lack("%s.assigner.torchvision: true", stage)
		}
		return nil
	}
	straddle := params{}
	for k, v := range p.params {
		if k != "straddle" && k != "border" {
			straddle[k] = v
		}
	}
	var cfg []pair
	if p.name == "task_aligned" {
		delete(straddle, "alpha")
		delete(straddle, "beta")
		cfg = append(cfg, pair{"alpha", python(p.params["alpha"])}, pair{"beta", python(p.params["beta"])})
		if class == "TOODHead" {
			cfg = append(cfg, pair{"initial_epoch", "0"}, pair{"initial_assigner", "dict(type='ATSSAssigner', topk=9)"})
		}
	}
	e, ok := mmdet.expressed(assigner, &part{p.name, straddle})
	if !ok {
		x.lack("%s.assigner: %s", stage, p.name)
		return cfg
	}
	x.said++
	for _, l := range e.lacks {
		x.lack("%s.assigner: %s", stage, l)
	}
	return append([]pair{{"assigner", replaced(indent, e.theirs, e.pairs)}}, cfg...)
}

// mmdetSampler returns a sampler's dict.
func (x *exporter) mmdetSampler(stage string, p *part, indent int, more []pair) (string, bool) {
	if p.name == "combined" {
		pos, neg := p.partOf("positive"), p.partOf("negative")
		var inner []pair
		for _, key := range []string{"num", "positive_fraction", "negatives_per_positive"} {
			if !equalParam(pos.params[key], neg.params[key]) {
				x.lack("%s.sampler: both halves of combined share their number, fraction and limit there", stage)
			}
		}
		halves := []pair{}
		for _, half := range []struct {
			key string
			p   *part
		}{{"pos_sampler", pos}, {"neg_sampler", neg}} {
			e, ok := mmdet.expressed(sampler, half.p)
			if !ok {
				x.lack("%s.sampler: %s", stage, half.p.name)
				return "", false
			}
			for _, l := range e.lacks {
				x.lack("%s.sampler: %s", stage, l)
			}
			var own []pair
			for _, q := range e.pairs {
				switch q.key {
				case "num", "pos_fraction", "neg_pos_ub":
					if half.key == "pos_sampler" {
						inner = append(inner, q)
					}
				default:
					own = append(own, q)
				}
			}
			halves = append(halves, pair{half.key, dictText(indent+4, e.theirs, own)})
		}
		x.said++
		return replaced(indent, "CombinedSampler", append(append(inner, more...), halves...)), true
	}
	e, ok := mmdet.expressed(sampler, p)
	if !ok {
		x.lack("%s.sampler: %s", stage, p.name)
		return "", false
	}
	x.said++
	for _, l := range e.lacks {
		x.lack("%s.sampler: %s", stage, l)
	}
	if p.name != "all" {
		if more == nil {
			more = []pair{{"add_gt_as_proposals", "False"}}
		}
		e.pairs = append(e.pairs, more...)
	}
	return replaced(indent, e.theirs, e.pairs), true
}

// mmdetLosses returns the losses of a head.
func (x *exporter) mmdetLosses(stage string, p *part, known denseHead, indent int) []pair {
	var head []pair
	reduction := []pair{}
	if known.reduction != "" {
		reduction = append(reduction, pair{"reduction", known.reduction})
	}
	e, ok := mmdet.expressed(clsLoss, p.partOf("cls"))
	if !ok {
		x.lack("%s.cls: %s", stage, p.partOf("cls").name)
	} else {
		x.said++
		for _, l := range e.lacks {
			x.lack("%s.cls: %s", stage, l)
		}
		pairs := append(append(e.pairs, reduction...), pair{"loss_weight", python(p.params["cls_weight"])})
		head = append(head, pair{"loss_cls", replaced(indent, e.theirs, pairs)})
	}
	box := p.partOf("box")
	if e, ok = mmdet.expressed(boxLoss, box); !ok {
		x.lack("%s.box: %s", stage, box.name)
		return head
	}
	x.said++
	for _, l := range e.lacks {
		x.lack("%s.box: %s", stage, l)
	}
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

// mmdetSSD returns what SSD's head has in its training.
func (x *exporter) mmdetSSD(stage string, p, mining *part) []pair {
	x.said++
	x.expectPart(stage, "cls", p, "softmax_ce", params{})
	if len(p.partOf("cls").params) > 0 {
		x.beyond(stage, clsLoss, p.partOf("cls"))
	}
	x.expect(stage, p, "cls_weight", int64(1))
	x.expect(stage, p, "box_weight", int64(1))
	for _, key := range []string{"min_negatives", "positives_compete"} {
		if v := mining.params[key]; v != nil && !equalParam(v, int64(0)) && v != false {
			x.lack("%s.sampler.%s: %s", stage, key, shownParam(v))
		}
	}
	cfg := []pair{{"neg_pos_ratio", python(mining.params["ratio"])}}
	switch box := p.partOf("box"); box.name {
	case "smooth_l1":
		cfg = append(cfg, pair{"smoothl1_beta", python(box.params["beta"])})
	default:
		x.lack("%s.box: %s; there it is smooth_l1", stage, box.name)
		cfg = append(cfg, pair{"smoothl1_beta", "1.0"})
	}
	return append(cfg, pair{"sampler", replaced(8, "PseudoSampler", nil)})
}

// mmdetPISA returns ISR-P and CARL.
func (x *exporter) mmdetPISA(stage string, p *part) []pair {
	var cfg []pair
	if isr := p.partOf("sampler"); isr.name == "isr_p" {
		x.said++
		cfg = append(cfg, pair{"isr", dictText(8, "", []pair{{"k", python(isr.params["power"])}, {"bias", python(isr.params["bias"])}})})
		if isr.params["per_batch"] != true {
			x.lack("%s.sampler.per_batch: false; there positives are ranked over the batch", stage)
		}
	}
	if carl, ok := p.params["carl"].(*part); ok {
		x.said++
		cfg = append(cfg, pair{"carl", dictText(8, "", []pair{{"k", python(carl.params["k"])}, {"bias", python(carl.params["bias"])}})})
		if number(carl.params["weight"]) != 1 {
			x.lack("%s.carl.weight: %s; there it is 1", stage, shownParam(carl.params["weight"]))
		}
	}
	return cfg
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

// defaultMaxScale is the limit of sizes that all of these libraries have.
const defaultMaxScale = 4.1351666

// maxScale notes another one.
func (x *exporter) maxScale(stage string, coder *part) {
	if v := coder.params["max_scale"]; !equalParam(v, defaultMaxScale) {
		x.lack("%s.coder.max_scale: %s", stage, shownParam(v))
	}
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

// mmdetROI returns the fields of the second stage and of its training.
func (x *exporter) mmdetROI(p *part) (head, cfg []pair) {
	class := "StandardRoIHead"
	pisa := x.mmdetPISA("roi", p)
	if len(pisa) > 0 {
		class = "PISARoIHead"
	}
	mining := p.partOf("sampler")
	if mining.name == "isr_p" {
		mining = mining.partOf("sampler")
	}
	var none []pair
	cfg = x.mmdetAssigner("roi", class, p.partOf("assigner"), 12, &none)
	joined := []pair{{"add_gt_as_proposals", python(p.params["join_truth"])}}
	if pairs, ok := x.mmdetSampler("roi", mining, 12, joined); ok {
		cfg = append(cfg, pair{"sampler", pairs})
		if mining.name == "all" && p.params["join_truth"] == true {
			x.lack("roi.join_truth: true; there PseudoSampler lets no ground truth join")
		}
	}
	cfg = append(append(cfg, pisa...), pair{"pos_weight", "-1"})
	if straddle := p.partOf("assigner").params["straddle"]; straddle != nil && straddle != "kept" {
		x.lack("roi.assigner.straddle: %v", straddle)
	}
	known := denseHead{}
	box := append([]pair{{"type", "'Shared2FCBBoxHead'"}}, x.mmdetLosses("roi", p, known, 12)...)
	box = append(box, x.mmdetCoder("roi", p, known, 12)...)
	box = append(box, pair{"reg_class_agnostic", python(p.params["per_class"] != true)})
	x.mmdetNorm("roi", p, headNormROI, mining.name)
	return []pair{{"type", "'" + class + "'"}, {"bbox_head", dictText(8, "", box)}}, cfg
}
