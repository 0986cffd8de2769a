package interchange

import (
	"strconv"
)

func (r *detectron2Reader) roi() error {
	b, box := r.section("ROI_HEADS"), r.section("ROI_BOX_HEAD")
	name, err := r.word(b, "NAME", "Res5ROIHeads")
	if err != nil {
		return err
	}
	cascade := false
	switch name {
	case "Res5ROIHeads", "StandardROIHeads":
		b.record("NAME", Mapped, "roi", "")
	case "CascadeROIHeads":
		cascade = true
		b.record("NAME", Unmapped, "", "a cascade of second stages, each fed by the one before; here is stage "+strconv.Itoa(r.stage)+", and --stage makes another")
	default:
		return refuse(b.place("NAME"), "%s has no strategy here: StandardROIHeads, Res5ROIHeads and CascadeROIHeads are known", name)
	}
	s := r.draft.stage("roi", "detectron2's "+name)
	if err := r.assigner(s, b, []float64{0.5}, []float64{0, 1}, "none"); err != nil {
		return err
	}
	if _, _, err := r.drawn(s, b, 512, 0.25); err != nil {
		return err
	}
	sigmoid, from, err := box.flag("USE_SIGMOID_CE", false)
	if err != nil {
		return err
	}
	if sigmoid {
		s.set("cls", "ce", from)
	} else {
		s.set("cls", "softmax_ce", from)
	}
	box.record("USE_SIGMOID_CE", Mapped, "roi.cls", "")
	federated, _, err := box.flag("USE_FED_LOSS", false)
	if err != nil {
		return err
	}
	if federated {
		box.record("USE_FED_LOSS", Unmapped, "", "only classes of the batch and some drawn others learn from negatives")
		box.all(Unmapped, "of USE_FED_LOSS", "FED_LOSS_NUM_CLASSES", "FED_LOSS_FREQ_WEIGHT_POWER")
	}
	box.all(Mapped, "nothing unless USE_FED_LOSS", "USE_FED_LOSS", "FED_LOSS_NUM_CLASSES", "FED_LOSS_FREQ_WEIGHT_POWER")
	s.set("cls_weight", 1.0, "detectron2's FastRCNNOutputLayers")
	if err := r.box(s, box, "SMOOTH_L1_BETA", 0, "BBOX_REG_LOSS_WEIGHT", 1, ""); err != nil {
		return err
	}
	s.set("norm", "sampled", "detectron2's FastRCNNOutputLayers: both losses")
	if err := r.coder(s, box, []float64{10, 10, 5, 5}); err != nil {
		return err
	}
	joined, from, err := b.flag("PROPOSAL_APPEND_GT", true)
	if err != nil {
		return err
	}
	b.record("PROPOSAL_APPEND_GT", Mapped, "roi.join_truth", "")
	s.set("join_truth", joined, from)
	agnostic, from, err := box.flag("CLS_AGNOSTIC_BBOX_REG", false)
	if err != nil {
		return err
	}
	box.record("CLS_AGNOSTIC_BBOX_REG", Mapped, "roi.per_class", "")
	s.set("per_class", !agnostic, from)
	if n := box.dict.get("TRAIN_ON_PRED_BOXES"); n != nil && n.isTrue() {
		box.record("TRAIN_ON_PRED_BOXES", Unmapped, "", "masks learn from predicted boxes")
	}
	box.all(Mapped, "as here", "TRAIN_ON_PRED_BOXES")
	chain := r.section("ROI_BOX_CASCADE_HEAD")
	if cascade {
		if err := r.cascade(s, chain); err != nil {
			return err
		}
	} else if r.stage != 1 {
		return refuse(b.at, "stage %d of a second stage of 1", r.stage)
	}
	chain.rest(Ignored, "nothing without CascadeROIHeads")
	b.all(Ignored, "the network's, or at inference", "NUM_CLASSES", "IN_FEATURES", "SCORE_THRESH_TEST", "NMS_THRESH_TEST")
	b.rest(Unmapped, "not known to detsample")
	box.all(Ignored, "the network's", "NAME", "POOLER_RESOLUTION", "POOLER_SAMPLING_RATIO", "POOLER_TYPE", "NUM_FC", "FC_DIM", "NUM_CONV", "CONV_DIM", "NORM")
	box.rest(Unmapped, "not known to detsample")
	return nil
}

// cascade sets what a stage of a cascade has of its own: its threshold and code,
// and from the second on no sampling.
func (r *detectron2Reader) cascade(s *stage, b *block) error {
	ious, iousFrom, err := b.numbers("IOUS", []float64{0.5, 0.6, 0.7})
	if err != nil {
		return err
	}
	if r.stage < 1 || r.stage > len(ious) {
		return refuse(b.at, "stage %d of a second stage of %d", r.stage, len(ious))
	}
	codes := [][]float64{{10, 10, 5, 5}, {20, 20, 10, 10}, {30, 30, 15, 15}}
	if n := b.dict.get("BBOX_REG_WEIGHTS"); n != nil {
		codes = nil
		for _, item := range n.items {
			code, ok := floats(item)
			if !ok || len(code) != 4 {
				return refuse(b.place("BBOX_REG_WEIGHTS"), "%s.BBOX_REG_WEIGHTS is %s: expected four numbers for each stage", b.path, n.short())
			}
			codes = append(codes, code)
		}
	}
	if r.stage > len(codes) {
		return refuse(b.place("BBOX_REG_WEIGHTS"), "%s.BBOX_REG_WEIGHTS has %d entries: expected one for each of %d stages", b.path, len(codes), len(ious))
	}
	iou := ious[r.stage-1]
	assigner := s.get("assigner").(*typed)
	for i, p := range assigner.params {
		if p.key == "pos_iou" || p.key == "neg_iou" {
			assigner.params[i] = setting{p.key, iou, iousFrom}
		}
	}
	s.set("coder", &typed{params: []setting{{"weights", codes[r.stage-1], b.from("BBOX_REG_WEIGHTS")}}}, "")
	b.record("IOUS", Mapped, "roi.assigner.pos_iou and neg_iou", "of stage "+strconv.Itoa(r.stage))
	b.record("BBOX_REG_WEIGHTS", Mapped, "roi.coder.weights", "of stage "+strconv.Itoa(r.stage))
	if r.stage > 1 {
		s.set("sampler", "all", "detectron2's CascadeROIHeads samples for its first stage alone")
		s.set("join_truth", false, "detectron2's CascadeROIHeads")
	}
	r.draft.note("each stage of the cascade gives the features below a third of its gradient there")
	return nil
}
