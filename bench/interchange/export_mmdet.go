package interchange

import "slices"

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

// mmdetPart returns the component of mmdetection that says a part, and notes what
// it cannot say; ok is false if there is none.
func (x *exporter) mmdetPart(stage string, what role, p *part) (e expression, ok bool) {
	if e, ok = mmdet.expressed(what, p); !ok {
		x.lack("%s.%s: %s", stage, what, p.name)
	}
	for _, l := range e.lacks {
		x.lack("%s.%s: %s", stage, what, l)
	}
	return e, ok
}

// mmdetDense returns the fields of a dense head and of its training.
func (x *exporter) mmdetDense(stage string, p *part) (head, cfg []pair) {
	mining := p.partOf("sampler")
	weighs := mining.name == "isr_p"
	if weighs {
		mining = mining.partOf("sampler")
	}
	assigner := p.partOf("assigner")
	class := mmdetClass(stage, mining.name, assigner.name, weighs || p.has("carl"))
	known := denseHeads[class]
	head = append(head, pair{"type", "'" + class + "'"})
	for _, note := range slices.Concat(known.notes, known.brings) {
		x.lack("%s: %s", class, note)
	}
	if class == "YOLOFHead" && mining.name != "all" {
		x.lack("%s.sampler: %s; there the box loss of YOLOFHead is of all positives", stage, mining.name)
	}
	indent := 8
	if stage == "rpn" {
		indent = 12
	}
	head = append(head, x.mmdetAnchors(class, 8)...)
	cfg = append(cfg, x.mmdetAssigner(stage, class, assigner, indent, &head)...)
	if class == "SSDHead" || class == "PISASSDHead" {
		cfg = append(cfg, x.mmdetSSD(stage, p, mining)...)
	} else {
		if pairs, ok := x.mmdetSampler(stage, mining, indent, nil); ok {
			cfg = append(cfg, pair{"sampler", pairs})
		}
		head = append(head, x.mmdetLosses(stage, class, p, known, 8)...)
	}
	cfg = append(cfg, x.mmdetPISA(stage, class, p)...)
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

// mmdetClass returns the head that learns as a stage does.
func mmdetClass(stage, mining, assigner string, pisa bool) string {
	switch {
	case stage == "rpn":
		return "RPNHead"
	case mining == "hard_negative" && pisa:
		return "PISASSDHead"
	case mining == "hard_negative":
		return "SSDHead"
	case assigner == "fcos":
		return "FCOSHead"
	case asksFor[assigner].head != "":
		return asksFor[assigner].head
	case pisa:
		return "PISARetinaHead"
	}
	return "RetinaHead"
}

// mmdetROI returns the fields of the second stage and of its training.
func (x *exporter) mmdetROI(p *part) (head, cfg []pair) {
	class := "StandardRoIHead"
	mining := p.partOf("sampler")
	if mining.name == "isr_p" || p.has("carl") {
		class = "PISARoIHead"
	}
	pisa := x.mmdetPISA("roi", class, p)
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
	box := append([]pair{{"type", "'Shared2FCBBoxHead'"}}, x.mmdetLosses("roi", "Shared2FCBBoxHead", p, known, 12)...)
	box = append(box, x.mmdetCoder("roi", p, known, 12)...)
	box = append(box, pair{"reg_class_agnostic", python(p.params["per_class"] != true)})
	x.mmdetNorm("roi", p, headNormROI, mining.name)
	return []pair{{"type", "'" + class + "'"}, {"bbox_head", dictText(8, "", box)}}, cfg
}
