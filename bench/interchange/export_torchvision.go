package interchange

import (
	"math"
	"strings"
)

// called writes a generator of anchors as a call.
var called = strings.NewReplacer("{sizes: ", "AnchorGenerator(sizes=", ", aspect_ratios: ", ", aspect_ratios=", "}", ")")

// torchvision writes the arguments of a detector's constructor.
func (x *exporter) torchvision() error {
	x.title = "Strategy " + x.name + " of detsample for torchvision: arguments of a detector's function."
	x.head = []string{"detsample.torch trains torchvision's detectors with any strategy: ds.attach(model, \"strategy.yaml\")."}
	name := "fasterrcnn_resnet50_fpn"
	var args []pair
	if dense := x.stages["dense"]; dense != nil {
		a, mining := dense.partOf("assigner"), dense.partOf("sampler")
		switch {
		case a.name == "fcos":
			name, args = "fcos_resnet50_fpn", x.torchvisionFCOS(dense)
		case a.name == "ssd_bipartite", mining.name == "hard_negative": // only SSD mines
			name, args = "ssd300_vgg16", x.torchvisionSSD(dense)
		default:
			name = "retinanet_resnet50_fpn"
			if dense.partOf("box").name == "giou" {
				name += "_v2"
			}
			args = x.torchvisionRetinaNet(dense)
		}
	} else {
		args = append(x.torchvisionStage("rpn", "rpn_", x.stages["rpn"]), x.torchvisionStage("roi", "box_", x.stages["roi"])...)
	}
	args = append(args, x.torchvisionAnchors(name)...)
	if x.said == 0 {
		return x.nothing("torchvision")
	}
	var call []string
	for _, a := range args {
		call = append(call, a.key+"="+called.Replace(a.value))
	}
	x.body.WriteString("# In Python: " + name + "(" + strings.Join(call, ", ") + ")\n")
	x.body.WriteString("model: " + name + "\n")
	for _, a := range args {
		x.body.WriteString(a.key + ": " + a.value + "\n")
	}
	return nil
}

// torchvisionMatcher writes the thresholds of max_iou.
func (x *exporter) torchvisionMatcher(stage, prefix string, p *part, forced string) []pair {
	if !x.matcher(stage, p, forced) {
		return nil
	}
	a := p.partOf("assigner")
	if number(a.params["neg_floor"]) > 0 {
		x.lack("%s.assigner.neg_floor: %s", stage, shownParam(a.params["neg_floor"]))
	}
	if v := a.params["straddle"]; v != nil && v != "kept" {
		x.lack("%s.assigner.straddle: %v", stage, v)
	}
	return []pair{{prefix + "fg_iou_thresh", pointed(a.params["pos_iou"])}, {prefix + "bg_iou_thresh", pointed(a.params["neg_iou"])}}
}

// fixedCoder notes a code of boxes that is not the one built in.
func (x *exporter) fixedCoder(stage string, p *part, weights []float64) {
	coder, _ := p.params["coder"].(*part)
	if coder == nil {
		return
	}
	if !equalParam(coder.params["weights"], weights) {
		x.lack("%s.coder.weights: %s; there it is %s", stage, shownParam(coder.params["weights"]), yamlScalar(weights))
	}
	x.maxScale(stage, coder)
}

func (x *exporter) unweighted(stage string, p *part) {
	x.expect(stage, p, "cls_weight", int64(1))
	x.expect(stage, p, "box_weight", int64(1))
	x.boxNorm(stage, p)
	x.noCARL(stage, p)
}

var torchvisionFocal = params{"alpha": 0.25, "gamma": int64(2)}

func (x *exporter) torchvisionRetinaNet(p *part) []pair {
	args := x.torchvisionMatcher("dense", "", p, "keep")
	x.expectPart("dense", "sampler", p, "all", nil)
	x.expectPart("dense", "cls", p, "focal", torchvisionFocal)
	if box := p.partOf("box"); box.name != "giou" {
		x.expectPart("dense", "box", p, "l1", nil)
	}
	if x.expectPart("dense", "norm", p, "per_image", nil) {
		of := p.partOf("norm").partOf("of")
		if of.name != "positives" || of.params["empty_as_one"] == true {
			x.lack("dense.norm.of: %s; there it is positives", shownNorm(of))
		}
	}
	x.unweighted("dense", p)
	x.fixedCoder("dense", p, []float64{1, 1, 1, 1})
	return args
}

func (x *exporter) torchvisionFCOS(p *part) []pair {
	x.expectPart("dense", "assigner", p, "fcos", params{"max_reach": int64(8), "ignore_iof": int64(1), "torchvision": true})
	x.expectPart("dense", "sampler", p, "all", nil)
	x.expectPart("dense", "cls", p, "focal", torchvisionFocal)
	x.expectPart("dense", "box", p, "giou", nil)
	x.expectPart("dense", "norm", p, "positives", params{"empty_as_one": false})
	x.unweighted("dense", p)
	x.fixedCoder("dense", p, []float64{1, 1, 1, 1})
	x.lack("FCOS: there boxes are coded by the distances of their sides, and a centre-ness has a loss of its own")
	return []pair{{"center_sampling_radius", pointed(p.partOf("assigner").params["center_radius"])}}
}

func (x *exporter) torchvisionSSD(p *part) []pair {
	x.expectPart("dense", "assigner", p, "ssd_bipartite", params{"ignore_iof": int64(1), "force_zero": true})
	var args []pair
	for _, key := range []string{"iou", "pos_iou"} { // of ssd_bipartite, of max_iou
		if iou := p.partOf("assigner").params[key]; iou != nil {
			args = append(args, pair{"iou_thresh", pointed(iou)})
		}
	}
	if x.expectPart("dense", "sampler", p, "hard_negative", nil) {
		mining := p.partOf("sampler")
		ratio := number(mining.params["ratio"])
		share := 1 / (1 + ratio)
		switch {
		case ratio != math.Trunc(ratio):
			x.lack("dense.sampler.ratio: %s; %s", shownParam(mining.params["ratio"]), roundedUp)
		case torchvisionRatio(share) != ratio:
			x.lack("dense.sampler.ratio: %s; there it is (1-fraction)/fraction, to the last digit another number", shownParam(mining.params["ratio"]))
		}
		args = append(args, pair{"positive_fraction", python(share)})
		x.beyond("dense", sampler, mining, "ratio")
	}
	x.expectPart("dense", "cls", p, "softmax_ce", params{"class_weight": []float64{}})
	x.expectPart("dense", "box", p, "smooth_l1", params{"beta": int64(1)})
	x.expectPart("dense", "norm", p, "positives", params{"empty_as_one": false})
	x.unweighted("dense", p)
	x.fixedCoder("dense", p, []float64{10, 10, 5, 5})
	return args
}

func (x *exporter) torchvisionStage(stage, prefix string, p *part) []pair {
	forced, cls := "keep", "ce"
	if stage == "roi" {
		forced, cls = "none", "softmax_ce"
	}
	args := x.torchvisionMatcher(stage, prefix, p, forced)
	if x.expectPart(stage, "sampler", p, "random", nil) {
		drawn := p.partOf("sampler")
		x.beyond(stage, sampler, drawn, "num", "positive_fraction")
		args = append(args, pair{prefix + "batch_size_per_image", yamlScalar(drawn.params["num"])},
			pair{prefix + "positive_fraction", pointed(drawn.params["positive_fraction"])})
	}
	x.expectPart(stage, "cls", p, cls, params{"class_weight": []float64{}})
	x.expectPart(stage, "box", p, "smooth_l1", params{"beta": 1.0 / 9})
	x.expectPart(stage, "norm", p, "sampled", params{"empty_as_one": false})
	x.unweighted(stage, p)
	if stage == "rpn" {
		x.fixedCoder(stage, p, []float64{1, 1, 1, 1})
		return args
	}
	if coder, _ := p.params["coder"].(*part); coder != nil {
		if weights, ok := coder.params["weights"].([]float64); ok {
			args = append(args, pair{"bbox_reg_weights", python(weights)})
		}
		x.maxScale(stage, coder)
	}
	x.expect(stage, p, "join_truth", true)
	x.expect(stage, p, "per_class", true)
	return args
}
