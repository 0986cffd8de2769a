package interchange

import "strings"

// asksFor is what an assigner of mmdetection asks for beside anchors and
// objects, and the one head that gives it. PointAssigner's is refused here.
var asksFor = map[string]struct{ head, what string }{
	"atss":         {"ATSSHead", "the number of anchors at each level"},
	"uniform":      {"YOLOFHead", "the decoded boxes"},
	"simota":       {"YOLOXHead", "scores and decoded boxes"},
	"task_aligned": {"TOODHead", "scores and decoded boxes"},
	"dynamic_soft": {"RTMDetHead", "scores and decoded boxes"},
	"point":        {"", "points with their strides"},
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
		list := []int{8, 16, 32, 64, 128}
		if x.pyramid != nil && squares(x.pyramid) {
			list = strides(x.pyramid)
		}
		ranges, low := make([]string, len(list)), "-1"
		for i, stride := range list {
			high := python(reach * float64(stride))
			if i == len(list)-1 {
				high = "1e8"
			}
			ranges[i] = "(" + low + ", " + high + ")"
			low = high
		}
		*head = append(*head, pair{"strides", pythonInts(list)}, pair{"regress_ranges", "(" + strings.Join(ranges, ", ") + ",)"})
		if number(p.params["ignore_iof"]) != 1 {
			x.lack("%s.assigner.ignore_iof: %s; there nothing is ignored", stage, shownParam(p.params["ignore_iof"]))
		}
		if p.params["torchvision"] == true {
			x.lack("%s.assigner.torchvision: true", stage)
		}
		return nil
	}
	if asks, ok := asksFor[p.name]; ok && class != asks.head {
		x.lack("%s.assigner: %s; there %s does not give it %s", stage, p.name, class, asks.what)
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
	e, ok := x.mmdetPart(stage, assigner, &part{p.name, straddle})
	if !ok {
		return cfg
	}
	x.said++
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
			e, ok := x.mmdetPart(stage, sampler, half.p)
			if !ok {
				return "", false
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
	e, ok := x.mmdetPart(stage, sampler, p)
	if !ok {
		return "", false
	}
	x.said++
	if p.name != "all" {
		if more == nil {
			more = []pair{{"add_gt_as_proposals", "False"}}
		}
		e.pairs = append(e.pairs, more...)
	}
	return replaced(indent, e.theirs, e.pairs), true
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

// mmdetPISA returns ISR-P and CARL, which heads of PISA alone read.
func (x *exporter) mmdetPISA(stage, class string, p *part) []pair {
	var cfg []pair
	isr := p.partOf("sampler")
	if !strings.HasPrefix(class, "PISA") {
		if isr.name == "isr_p" {
			x.lack("%s.sampler: isr_p; there %s does not weigh positives", stage, class)
		}
		if p.has("carl") {
			x.lack("%s.carl: there %s has no such loss", stage, class)
		}
		return nil
	}
	if isr.name == "isr_p" {
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
