package detector

import (
	"detsample/anchors"
	"detsample/bench/dump"
)

// Dump returns the training state that d is in after a Step or Loss with b, for
// [dump.Write].
func (d *OneStage) Dump(b Batch) []dump.Array {
	s := d.State()
	images, columns := len(b.Images), s.Link.Columns(s.Classes)
	n := len(s.Deltas) / 4 / images
	all := []dump.Array{
		{Name: "logits", Shape: []int{images, n, columns}, Float: s.Logits},
		{Name: "deltas", Shape: []int{images, n, 4}, Float: s.Deltas},
		{Name: "coder", Shape: []int{4}, Float: d.dense.Coder.Weights[:]},
		{Name: "image_size", Shape: []int{2}, Int: []int64{int64(b.Width), int64(b.Height)}},
		{Name: "link", Text: s.Link.String()},
	}
	all = append(all, anchorArrays(&s.Pyramid, b)...)
	return append(all, truthArrays(b)...)
}

// anchorArrays specifies the anchors, or lists them where levels have different
// numbers of sizes, which a specification does not.
func anchorArrays(p *anchors.Pyramid, b Batch) []dump.Array {
	strides := dump.Array{Name: "anchor_strides", Shape: []int{len(p.Levels)}}
	sizes := dump.Array{Name: "anchor_sizes", Shape: []int{len(p.Levels), len(p.Levels[0].Sizes)}}
	for _, l := range p.Levels {
		strides.Int = append(strides.Int, int64(l.Stride))
		sizes.Float = append(sizes.Float, l.Sizes...)
		if len(l.Sizes) != len(p.Levels[0].Sizes) {
			boxes := dump.Array{Name: "boxes"}
			for _, box := range p.Append(nil, b.Width, b.Height) {
				boxes.Float = append(boxes.Float, box[:]...)
			}
			boxes.Shape = []int{len(boxes.Float) / 4, 4}
			return []dump.Array{boxes}
		}
	}
	return []dump.Array{
		strides, sizes,
		{Name: "anchor_ratios", Shape: []int{len(p.Ratios)}, Float: p.Ratios},
		{Name: "anchor_offset", Shape: []int{1}, Float: []float32{p.Offset}},
	}
}

func truthArrays(b Batch) []dump.Array {
	boxes, classes, image := dump.Array{Name: "gt_boxes"}, dump.Array{Name: "gt_classes"}, dump.Array{Name: "gt_image"}
	ids := dump.Array{Name: "image_ids", Shape: []int{len(b.Images)}}
	for i, m := range b.Images {
		ids.Int = append(ids.Int, int64(m.ID))
		for g, box := range m.Truth.Box {
			boxes.Float = append(boxes.Float, box[:]...)
			classes.Int = append(classes.Int, int64(m.Truth.Class[g]))
			image.Int = append(image.Int, int64(i))
		}
	}
	n := len(classes.Int)
	boxes.Shape, classes.Shape, image.Shape = []int{n, 4}, []int{n}, []int{n}
	return []dump.Array{boxes, classes, image, ids}
}
