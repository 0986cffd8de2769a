package interchange

import (
	"path/filepath"
	"strings"
)

// detectron2Reader makes a strategy of a configuration of detectron2, over its
// defaults.
type detectron2Reader struct {
	draft *draft
	model *block
	stage int
}

// detectron2 reads a file with the bases that _BASE_ names.
func (r *reader) detectron2(path string, from place) (*node, error) {
	return r.yamlInherited(path, from, "_BASE_", func(own, named *node) (*node, error) {
		bases := []*node{named}
		if named.kind == list {
			bases = named.items
		}
		joined := &node{kind: mapping, at: named.at, dict: newDict()}
		for _, b := range bases {
			if b.kind != text {
				return nil, refuse(b.at, "_BASE_ names %s: expected the name of a file", b.short())
			}
			file, err := resolve(path, b.text, b.at)
			if err != nil {
				return nil, err
			}
			switch filepath.Ext(file) {
			case ".yaml", ".yml", ".json":
			default:
				return nil, refuse(b.at, "base %s: expected a file in .yaml", b.text)
			}
			base, err := r.detectron2(file, b.at)
			if err != nil {
				return nil, err
			}
			if joined, err = merge(&r.budget, base, joined, 0, false); err != nil {
				return nil, err
			}
		}
		return merge(&r.budget, own, joined, 0, false)
	})
}

// literals replaces strings that are tuples or lists, as detectron2 reads them.
func literals(n *node, depth int) {
	if n.kind != mapping || depth > 10 {
		return
	}
	for i, e := range n.dict.entries {
		if v := e.value; v.kind == text && len(v.text) < 1000 && (strings.HasPrefix(v.text, "(") || strings.HasPrefix(v.text, "[")) {
			if read, err := literalAt(v.at, v.text); err == nil {
				n.dict.entries[i].value = read
			}
		}
		literals(e.value, depth+1)
	}
}

// fromDetectron2 makes a strategy of a configuration of detectron2.
func fromDetectron2(path string, root *node, options Options) (Imported, error) {
	d := &draft{library: "detectron2", path: path, name: strategyName(path), header: []string{
		"From " + filepath.Base(path) + ", a configuration of detectron2.",
		"A comment says where a value is written; what has none is not said there.",
	}}
	literals(root, 0)
	top := d.block("", root)
	model := top.inner("MODEL")
	if model == nil {
		model = d.block("MODEL", &node{kind: mapping, at: root.at, dict: newDict()})
	}
	r := &detectron2Reader{draft: d, model: model, stage: options.Stage}
	if err := r.detector(); err != nil {
		return Imported{}, err
	}
	top.rest(Ignored, notSampling)
	return d.finish()
}

// word returns a name in MODEL.SECTION.KEY.
func (r *detectron2Reader) word(b *block, key, def string) (string, error) {
	n := b.dict.get(key)
	if n == nil {
		return def, nil
	}
	if n.kind != text {
		return "", refuse(b.place(key), "%s.%s is %s: expected a name", b.path, key, n.short())
	}
	return n.text, nil
}

// section returns a part of MODEL, empty if it is not there: then detectron2's
// defaults hold.
func (r *detectron2Reader) section(key string) *block {
	if b := r.model.inner(key); b != nil {
		return b
	}
	return r.draft.block("MODEL."+key, &node{kind: mapping, at: r.model.at, dict: newDict()})
}

func (r *detectron2Reader) detector() error {
	arch, err := r.word(r.model, "META_ARCHITECTURE", "GeneralizedRCNN")
	if err != nil {
		return err
	}
	switch arch {
	case "RetinaNet":
		if err := r.retinaNet(); err != nil {
			return err
		}
		r.model.record("META_ARCHITECTURE", Mapped, "dense", "")
	case "GeneralizedRCNN", "PanopticFPN", "ProposalNetwork":
		if err := r.rpn(); err != nil {
			return err
		}
		if arch == "ProposalNetwork" {
			r.draft.stage("roi", "not in this configuration: detsample's default").settings = []setting{{key: "norm", value: "sampled"}}
		} else if err := r.roi(); err != nil {
			return err
		}
		r.model.record("META_ARCHITECTURE", Mapped, "rpn and roi", "")
	default:
		return refuse(r.model.place("META_ARCHITECTURE"), "%s has no strategy here: RetinaNet, GeneralizedRCNN, PanopticFPN and ProposalNetwork are known", arch)
	}
	r.model.rest(Ignored, notSampling)
	return nil
}

// assigner makes an assigner of thresholds and their labels.
func (r *detectron2Reader) assigner(s *stage, b *block, thresholds, labels []float64, forced string) error {
	limits, from, err := b.numbers("IOU_THRESHOLDS", thresholds)
	if err != nil {
		return err
	}
	meaning, _, err := b.numbers("IOU_LABELS", labels)
	if err != nil {
		return err
	}
	floor, neg, pos, ok := matching(limits, meaning)
	if !ok {
		return refuse(b.place("IOU_LABELS"), "%s: thresholds %s with labels %s: expected negatives (0) below positives (1), and what is ignored (-1) around the negatives alone",
			b.path, python(limits), python(meaning))
	}
	b.record("IOU_THRESHOLDS", Mapped, s.name+".assigner.pos_iou and neg_iou", "")
	b.record("IOU_LABELS", Mapped, s.name+".assigner", "")
	made := &typed{name: "max_iou", from: "detectron2's Matcher", params: []setting{{"pos_iou", pos, from}, {"neg_iou", neg, from}}}
	if floor > 0 {
		made.params = append(made.params, setting{"neg_floor", floor, from})
	}
	made.params = append(made.params, setting{"forced", forced, "detectron2's allow_low_quality_matches"})
	if forced != "none" {
		made.params = append(made.params, setting{"ties", "all", "detectron2's Matcher"}, setting{"force_zero", true, "detectron2's Matcher"})
	}
	made.params = append(made.params, setting{"ignore_iof", int64(1), "crowds are dropped at loading"})
	if n := b.dict.get("BOUNDARY_THRESH"); n != nil && n.isNumber() {
		if n.float() >= 0 {
			made.params = append(made.params, setting{"straddle", "masked", b.from("BOUNDARY_THRESH")}, setting{"border", n.float(), b.from("BOUNDARY_THRESH")})
		}
		b.record("BOUNDARY_THRESH", Mapped, s.name+".assigner.straddle", "")
	}
	s.set("assigner", made, "")
	return nil
}

// matching reads thresholds and the labels of what lies between them.
func matching(limits, labels []float64) (floor, neg, pos float64, ok bool) {
	bounds := append([]float64{0}, limits...)
	if len(labels) != len(bounds) {
		return 0, 0, 0, false
	}
	i := 0
	if labels[i] == -1 {
		i++
	}
	if i >= len(labels) || labels[i] != 0 {
		return 0, 0, 0, false
	}
	floor = bounds[i]
	i++
	if i >= len(labels) {
		return 0, 0, 0, false
	}
	neg = bounds[i]
	if labels[i] == -1 {
		i++
	}
	if i != len(labels)-1 || labels[i] != 1 {
		return 0, 0, 0, false
	}
	return floor, neg, bounds[i], true
}

// box sets the box loss and its weight, times the stage's.
func (r *detectron2Reader) box(s *stage, b *block, betaKey string, beta float64, weightKey string, times float64, timesFrom string) error {
	kind, err := r.word(b, "BBOX_REG_LOSS_TYPE", "smooth_l1")
	if err != nil {
		return err
	}
	from := b.from("BBOX_REG_LOSS_TYPE")
	limit, limitFrom, err := b.number(betaKey, beta)
	if err != nil {
		return err
	}
	var made *typed
	switch {
	case kind == "smooth_l1" && limit < 1e-5:
		made = &typed{name: "l1", from: limitFrom}
	case kind == "smooth_l1":
		made = &typed{name: "smooth_l1", from: from, params: []setting{{"beta", limit, limitFrom}}}
	case kind == "giou", kind == "diou":
		made = &typed{name: kind, from: from}
	case kind == "ciou":
		made = &typed{name: kind, from: from, params: []setting{{"from_iou", int64(0), "fvcore's ciou_loss"}}}
	default:
		return refuse(b.place("BBOX_REG_LOSS_TYPE"), "%s is a box loss that detsample does not have", kind)
	}
	b.record("BBOX_REG_LOSS_TYPE", Mapped, s.name+".box", "")
	note := ""
	if kind != "smooth_l1" {
		note = "nothing beside this loss"
	}
	b.record(betaKey, Mapped, s.name+".box", note)
	s.set("box", made, "")
	weight := 1.0
	if weightKey != "" {
		w, weightFrom, err := b.number(weightKey, 1)
		if err != nil {
			return err
		}
		weight = w
		b.record(weightKey, Mapped, s.name+".box_weight", "")
		if timesFrom == "" {
			timesFrom = weightFrom
		} else {
			timesFrom = weightFrom + ", times " + timesFrom
		}
	}
	s.set("box_weight", weight*times, timesFrom)
	return nil
}

func (r *detectron2Reader) coder(s *stage, b *block, def []float64) error {
	weights, from, err := b.numbers("BBOX_REG_WEIGHTS", def)
	if err != nil {
		return err
	}
	if len(weights) != 4 {
		return refuse(b.place("BBOX_REG_WEIGHTS"), "%s.BBOX_REG_WEIGHTS has %d numbers: expected 4", b.path, len(weights))
	}
	b.record("BBOX_REG_WEIGHTS", Mapped, s.name+".coder.weights", "")
	s.set("coder", &typed{params: []setting{{"weights", weights, from}}}, "")
	return nil
}

// drawn sets the sampler of a fixed number, and returns that number.
func (r *detectron2Reader) drawn(s *stage, b *block, num, fraction float64) (float64, string, error) {
	n, from, err := b.number("BATCH_SIZE_PER_IMAGE", num)
	if err != nil {
		return 0, "", err
	}
	share, shareFrom, err := b.number("POSITIVE_FRACTION", fraction)
	if err != nil {
		return 0, "", err
	}
	b.record("BATCH_SIZE_PER_IMAGE", Mapped, s.name+".sampler.num", "")
	b.record("POSITIVE_FRACTION", Mapped, s.name+".sampler.positive_fraction", "")
	s.set("sampler", &typed{name: "random", from: "detectron2's subsample_labels", params: []setting{
		{"num", n, from}, {"positive_fraction", share, shareFrom},
	}}, "")
	return n, from, nil
}

func (r *detectron2Reader) retinaNet() error {
	b := r.section("RETINANET")
	s := r.draft.stage("dense", "detectron2's RetinaNet")
	if err := r.assigner(s, b, []float64{0.4, 0.5}, []float64{0, -1, 1}, "keep"); err != nil {
		return err
	}
	s.set("sampler", "all", "detectron2's RetinaNet")
	alpha, alphaFrom, err := b.number("FOCAL_LOSS_ALPHA", 0.25)
	if err != nil {
		return err
	}
	gamma, gammaFrom, err := b.number("FOCAL_LOSS_GAMMA", 2)
	if err != nil {
		return err
	}
	b.record("FOCAL_LOSS_ALPHA", Mapped, "dense.cls.alpha", "")
	b.record("FOCAL_LOSS_GAMMA", Mapped, "dense.cls.gamma", "")
	s.set("cls", &typed{name: "focal", from: "detectron2's RetinaNet", params: []setting{{"alpha", alpha, alphaFrom}, {"gamma", gamma, gammaFrom}}}, "")
	s.set("cls_weight", 1.0, "detectron2's RetinaNet")
	if err := r.box(s, b, "SMOOTH_L1_LOSS_BETA", 0.1, "", 1, "detectron2's RetinaNet"); err != nil {
		return err
	}
	s.set("norm", &typed{name: "moving_average", from: "detectron2's RetinaNet", params: []setting{{"momentum", 0.9, ""}, {"initial", 100.0, ""}}}, "")
	if err := r.coder(s, b, []float64{1, 1, 1, 1}); err != nil {
		return err
	}
	if err := r.anchors(b, "p3", "p4", "p5", "p6", "p7"); err != nil {
		return err
	}
	b.all(Ignored, "the network's, or at inference", "NUM_CLASSES", "NUM_CONVS", "PRIOR_PROB", "SCORE_THRESH_TEST", "TOPK_CANDIDATES_TEST", "NMS_THRESH_TEST", "NORM")
	b.rest(Unmapped, "not known to detsample")
	return nil
}

func (r *detectron2Reader) rpn() error {
	generator := r.section("PROPOSAL_GENERATOR")
	name, err := r.word(generator, "NAME", "RPN")
	if err != nil {
		return err
	}
	switch name {
	case "RPN":
		generator.record("NAME", Mapped, "rpn", "")
	case "PrecomputedProposals":
		generator.record("NAME", Unmapped, "", "proposals come from a file")
		r.draft.stage("rpn", "not in this configuration: detsample's default").settings = []setting{{key: "norm", value: "sampled"}}
		r.section("RPN").rest(Ignored, "nothing beside proposals from a file")
		r.section("ANCHOR_GENERATOR").rest(Ignored, "nothing beside proposals from a file")
		generator.rest(Ignored, "the detector's")
		return nil
	default:
		return refuse(generator.place("NAME"), "%s has no strategy here: RPN and PrecomputedProposals are known", name)
	}
	generator.rest(Ignored, "the detector's")
	b := r.section("RPN")
	s := r.draft.stage("rpn", "detectron2's RPN")
	if err := r.assigner(s, b, []float64{0.3, 0.7}, []float64{0, -1, 1}, "keep"); err != nil {
		return err
	}
	num, numFrom, err := r.drawn(s, b, 256, 0.5)
	if err != nil {
		return err
	}
	s.set("cls", "ce", "detectron2's RPN")
	weight, from, err := b.number("LOSS_WEIGHT", 1)
	if err != nil {
		return err
	}
	b.record("LOSS_WEIGHT", Mapped, "rpn.cls_weight and rpn.box_weight", "")
	s.set("cls_weight", weight, from)
	if err := r.box(s, b, "SMOOTH_L1_BETA", 0, "BBOX_REG_LOSS_WEIGHT", weight, from); err != nil {
		return err
	}
	s.set("norm", &typed{name: "fixed", from: "detectron2's RPN", params: []setting{{"per_image", num, numFrom}}}, "")
	if err := r.coder(s, b, []float64{1, 1, 1, 1}); err != nil {
		return err
	}
	if err := r.anchors(b, "res4"); err != nil {
		return err
	}
	b.all(Ignored, "the network's, or which proposals go on", "HEAD_NAME", "PRE_NMS_TOPK_TRAIN", "PRE_NMS_TOPK_TEST", "POST_NMS_TOPK_TRAIN",
		"POST_NMS_TOPK_TEST", "NMS_THRESH", "CONV_DIMS", "MIN_SIZE")
	b.rest(Unmapped, "not known to detsample")
	return nil
}
