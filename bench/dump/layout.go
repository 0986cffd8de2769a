package dump

import (
	"fmt"
	"math"
	"slices"

	"detsample/anchors"
)

// findBoxes takes the candidates' boxes, or lays out the anchors that are
// specified.
func (d *Dump) findBoxes() error {
	if err := d.findSize(); err != nil {
		return err
	}
	t := d.tensor("boxes")
	switch {
	case t == nil && d.tensor("anchor_strides") != nil:
		return d.layOut()
	case t == nil:
		return nil
	case slices.Equal(t.Shape, []int{d.Images, d.Anchors, 4}):
		d.boxes = t
		return nil
	case slices.Equal(t.Shape, []int{d.Anchors, 4}):
		var err error
		d.shared, err = t.corners(nil, 0, d.Anchors)
		return err
	}
	return d.disagree(t, []int{d.Anchors, 4}, []int{d.Images, d.Anchors, 4})
}

// corners reads n boxes from the lo-th on to dst, which grows to hold them.
func (t *Tensor) corners(dst []anchors.Box, lo, n int) ([]anchors.Box, error) {
	dst = grow(dst, n)
	return dst, t.read(4*lo, 4*n, func(raw []byte, at, count int) error {
		size := t.element.size
		where := func(i int) []int { return t.position(4*lo + at + 4*i)[:len(t.Shape)-1] }
		for i := range count / 4 {
			b := &dst[at/4+i]
			t.element.floats(b[:], raw[4*i*size:])
			for _, v := range b {
				if v-v != 0 {
					return t.problem(fmt.Sprintf("box %v is %v", where(i), *b), "write finite corners")
				}
			}
			if b[2] < b[0] || b[3] < b[1] {
				return t.problem(fmt.Sprintf("box %v is %v, its second corner before its first", where(i), *b),
					"write x1 y1 x2 y2 in pixels, neither centres nor sizes")
			}
		}
		return nil
	})
}

// numbers reads a small tensor of at most max numbers.
func (t *Tensor) numbers(most int) ([]float32, error) {
	if n := t.Len(); n == 0 || n > most {
		return nil, t.problem(fmt.Sprintf("has shape %v", t.Shape), fmt.Sprintf("write 1 to %d numbers", most))
	}
	v := make([]float32, t.Len())
	err := t.Float32(v, 0)
	return v, err
}

// findSize takes the images' size.
func (d *Dump) findSize() error {
	t := d.tensor("image_size")
	if t == nil {
		return nil
	}
	size, err := t.numbers(2)
	if err != nil {
		return err
	}
	if len(size) != 2 || !(size[0] >= 1 && size[1] >= 1 && max(size[0], size[1]) <= maxSide) {
		return t.problem(fmt.Sprintf("is %v", size), fmt.Sprintf("write (width, height) in pixels, 1 to %d", maxSide))
	}
	d.width, d.height = size[0], size[1]
	return nil
}

// Limits of an anchor specification.
const (
	maxSide   = 1 << 16
	maxLevels = 64
	maxSizes  = 1024
)

// layOut makes the anchors of anchor_strides (levels), anchor_sizes (levels,
// sizes), anchor_ratios and anchor_offset over image_size.
func (d *Dump) layOut() error {
	strides, sizes, ratios := d.tensor("anchor_strides"), d.tensor("anchor_sizes"), d.tensor("anchor_ratios")
	if sizes == nil || ratios == nil || d.width == 0 {
		return d.lacking("anchor_strides is there", "write anchor_sizes, anchor_ratios and image_size too")
	}
	stride, err := strides.numbers(maxLevels)
	if err != nil {
		return err
	}
	size, err := sizes.numbers(maxSizes)
	if err != nil {
		return err
	}
	if sizes.Shape[0] != len(stride) || len(size)%len(stride) != 0 {
		return sizes.problem(fmt.Sprintf("has shape %v and anchor_strides has %v", sizes.Shape, strides.Shape), "write (levels, sizes)")
	}
	var p anchors.Pyramid
	if p.Ratios, err = ratios.numbers(maxSizes); err != nil {
		return err
	}
	p.Offset = 0.5
	if t := d.tensor("anchor_offset"); t != nil {
		offset, err := t.numbers(1)
		if err != nil {
			return err
		}
		if p.Offset = offset[0]; !(p.Offset >= 0 && p.Offset <= 1) {
			return t.problem(fmt.Sprintf("is %v", p.Offset), "write 0 for a cell's corner to 1, 0.5 for its middle")
		}
	}
	per := len(size) / len(stride)
	for l, s := range stride {
		if !(s >= 1 && s <= maxSide) || s != float32(math.Trunc(float64(s))) {
			return strides.problem(fmt.Sprintf("stride %d is %v", l, s), "write whole pixels, at least 1")
		}
		p.Levels = append(p.Levels, anchors.Level{Stride: int(s), Sizes: size[l*per : (l+1)*per]})
	}
	if err := p.Validate(); err != nil {
		return strides.problem(err.Error(), "write positive numbers")
	}
	if n := p.Count(int(d.width), int(d.height)); n != d.Anchors {
		return d.logits.problem(fmt.Sprintf("has %d anchors and the specification has %d over %gx%g pixels", d.Anchors, n, d.width, d.height),
			"write boxes, if the anchors are laid out otherwise (by level, row, column, size, ratio)")
	}
	d.shared = p.Append(nil, int(d.width), int(d.height))
	d.grid = p.Grids(int(d.width), int(d.height))
	return nil
}
