package interchange

import (
	"math"
)

// ssd sets what SSD's head has fixed: its assigner and mining, its losses.
func (m *mmdetReader) ssd(s *stage, head, cfg *block) error {
	if err := m.assign(s, cfg, ""); err != nil {
		return err
	}
	for _, key := range []string{"neg_pos_ratio", "smoothl1_beta"} {
		if cfg.dict.get(key) == nil {
			return refuse(cfg.at, "%s has no %s, which SSDHead needs", cfg.path, key)
		}
	}
	ratio, from, err := cfg.number("neg_pos_ratio", 0)
	if err != nil {
		return err
	}
	beta, betaFrom, err := cfg.number("smoothl1_beta", 0)
	if err != nil {
		return err
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
	reach, reachFrom, exact := 8.0, "mmdetection's default of regress_ranges", true
	uppers := []float64{64, 128, 256, 512, 1e8}
	if n := head.dict.get("regress_ranges"); n != nil {
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
	cfg.record("assigner", Mapped, "", "FCOSHead does not read it")
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
