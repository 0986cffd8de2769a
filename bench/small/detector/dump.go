package detector

import "detsample/bench/dump"

// Dump returns the training state that d is in after a Step or Loss with b, for
// [dump.Write].
func (d *OneStage) Dump(b Batch) []dump.Array {
	s := d.State()
	images, columns := len(b.Images), s.Link.Columns(s.Classes)
	anchors := len(s.Deltas) / 4 / images
	strides := dump.Array{Name: "anchor_strides", Shape: []int{len(s.Pyramid.Levels)}}
	sizes := dump.Array{Name: "anchor_sizes", Shape: []int{len(s.Pyramid.Levels), len(s.Pyramid.Levels[0].Sizes)}}
	for _, l := range s.Pyramid.Levels {
		strides.Int = append(strides.Int, int64(l.Stride))
		sizes.Float = append(sizes.Float, l.Sizes...)
	}
	all := []dump.Array{
		{Name: "logits", Shape: []int{images, anchors, columns}, Float: s.Logits},
		{Name: "deltas", Shape: []int{images, anchors, 4}, Float: s.Deltas},
		strides, sizes,
		{Name: "anchor_ratios", Shape: []int{len(s.Pyramid.Ratios)}, Float: s.Pyramid.Ratios},
		{Name: "anchor_offset", Shape: []int{1}, Float: []float32{s.Pyramid.Offset}},
		{Name: "image_size", Shape: []int{2}, Int: []int64{int64(b.Width), int64(b.Height)}},
		{Name: "link", Text: s.Link.String()},
	}
	return append(all, truthArrays(b)...)
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
