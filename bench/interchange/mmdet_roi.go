package interchange

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// twoStage makes both stages of a two-stage detector.
func (m *mmdetReader) twoStage(rpn, roi, training *block) error {
	roiClass, err := headType(roi, slices.Collect(maps.Keys(roiHeads)), refusedRoIHeads)
	if err != nil {
		return err
	}
	if rpn != nil {
		var cfg *block
		if training != nil {
			cfg = training.inner("rpn")
		}
		if err := m.dense("rpn", rpn, cfg); err != nil {
			return err
		}
	} else {
		m.draft.stage("rpn", "not in this configuration: detsample's default").settings = []setting{{key: "norm", value: "sampled"}}
		m.draft.notes = append(m.draft.notes, "there the proposals come from a file, not from a first stage")
	}
	if training != nil {
		if b := training.inner("rpn_proposal"); b != nil {
			b.rest(Ignored, "which proposals go on is the detector's")
		}
	}
	head, cfg, weight, err := m.secondStage(roi, training)
	if err != nil {
		return err
	}
	if err := m.boxHead(roiClass, roi, head, cfg, weight); err != nil {
		return err
	}
	if training != nil {
		training.rest(Ignored, notSampling)
	}
	roi.rest(Ignored, "the network's")
	return nil
}

// secondStage finds the head and the training of the second stage, and of a
// cascade the stage that is asked for with its weight.
func (m *mmdetReader) secondStage(roi, training *block) (head, cfg *block, weight float64, err error) {
	heads := roi.dict.get("bbox_head")
	if heads == nil || training == nil || training.dict.get("rcnn") == nil {
		return nil, nil, 0, refuse(roi.at, "a second stage needs roi_head.bbox_head and train_cfg.rcnn")
	}
	n, _, err := roi.number("num_stages", 1)
	if err != nil {
		return nil, nil, 0, err
	}
	weights, _, err := roi.numbers("stage_loss_weights", nil)
	if err != nil {
		return nil, nil, 0, err
	}
	stages := int(n)
	if heads.kind == list || heads.kind == tuple {
		stages = len(heads.items)
	}
	i := m.stage - 1
	if i < 0 || i >= stages {
		return nil, nil, 0, refuse(roi.at, "stage %d of a second stage of %d", m.stage, stages)
	}
	weight = 1
	if len(weights) > i {
		weight = weights[i]
	}
	if stages > 1 {
		roi.record("num_stages", Unmapped, "", "the second stage is a cascade of so many, each fed by the one before; here is stage "+
			strconv.Itoa(m.stage)+", and --stage makes another")
		roi.record("stage_loss_weights", Mapped, "roi.cls_weight and roi.box_weight", "of stage "+strconv.Itoa(m.stage))
	} else {
		roi.all(Mapped, "one stage", "num_stages", "stage_loss_weights")
	}
	pick := func(of *block, key string) (*block, error) {
		n, path := of.dict.get(key), of.name(key)
		if n.kind == list || n.kind == tuple {
			if i >= len(n.items) {
				return nil, refuse(n.at, "%s has %d entries: expected one for each of %d stages", path, len(n.items), stages)
			}
			n, path = n.items[i], path+"["+strconv.Itoa(i)+"]"
		}
		b := m.draft.block(path, n)
		if b == nil {
			return nil, refuse(n.at, "%s is %s: expected a dict", path, n.short())
		}
		of.told[key] = true
		return b, nil
	}
	if head, err = pick(roi, "bbox_head"); err != nil {
		return nil, nil, 0, err
	}
	cfg, err = pick(training, "rcnn")
	return head, cfg, weight, err
}

// boxHead makes the second stage.
func (m *mmdetReader) boxHead(roiClass string, roi, head, cfg *block, weight float64) error {
	class, err := headType(head, slices.Collect(maps.Keys(boxHeads)), refusedRoIHeads)
	if err != nil {
		return err
	}
	roi.record("type", Mapped, "roi", "")
	head.record("type", Mapped, "roi", "")
	s := m.draft.stage("roi", head.from("type")+" "+class)
	if err := m.assign(s, cfg, ""); err != nil {
		return err
	}
	b := cfg.inner("sampler")
	if b == nil {
		return refuse(cfg.at, "%s has no sampler", cfg.path)
	}
	made, err := m.sampler("roi.sampler", b)
	if err != nil {
		return err
	}
	s.set("sampler", made, "")
	joined, joinedFrom := false, "mmdetection's PseudoSampler"
	if made.name != "all" {
		if joined, joinedFrom, err = b.flag("add_gt_as_proposals", true); err != nil {
			return err
		}
	}
	b.record("add_gt_as_proposals", Mapped, "roi.join_truth", "")
	b.rest(Unmapped, "not known to detsample")
	if err := m.pisa(s, cfg); err != nil {
		return err
	}
	known := denseHead{cls: "dict(type='CrossEntropyLoss', use_sigmoid=False, loss_weight=1.0)", box: "dict(type='SmoothL1Loss', beta=1.0, loss_weight=1.0)",
		coder: "dict(type='DeltaXYWHBBoxCoder', target_stds=[0.1, 0.1, 0.2, 0.2])"}
	if err := m.losses(s, head, known, true); err != nil {
		return err
	}
	if weight != 1 {
		for _, key := range []string{"cls_weight", "box_weight"} {
			own, _ := s.get(key).(float64)
			s.set(key, own*weight, "times "+roi.from("stage_loss_weights"))
		}
	}
	s.set("norm", "sampled", "mmdetection's BBoxHead: both losses")
	for _, key := range []string{"cls", "box"} {
		if t, ok := s.get(key).(*typed); ok && strings.HasPrefix(t.name, "ghm") {
			return refuse(head.at, "%s in a second stage: its weights have no place beside those of the head", t.name)
		}
	}
	if err := m.coder(s, head, known); err != nil {
		return err
	}
	s.set("join_truth", joined, joinedFrom)
	agnostic, from, err := head.flag("reg_class_agnostic", false)
	if err != nil {
		return err
	}
	s.set("per_class", !agnostic, from)
	head.record("reg_class_agnostic", Mapped, "roi.per_class", "")
	m.positiveWeight(cfg)
	cfg.all(Mapped, "how it is logged", "debug")
	cfg.all(Ignored, "the masks'", "mask_size", "mask_thr_binary", "num_points", "oversample_ratio", "importance_sample_ratio", "pos_radius", "max_pairs", "max_num_grid")
	if b := cfg.inner("dynamic_rcnn"); b != nil {
		if roiClass == "DynamicRoIHead" {
			b.rest(Unmapped, "thresholds and the loss's beta move with the proposals' quality")
		}
		b.rest(Ignored, "nothing beside this head")
	}
	if roiClass == "DynamicRoIHead" {
		m.draft.notes = append(m.draft.notes, "there the thresholds and the box loss's beta start from these and move with the proposals' quality")
	}
	cfg.rest(Unmapped, "not known to detsample")
	for _, e := range head.dict.entries {
		if strings.HasPrefix(e.key, "loss_") {
			head.all(Unmapped, "a loss that detsample does not have", e.key)
		}
	}
	head.rest(Ignored, "the network's")
	return nil
}
