package interchange

import (
	"slices"
)

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
		if n := b.dict.get("add_gt_as_proposals"); n != nil {
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
		joined := &block{draft: inner.draft, path: inner.path, at: inner.at, dict: newDict(), told: inner.told}
		for _, key := range shared {
			if v := b.dict.get(key); v != nil {
				joined.dict.set(key, b.dict.placeOf(key), v)
			}
		}
		joined.dict.add(inner.dict)
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

// straddle says what becomes of anchors across the border.
func (m *mmdetReader) straddle(s *stage, cfg *block) {
	n := cfg.dict.get("allowed_border")
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
	n := cfg.dict.get("pos_weight")
	switch {
	case n == nil:
	case n.isNumber() && (n.float() <= 0 || n.float() == 1):
		cfg.record("pos_weight", Mapped, "", "positives count as negatives do")
	default:
		cfg.record("pos_weight", Unmapped, "", "weighs the classification loss of positives")
	}
}
