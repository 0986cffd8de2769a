package dump

import (
	"fmt"
	"slices"

	"detsample/anchors"
)

// findTruth takes the ground truth.
func (d *Dump) findTruth() error {
	boxes, classes, image := d.tensor("gt_boxes"), d.tensor("gt_classes"), d.tensor("gt_image")
	if boxes == nil {
		return nil
	}
	if len(boxes.Shape) != 2 || boxes.Shape[1] != 4 {
		return boxes.problem(fmt.Sprintf("has shape %v", boxes.Shape), "write (objects, 4)")
	}
	n := boxes.Shape[0]
	class, of, ignore := make([]int64, n), make([]int64, n), make([]int64, n)
	for _, part := range []struct {
		name   string
		t      *Tensor
		values []int64
		needed bool
	}{{"gt_classes", classes, class, d.Classes > 1}, {"gt_image", image, of, d.Images > 1}, {"gt_ignore", d.tensor("gt_ignore"), ignore, false}} {
		switch {
		case part.t == nil && part.needed:
			return d.lacking("gt_boxes is there and "+part.name+" is not", "write "+part.name+", (objects)")
		case part.t == nil && part.name == "gt_classes":
			for i := range class { // the only class there is
				class[i] = -d.labels.truth(0)
			}
		case part.t == nil:
		case !slices.Equal(part.t.Shape, []int{n}):
			return part.t.problem(fmt.Sprintf("has shape %v and gt_boxes has %v", part.t.Shape, boxes.Shape), "write one for each object")
		default:
			if err := part.t.Int64(part.values, 0); err != nil {
				return err
			}
		}
	}
	box, err := boxes.corners(nil, 0, n)
	if err != nil {
		return err
	}
	d.truth = make([]anchors.Truth, d.Images)
	for g := range n {
		if of[g] < 0 || of[g] >= int64(d.Images) {
			return image.problem(fmt.Sprintf("object %d is in image %d of %d", g, of[g], d.Images), "count images from 0, in the order of "+d.logits.Name)
		}
		t := &d.truth[of[g]]
		if ignore[g] != 0 {
			t.Ignore = append(t.Ignore, box[g])
			continue
		}
		c := d.labels.truth(class[g])
		if c < 0 || c >= int64(d.Classes) {
			return classes.problem(fmt.Sprintf("object %d has class %d, and %s has %d classes under label map %s", g, class[g], d.logits.Name, d.Classes, d.labels.name),
				"set label_map, one of "+fmt.Sprint(LabelMaps())+", to the framework's")
		}
		if !box[g].Valid() {
			return boxes.problem(fmt.Sprintf("object %d is %v, without area", g, box[g]), "leave it out")
		}
		t.Box, t.Class = append(t.Box, box[g]), append(t.Class, int32(c))
	}
	return nil
}

// askTruth takes the ground truth of a dump that has none from elsewhere.
func (d *Dump) askTruth(of func(id int64, classes int) (anchors.Truth, error)) error {
	ids := d.tensor("image_ids")
	if d.truth != nil || of == nil || ids == nil {
		return nil
	}
	scales, err := d.scales()
	if err != nil {
		return err
	}
	truth := make([]anchors.Truth, d.Images)
	objects := 0
	for i := range truth {
		t, err := of(int64(d.ids[i]), d.Classes)
		switch {
		case err != nil && d.tensor("labels") != nil:
			d.Notes = append(d.Notes, fmt.Sprintf("the annotations' objects are not used: %v", err))
			return nil
		case err != nil:
			return ids.problem(fmt.Sprintf("image %d is %d: %v", i, d.ids[i], err), "write the ids that the annotations have for the images")
		}
		truth[i] = scaled(t, scales[i])
		objects += len(t.Box)
	}
	d.truth = truth
	d.Notes = append(d.Notes, fmt.Sprintf("ground truth from the annotations: %d objects of %d images", objects, d.Images))
	return nil
}

// scales returns the dump's pixels for one of the annotations', of each image.
func (d *Dump) scales() ([]float32, error) {
	values := slices.Repeat([]float32{1}, d.Images)
	t := d.tensor("image_scales")
	if t == nil {
		return values, nil
	}
	if !slices.Equal(t.Shape, []int{d.Images}) {
		return nil, d.disagree(t, []int{d.Images})
	}
	if err := t.Float32(values, 0); err != nil {
		return nil, err
	}
	for i, v := range values {
		if !(v > 0) || v > 1e6 {
			return nil, t.problem(fmt.Sprintf("image %d has the scale %v", i, v), "write the side in the dump's pixels over that in the annotations'")
		}
	}
	return values, nil
}

// scaled returns ground truth whose boxes are so many times as large.
func scaled(t anchors.Truth, by float32) anchors.Truth {
	out := anchors.Truth{Class: t.Class}
	grow := func(from []anchors.Box) (to []anchors.Box) {
		for _, b := range from {
			to = append(to, b.Scale(by, by))
		}
		return to
	}
	out.Box, out.Ignore = grow(t.Box), grow(t.Ignore)
	return out
}
