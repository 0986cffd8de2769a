package interchange

import (
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
)

// mmdetReader makes a strategy of a configuration of mmdetection.
type mmdetReader struct {
	draft  *draft
	second bool // mmdetection 2, in which some losses switch sampling off
	stage  int  // of a cascade
}

// fromMMDetection makes a strategy of a configuration of mmdetection.
func fromMMDetection(path string, root *node, options Options) (Imported, error) {
	d := &draft{library: "mmdetection", path: path, name: strategyName(path), header: []string{
		"From " + filepath.Base(path) + ", a configuration of mmdetection.",
		"A comment says where a value is written; what has none is not said there.",
	}}
	m := &mmdetReader{draft: d, stage: options.Stage}
	top := &block{draft: d, path: "", at: root.at, dict: root.dict, asked: map[string]bool{}}
	m.second = root.dict.get("train_dataloader") == nil && (root.dict.get("data") != nil || root.dict.get("optimizer") != nil)

	n := top.take("model")
	if n == nil || n.kind != mapping {
		return Imported{}, refuse(root.at, "there is no dict named model: expected a configuration of mmdetection")
	}
	model := &block{draft: d, path: "model", at: n.at, dict: n.dict, asked: map[string]bool{}}
	if inner := model.inner("detector"); inner != nil && model.dict.get("bbox_head") == nil && model.dict.get("roi_head") == nil {
		model.all(Ignored, "it is around the detector", "type")
		d.notes = append(d.notes, "there the detector is part of a larger model, with losses of its own")
		model.rest(Ignored, "it is around the detector")
		model = inner
	}
	if err := m.detector(model, top); err != nil {
		return Imported{}, err
	}
	model.rest(Ignored, notSampling)
	for _, e := range root.dict.entries {
		if !top.asked[e.key] {
			d.fields = append(d.fields, Field{Place: e.at.String(), Path: nodeOfKey(e.key, e.at).text, Value: e.value.short(), Status: Ignored, Note: notSampling})
		}
	}
	return d.finish()
}

const notSampling = "not about sampling, assignment or losses"

// strategyName is what a strategy is called that is made of a file.
func strategyName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// detector looks at the heads of a model.
func (m *mmdetReader) detector(model, top *block) error {
	training := model.inner("train_cfg")
	if loop := top.dict.get("train_cfg"); training == nil && loop != nil && loop.kind == mapping && loop.dict.get("type") == nil && loop.dict.get("max_epochs") == nil {
		training = top.inner("train_cfg") // before mmdetection 2.5; later, this is the training loop
	}
	if model.dict.get("type") != nil {
		if _, err := model.typeName(); err != nil {
			return err
		}
		model.record("type", Ignored, "", "the detector; its heads say how it learns")
	}
	roi, rpn, dense := model.inner("roi_head"), model.inner("rpn_head"), model.inner("bbox_head")
	switch {
	case roi != nil:
		return m.twoStage(rpn, roi, training)
	case rpn != nil:
		if training != nil && training.dict.get("rpn") != nil {
			inner := training.inner("rpn")
			training.rest(Ignored, notSampling)
			training = inner
		}
		if err := m.dense("rpn", rpn, training); err != nil {
			return err
		}
		m.draft.stage("roi", "not in this configuration: detsample's default").settings = []setting{{key: "norm", value: "sampled"}}
		return nil
	case dense != nil:
		return m.dense("dense", dense, training)
	}
	return refuse(model.at, "model has none of bbox_head, rpn_head and roi_head: there is no head that learns boxes")
}

// headType returns the class of a head, refused by name where it is not known.
func headType(b *block, known []string, why map[string]string) (string, error) {
	name, err := b.typeName()
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, name) {
		reason := because(why[name])
		if reason == "" {
			reason = ": it is not among the heads that are known"
		}
		return "", refuse(b.place("type"), "%s has no strategy here%s", name, reason)
	}
	return name, nil
}

// dense makes a dense stage of a head and its part of train_cfg.
func (m *mmdetReader) dense(name string, head, cfg *block) error {
	class, err := headType(head, slices.Collect(maps.Keys(denseHeads)), refusedHeads)
	if err != nil {
		return err
	}
	known := denseHeads[class]
	head.record("type", Mapped, name, strings.Join(known.notes, "; "))
	m.draft.notes = append(m.draft.notes, known.notes...)
	if cfg == nil {
		cfg = m.draft.block("model.train_cfg", &node{kind: mapping, at: head.at, dict: newDict()})
	}
	s := m.draft.stage(name, head.from("type")+" "+class)

	switch {
	case known.assign != nil:
		err = known.assign(m, s, head, cfg)
	default:
		err = m.assign(s, cfg, known.assigner)
	}
	if err != nil {
		return err
	}
	if err := m.sample(s, head, cfg, known); err != nil {
		return err
	}
	if class != "SSDHead" && class != "PISASSDHead" {
		if err := m.losses(s, head, known, false); err != nil {
			return err
		}
	}
	if err := m.norms(s, known.norm); err != nil {
		return err
	}
	if err := m.coder(s, head, known); err != nil {
		return err
	}
	m.straddle(s, cfg)
	cfg.all(Mapped, "how it is logged", "debug")
	m.positiveWeight(cfg)
	cfg.all(Ignored, "which boxes go on to the next stage", "nms_pre", "nms_post", "max_per_img", "nms", "min_bbox_size", "max_num")
	cfg.rest(Unmapped, "not known to detsample")

	for _, e := range head.dict.entries {
		if effect := known.unmapped[e.key]; effect != "" && !head.asked[e.key] && e.value.kind != null && e.value.short() != "False" {
			head.record(e.key, Unmapped, "", effect)
		}
		if note := known.aside[e.key]; note != "" {
			head.all(Mapped, note, e.key)
		}
	}
	m.anchors(head)
	head.all(Ignored, "at inference", "test_cfg")
	head.rest(Ignored, "the network's")
	return nil
}

// assign sets the assigner that train_cfg names.
func (m *mmdetReader) assign(s *stage, cfg *block, missing string) error {
	b := cfg.inner("assigner")
	if b == nil {
		if missing == "" {
			return refuse(cfg.at, "%s has no assigner", cfg.path)
		}
		b = m.defaulted(cfg, "assigner", missing)
	}
	made, _, err := mmdet.component(assigner, s.name+".assigner", b)
	if err != nil {
		return err
	}
	b.rest(Unmapped, "not known to detsample")
	withoutForced(made)
	if made.name == "task_aligned" {
		for _, key := range []string{"alpha", "beta"} {
			v, from, err := cfg.number(key, map[string]float64{"alpha": 1, "beta": 6}[key])
			if err != nil {
				return err
			}
			made.params = append(made.params, setting{key, v, from})
			cfg.record(key, Mapped, s.name+".assigner."+key, "")
		}
	}
	s.set("assigner", made, "")
	return nil
}

// withoutForced leaves out what says nothing where no match is forced.
func withoutForced(t *typed) {
	if !slices.ContainsFunc(t.params, func(p setting) bool { return p.key == "forced" && p.value == "none" }) {
		return
	}
	t.params = slices.DeleteFunc(t.params, func(p setting) bool {
		return p.key == "min_pos_iou" || p.key == "ties" || p.key == "force_zero"
	})
}

// defaulted returns a dict that the library has where none is written.
func (m *mmdetReader) defaulted(b *block, key, python string) *block {
	n, err := pythonLiteral(python)
	if err != nil || n.kind != mapping {
		panic("interchange: the default " + python + " is not read")
	}
	at := place{file: "mmdetection's default of " + key}
	n.at = at
	for i := range n.dict.entries {
		n.dict.entries[i].at = at
	}
	quiet := &draft{library: m.draft.library}
	made := quiet.block(b.path+"."+key, n)
	return made
}

// part returns the dict at a key of a head, or the library's default. A dict
// without a type takes the default's, as a class's own default is replaced
// whole in Python: then there must be one.
func (m *mmdetReader) part(b *block, key, missing string) *block {
	if inner := b.inner(key); inner != nil {
		return inner
	}
	return m.defaulted(b, key, missing)
}

// sample sets the sampler, and PISA's weights around it.
func (m *mmdetReader) sample(s *stage, head, cfg *block, known denseHead) error {
	if s.get("sampler") == nil {
		b := cfg.inner("sampler")
		if b == nil {
			b = m.defaulted(cfg, "sampler", pseudo)
		}
		if m.second && b.dict.get("type") != nil {
			if loss := head.dict.get("loss_cls"); loss != nil && loss.dict != nil && loss.dict.get("type") != nil {
				switch loss.dict.get("type").name() {
				case "FocalLoss", "GHMC", "QualityFocalLoss":
					if b.dict.get("type").name() != "PseudoSampler" {
						cfg.record("sampler", Mapped, s.name+".sampler: all", "mmdetection 2 leaves it out beside this loss")
						b = m.defaulted(cfg, "sampler", pseudo)
					}
				}
			}
		}
		made, err := m.sampler(s.name+".sampler", b)
		if err != nil {
			return err
		}
		if n := b.take("add_gt_as_proposals"); n != nil {
			b.record("add_gt_as_proposals", Mapped, "", "nothing in a dense stage")
			if n.isTrue() && made.name != "all" && b.draft == m.draft {
				b.draft.fields[len(b.draft.fields)-1].Status = Unmapped
				b.draft.fields[len(b.draft.fields)-1].Note = "ground truth joins the anchors"
			}
		}
		b.rest(Unmapped, "not known to detsample")
		s.set("sampler", made, "")
	}
	return m.pisa(s, cfg)
}

// sampler makes a sampler, which may hold others.
func (m *mmdetReader) sampler(to string, b *block) (*typed, error) {
	n := b.dict.get("type")
	if n == nil || n.kind != text && n.kind != symbol || n.name() != "CombinedSampler" {
		made, _, err := mmdet.component(sampler, to, b)
		return made, err
	}
	b.record("type", Mapped, to+": combined", "")
	made := &typed{name: "combined", from: b.from("type") + " CombinedSampler"}
	shared := []string{"num", "pos_fraction", "neg_pos_ub"}
	for _, half := range []struct{ theirs, ours string }{{"pos_sampler", "positive"}, {"neg_sampler", "negative"}} {
		inner := b.inner(half.theirs)
		if inner == nil {
			return nil, refuse(b.at, "%s has no %s", b.path, half.theirs)
		}
		joined := &block{draft: inner.draft, path: inner.path, at: inner.at, dict: newDict(), asked: inner.asked}
		for _, key := range shared {
			if v := b.dict.get(key); v != nil {
				joined.dict.set(key, b.dict.placeOf(key), v)
			}
		}
		for _, e := range inner.dict.entries {
			joined.dict.set(e.key, e.at, e.value)
		}
		part, err := m.sampler(to+"."+half.ours, joined)
		if err != nil {
			return nil, err
		}
		joined.all(Mapped, "said around it", "add_gt_as_proposals")
		joined.rest(Unmapped, "not known to detsample")
		made.params = append(made.params, setting{key: half.ours, value: part})
	}
	for _, key := range shared {
		b.all(Mapped, "of both samplers", key)
	}
	return made, nil
}

// pisa sets what PISA adds: ISR-P around the sampler, and CARL.
func (m *mmdetReader) pisa(s *stage, cfg *block) error {
	if isr := cfg.inner("isr"); isr != nil {
		inner, _ := s.get("sampler").(*typed)
		power, powerFrom, err := isr.number("k", 2)
		if err != nil {
			return err
		}
		bias, biasFrom, err := isr.number("bias", 0)
		if err != nil {
			return err
		}
		isr.record("k", Mapped, s.name+".sampler.power", "")
		isr.record("bias", Mapped, s.name+".sampler.bias", "")
		isr.rest(Unmapped, "not known to detsample")
		s.set("sampler", &typed{name: "isr_p", from: cfg.from("isr"), params: []setting{
			{key: "sampler", value: inner},
			{"power", power, powerFrom}, {"bias", bias, biasFrom}, {"per_batch", true, "mmdetection's isr_p"},
		}}, "")
	}
	if carl := cfg.inner("carl"); carl != nil {
		k, kFrom, err := carl.number("k", 1)
		if err != nil {
			return err
		}
		bias, biasFrom, err := carl.number("bias", 0.2)
		if err != nil {
			return err
		}
		carl.record("k", Mapped, s.name+".carl.k", "")
		carl.record("bias", Mapped, s.name+".carl.bias", "")
		carl.rest(Unmapped, "not known to detsample")
		s.set("carl", &typed{params: []setting{{"weight", 1.0, "mmdetection's carl_loss"}, {"k", k, kFrom}, {"bias", bias, biasFrom}}}, cfg.from("carl"))
	}
	return nil
}

// losses sets both losses and their weights.
func (m *mmdetReader) losses(s *stage, head *block, known denseHead, roi bool) error {
	if head.dict.get("loss_cls") != nil && head.dict.get("loss_cls").kind != mapping {
		return refuse(head.place("loss_cls"), "%s.loss_cls is %s: expected a dict", head.path, head.dict.get("loss_cls").short())
	}
	cls := m.part(head, "loss_cls", known.cls)
	made, _, err := mmdet.component(clsLoss, s.name+".cls", cls)
	if err != nil {
		return err
	}
	s.set("cls", made, "")
	if err := m.weight(s, "cls_weight", cls, known); err != nil {
		return err
	}
	key := known.boxKey
	if key == "" {
		key = "loss_bbox"
	}
	box := m.part(head, key, known.box)
	made, _, err = mmdet.component(boxLoss, s.name+".box", box)
	if err != nil {
		return err
	}
	s.set("box", made, "")
	if err := m.weight(s, "box_weight", box, known); err != nil {
		return err
	}
	return m.decoded(head, made, known)
}

// weight reads what every loss has: its weight, and how it is reduced.
func (m *mmdetReader) weight(s *stage, key string, loss *block, known denseHead) error {
	w, from, err := loss.number("loss_weight", 1)
	if err != nil {
		return err
	}
	if w < 0 || math.IsInf(w, 0) || math.IsNaN(w) {
		return refuse(loss.place("loss_weight"), "%s.loss_weight is %v: expected a number from 0", loss.path, w)
	}
	s.set(key, w, from)
	loss.record("loss_weight", Mapped, s.name+"."+key, "")
	expected := known.reduction
	if expected == "" {
		expected = "'mean'"
	}
	if n := loss.take("reduction"); n != nil {
		if n.short() != expected {
			return refuse(loss.place("reduction"), "%s.reduction is %s: its head divides by a number of its own, for which mmdetection expects %s", loss.path, n.short(), expected)
		}
		loss.record("reduction", Mapped, s.name+".norm", "the head gives the normaliser")
	}
	loss.rest(Unmapped, "not known to detsample")
	return nil
}

// decoded looks at whether the box loss is of boxes, as losses of the IoU must
// be, or of deltas.
func (m *mmdetReader) decoded(head *block, box *typed, known denseHead) error {
	overlap := slices.Contains([]string{"iou", "giou", "diou", "ciou", "extended_iou", "siou"}, box.name)
	if known.decoded == boxesAlways {
		head.all(Mapped, "the head decodes in any case", "reg_decoded_bbox")
		return nil
	}
	decoded, _, err := head.flag("reg_decoded_bbox", known.decoded == boxesUnless)
	if err != nil {
		return err
	}
	switch {
	case decoded == overlap:
		head.record("reg_decoded_bbox", Mapped, "", "as this box loss is here")
	case overlap:
		m.draft.notes = append(m.draft.notes, "there the "+box.name+" loss compares deltas as if they were boxes, since reg_decoded_bbox is False; here it compares boxes")
		head.record("reg_decoded_bbox", Unmapped, "", "a loss of the IoU that compares deltas")
	default:
		m.draft.notes = append(m.draft.notes, "there the "+box.name+" loss compares boxes in pixels, since reg_decoded_bbox is True; here it compares deltas")
		head.record("reg_decoded_bbox", Unmapped, "", "the box loss is of pixels in place of deltas")
	}
	return nil
}

// norms sets what the losses are divided by.
func (m *mmdetReader) norms(s *stage, rule headNorm) error {
	var norm any
	from := "mmdetection's head"
	switch rule {
	case bySampler:
		name := "sampled"
		if t, ok := s.get("sampler").(*typed); ok && slices.Contains([]string{"all", "hard_negative"}, innermost(t).name) {
			name = "positives"
		}
		norm = &typed{name: name, from: from, params: []setting{{"empty_as_one", true, "its SamplingResult"}}}
	case byPositives:
		norm = "positives"
	case byQuality:
		norm = "positives"
		m.draft.notes = append(m.draft.notes, "there both losses are divided by the sum of the soft targets; here by the number of positives")
	}
	s.set("norm", norm, from)
	ghm := func(key, name string) bool {
		t, ok := s.get(key).(*typed)
		return ok && t.name == name
	}
	switch cls, box := ghm("cls", "ghm_c"), ghm("box", "ghm_r"); {
	case cls && box:
		s.set("norm", "valid_bins", "mmdetection's GHMC and GHMR divide by bins")
	case cls:
		s.set("box_norm", norm, from)
		s.set("norm", "valid_bins", "mmdetection's GHMC divides by bins")
	case box:
		s.set("box_norm", "valid_bins", "mmdetection's GHMR divides by bins")
	}
	return nil
}

// innermost returns the sampler within those that weigh another's.
func innermost(t *typed) *typed {
	for _, p := range t.params {
		if inner, ok := p.value.(*typed); ok && p.key == "sampler" {
			return innermost(inner)
		}
	}
	return t
}

// coder sets the code of boxes.
func (m *mmdetReader) coder(s *stage, head *block, known denseHead) error {
	b := m.part(head, "bbox_coder", known.coder)
	class, err := b.typeName()
	if err != nil {
		return err
	}
	weights, from := []float64{1, 1, 1, 1}, "mmdetection's default"
	switch class {
	case "DeltaXYWHBBoxCoder", "LegacyDeltaXYWHBBoxCoder":
		b.record("type", Mapped, s.name+".coder", "")
		if class != "DeltaXYWHBBoxCoder" {
			b.record("type", Unmapped, "", "boxes are one pixel wider and higher")
		}
		stds, stdsFrom, err := b.numbers("target_stds", weights)
		if err != nil {
			return err
		}
		if len(stds) != 4 || slices.Min(stds) <= 0 {
			return refuse(b.place("target_stds"), "%s.target_stds is %s: expected four numbers above 0", b.path, b.dict.get("target_stds").short())
		}
		from = stdsFrom
		weights = make([]float64, 4)
		for i, std := range stds {
			weights[i] = 1 / std
		}
		b.record("target_stds", Mapped, s.name+".coder.weights", "weights are 1/stds")
		if n := b.take("target_means"); n != nil {
			if means, ok := floats(n); ok && slices.Equal(means, []float64{0, 0, 0, 0}) {
				b.record("target_means", Mapped, "", "as here")
			} else {
				b.record("target_means", Unmapped, "", "deltas are relative to these means")
			}
		}
		if n := b.take("add_ctr_clamp"); n != nil && n.isTrue() {
			b.record("add_ctr_clamp", Unmapped, "", "a decoded centre moves by so many pixels at most (ctr_clamp)")
		}
		b.all(Mapped, "as here, or at inference", "add_ctr_clamp", "clip_border", "ctr_clamp", "use_box_type")
	case "DistancePointBBoxCoder", "TBLRBBoxCoder", "PseudoBBoxCoder":
		b.record("type", Unmapped, "", "boxes are coded by the distances of their sides")
		b.rest(Unmapped, "how distances are scaled")
	default:
		return refuse(b.place("type"), "%s codes boxes in a way that detsample does not have", class)
	}
	if known.points && class != "DeltaXYWHBBoxCoder" && b.draft != m.draft {
		m.draft.note("there boxes are coded by the distances of their sides; here by deltas")
	}
	b.rest(Unmapped, "not known to detsample")
	s.set("coder", &typed{params: []setting{{"weights", weights, from}}}, "")
	return nil
}

// straddle says what becomes of anchors across the border.
func (m *mmdetReader) straddle(s *stage, cfg *block) {
	n := cfg.take("allowed_border")
	if n == nil {
		return
	}
	t, ok := s.get("assigner").(*typed)
	switch {
	case n.isNumber() && n.float() < 0:
		cfg.record("allowed_border", Mapped, s.name+".assigner.straddle", "")
	case n.isNumber() && ok && t.name == "max_iou":
		t.params = append(t.params, setting{"straddle", "dropped", cfg.from("allowed_border")}, setting{"border", n.float(), cfg.from("allowed_border")})
		cfg.record("allowed_border", Mapped, s.name+".assigner.straddle", "")
	default:
		cfg.record("allowed_border", Unmapped, "", "anchors that cross the border by more do not learn")
	}
}

// positiveWeight looks at pos_weight, which weighs the classification loss of
// positives.
func (m *mmdetReader) positiveWeight(cfg *block) {
	n := cfg.take("pos_weight")
	switch {
	case n == nil:
	case n.isNumber() && (n.float() <= 0 || n.float() == 1):
		cfg.record("pos_weight", Mapped, "", "positives count as negatives do")
	default:
		cfg.record("pos_weight", Unmapped, "", "weighs the classification loss of positives")
	}
}

// anchors names the fields of the anchor generator: a strategy has no anchors,
// the detector has.
func (m *mmdetReader) anchors(head *block) {
	for _, key := range []string{"anchor_generator", "prior_generator", "approx_anchor_generator", "square_anchor_generator"} {
		if b := head.inner(key); b != nil {
			b.rest(Ignored, "candidates are the detector's: a comparison has them in detector.pyramid")
		}
	}
}

// ssd sets what SSD's head has fixed: its assigner and mining, its losses.
func (m *mmdetReader) ssd(s *stage, head, cfg *block) error {
	if err := m.assign(s, cfg, ""); err != nil {
		return err
	}
	ratio, from, err := cfg.number("neg_pos_ratio", math.NaN())
	if err != nil {
		return err
	}
	beta, betaFrom, err := cfg.number("smoothl1_beta", math.NaN())
	if err != nil {
		return err
	}
	for key, v := range map[string]float64{"neg_pos_ratio": ratio, "smoothl1_beta": beta} {
		if math.IsNaN(v) {
			return refuse(cfg.at, "%s has no %s, which SSDHead needs", cfg.path, key)
		}
	}
	cfg.record("neg_pos_ratio", Mapped, s.name+".sampler.ratio", "")
	cfg.record("smoothl1_beta", Mapped, s.name+".box.beta", "")
	if b := cfg.inner("sampler"); b != nil {
		name, err := b.typeName()
		if err != nil {
			return err
		}
		if name != "PseudoSampler" {
			return refuse(b.place("type"), "%s before SSDHead, which mines by itself: expected PseudoSampler", name)
		}
		b.record("type", Mapped, s.name+".sampler", "the head mines by itself")
		b.rest(Mapped, "nothing beside PseudoSampler")
	}
	s.set("sampler", &typed{name: "hard_negative", from: "mmdetection's SSDHead", params: []setting{{"ratio", ratio, from}}}, "")
	s.set("cls", "softmax_ce", "mmdetection's SSDHead")
	s.set("cls_weight", 1.0, "mmdetection's SSDHead")
	s.set("box", &typed{name: "smooth_l1", from: "mmdetection's SSDHead", params: []setting{{"beta", beta, betaFrom}}}, "")
	s.set("box_weight", 1.0, "mmdetection's SSDHead")
	head.all(Mapped, "SSDHead does not read it", "loss_cls", "loss_bbox")
	head.all(Mapped, "as this box loss is here", "reg_decoded_bbox")
	cfg.all(Mapped, "SSDHead does not read it", "use_giou", "use_focal")
	if beta != 1 && cfg.dict.get("carl") != nil {
		m.draft.notes = append(m.draft.notes, "there CARL's box loss has a beta of 1")
	}
	return nil
}

// fcos sets the assigner that FCOS's head is.
func (m *mmdetReader) fcos(s *stage, head, cfg *block) error {
	to := s.name + ".assigner"
	sampling, from, err := head.flag("center_sampling", false)
	if err != nil {
		return err
	}
	radius, radiusFrom, err := head.number("center_sample_radius", 1.5)
	if err != nil {
		return err
	}
	if sampling {
		from = radiusFrom
		head.record("center_sample_radius", Mapped, to+".center_radius", "")
	} else {
		radius = 0
		head.record("center_sample_radius", Mapped, "", "nothing unless center_sampling")
	}
	head.record("center_sampling", Mapped, to+".center_radius", "")
	strides, _, err := head.numbers("strides", []float64{4, 8, 16, 32, 64})
	if err != nil {
		return err
	}
	head.all(Ignored, "the network's", "strides")
	reach, reachFrom, exact := 8.0, "mmdetection's default of regress_ranges", true
	uppers := []float64{64, 128, 256, 512, 1e8}
	if n := head.take("regress_ranges"); n != nil {
		reachFrom = head.from("regress_ranges")
		if uppers, exact = upperBounds(n); len(uppers) == 0 {
			return refuse(head.place("regress_ranges"), "%s.regress_ranges is %s: expected pairs of numbers", head.path, n.short())
		}
	}
	if len(strides) == 0 || strides[0] <= 0 {
		return refuse(head.place("strides"), "%s.strides is empty or not above 0", head.path)
	}
	reach = uppers[0] / strides[0]
	for i, u := range uppers[:len(uppers)-1] {
		exact = exact && i < len(strides) && u == reach*strides[i]
	}
	exact = exact && uppers[len(uppers)-1] >= 1e8
	if reach <= 0 || math.IsInf(reach, 0) {
		return refuse(head.place("regress_ranges"), "%s.regress_ranges starts with %v: expected numbers above 0", head.path, uppers[0])
	}
	if exact {
		head.record("regress_ranges", Mapped, to+".max_reach", "")
	} else {
		head.record("regress_ranges", Unmapped, "", "ranges that are not the same number of strides at every level, or do not meet")
		m.draft.note("the ranges of sizes are %s there at strides of %s; here %v strides at every level", python(uppers), python(strides), reach)
	}
	s.set("assigner", &typed{name: "fcos", from: head.from("type") + " has it built in", params: []setting{
		{"center_radius", radius, from}, {"max_reach", reach, reachFrom}, {"ignore_iof", int64(1), "mmdetection's FCOSHead"},
	}}, "")
	if b := cfg.inner("assigner"); b != nil {
		cfg.record("assigner", Mapped, "", "FCOSHead does not read it")
	}
	return nil
}

// upperBounds returns the ends of ranges, and whether each starts where the one
// before ends.
func upperBounds(n *node) (ends []float64, meet bool) {
	meet = true
	last := math.Inf(-1)
	for i, r := range n.items {
		pair, ok := floats(r)
		if !ok || len(pair) != 2 {
			return nil, false
		}
		if i == 0 {
			meet = pair[0] <= 0
		} else {
			meet = meet && pair[0] == last
		}
		last = pair[1]
		ends = append(ends, last)
	}
	return ends, meet
}

// vfnet sets the assigner: ATSS, or FCOS's points.
func (m *mmdetReader) vfnet(s *stage, head, cfg *block) error {
	atss, _, err := head.flag("use_atss", true)
	if err != nil {
		return err
	}
	head.record("use_atss", Mapped, s.name+".assigner", "")
	varifocal, _, err := head.flag("use_vfl", true)
	if err != nil {
		return err
	}
	if !varifocal {
		return refuse(head.place("use_vfl"), "VFNetHead with use_vfl=False is not known: it learns by loss_cls_fl")
	}
	head.record("use_vfl", Mapped, s.name+".cls", "")
	head.all(Mapped, "nothing beside use_vfl=True", "loss_cls_fl")
	head.all(Mapped, "the head decodes in any case", "reg_decoded_bbox")
	if atss {
		return m.assign(s, cfg, "")
	}
	return m.fcos(s, head, cfg)
}

// tood sets the task-aligned assigner; that of the first epochs is another.
func (m *mmdetReader) tood(s *stage, head, cfg *block) error {
	status, note := Unmapped, "another assigner and loss in the first initial_epoch epochs"
	if n := cfg.dict.get("initial_epoch"); n != nil && n.kind == integer && n.whole == 0 {
		status, note = Mapped, "no epoch has another assigner"
		head.all(status, note, "initial_loss_cls")
	}
	if b := cfg.inner("initial_assigner"); b != nil {
		b.rest(status, note)
	}
	cfg.all(status, note, "initial_epoch")
	return m.assign(s, cfg, "")
}
