package interchange

import (
	"math"
	"slices"
)

// losses sets both losses and their weights.
func (m *mmdetReader) losses(s *stage, head *block, known denseHead, roi bool) error {
	cls, err := m.part(head, "loss_cls", known.cls)
	if err != nil {
		return err
	}
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
	box, err := m.part(head, key, known.box)
	if err != nil {
		return err
	}
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
	if n := loss.dict.get("reduction"); n != nil {
		if n.short() != expected {
			return refuse(loss.place("reduction"), "%s.reduction is %s: its head divides by a number of its own, for which mmdetection expects %s", loss.path, n.short(), expected)
		}
		loss.record("reduction", Mapped, s.name+".norm", "the head gives the normaliser")
	}
	loss.rest(Unmapped, "not known to detsample")
	return nil
}

// overlapLosses compare boxes, so that deltas must be decoded first.
var overlapLosses = map[string]bool{"iou": true, "giou": true, "diou": true, "ciou": true, "extended_iou": true, "siou": true}

// decoded looks at whether the box loss is of boxes, as losses of the IoU must
// be, or of deltas.
func (m *mmdetReader) decoded(head *block, box *typed, known denseHead) error {
	overlap := overlapLosses[box.name]
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
	b, err := m.part(head, "bbox_coder", known.coder)
	if err != nil {
		return err
	}
	class, err := b.typeName()
	if err != nil {
		return err
	}
	weights, from := []float64{1, 1, 1, 1}, "mmdetection's default"
	switch class {
	case "DeltaXYWHBBoxCoder", "LegacyDeltaXYWHBBoxCoder":
		if class == "DeltaXYWHBBoxCoder" {
			b.record("type", Mapped, s.name+".coder", "")
		} else {
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
		if n := b.dict.get("target_means"); n != nil {
			if means, ok := floats(n); ok && slices.Equal(means, []float64{0, 0, 0, 0}) {
				b.record("target_means", Mapped, "", "as here")
			} else {
				b.record("target_means", Unmapped, "", "deltas are relative to these means")
			}
		}
		if n := b.dict.get("add_ctr_clamp"); n != nil && n.isTrue() {
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
