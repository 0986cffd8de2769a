package inspect

import (
	"fmt"
	"strings"

	"detsample/anchors"
)

// setting writes a proposal as a comparison's configuration has it.
func (p *proposal) setting() string { return setup(p.Resize, &p.pyramid) }

// Setup returns what was inspected, or what is recommended if that differs, as a
// comparison's configuration has it: the image size, where it can be said by the
// longest side, and the pyramid, which the comparison is told not to fit again.
func (r *Report) Setup() string {
	p := r.Pyramid()
	return setup(r.Resize(), &p)
}

// Resize returns the image size that is recommended, or that was inspected.
func (r *Report) Resize() Resize {
	if r.Recommended != nil {
		return r.Recommended.Resize
	}
	return r.Setting.Resize
}

// Pyramid returns the anchors that are recommended, or that were inspected.
func (r *Report) Pyramid() anchors.Pyramid {
	if r.Recommended != nil {
		return pyramidOf(r.Recommended.Levels, r.Recommended.Ratios, r.Recommended.Offset)
	}
	return pyramidOf(r.Setting.Levels, r.Setting.Ratios, r.Setting.Offset)
}

func pyramidOf(levels []LevelShape, ratios []float32, offset float32) anchors.Pyramid {
	p := anchors.Pyramid{Ratios: ratios, Offset: offset}
	for _, l := range levels {
		p.Levels = append(p.Levels, anchors.Level{Stride: l.Stride, Sizes: l.Sizes})
	}
	return p
}

func setup(resize Resize, p *anchors.Pyramid) string {
	size := ""
	switch {
	case resize == Resize{}:
		size = "size: original, "
	case resize.Short == 0:
		size = fmt.Sprintf("size: %d, ", resize.Long)
	}
	return fmt.Sprintf("folder: {%sanchors: false}\n", size) + pyramidSetting(p)
}

// pyramidSetting writes a pyramid with every digit, so that it is the same when
// it is read.
func pyramidSetting(p *anchors.Pyramid) string {
	var b strings.Builder
	b.WriteString("detector:\n  pyramid:\n    levels:\n")
	list := func(v []float32) string { return strings.ReplaceAll(numbers(v), " ", ", ") }
	for _, l := range p.Levels {
		fmt.Fprintf(&b, "      - {stride: %d, sizes: [%s]}\n", l.Stride, list(l.Sizes))
	}
	fmt.Fprintf(&b, "    ratios: [%s]\n    offset: %v\n", list(p.Ratios), p.Offset)
	return b.String()
}
