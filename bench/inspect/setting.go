package inspect

import (
	"fmt"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/internal/prose"
)

// setting writes a proposal as a comparison's configuration has it, "" if no
// comparison trains at its size.
func (p *proposal) setting() string {
	size := config.Size(p.longest())
	if size.Validate() != nil {
		return ""
	}
	return setup(size, cropAt(size, p.Crop), &p.pyramid)
}

// Setup returns what was inspected, or what is recommended if that differs, as a
// comparison's configuration has it: the image size, as [Report.Size], the crops and
// the pyramid, which the comparison is told not to fit again.
func (r *Report) Setup() string {
	p := r.Pyramid()
	return setup(r.Size(), r.Crop(), &p)
}

// Size returns the image size that is recommended, or that was inspected, as a
// comparison has it, which scales images by their longest side alone: of a rule
// that scales by the shorter side the median of the sides that it leads to, of
// which a note says where they differ. It may be one that no comparison trains at.
func (r *Report) Size() config.Size {
	if r.Recommended != nil {
		return config.Size(r.Recommended.Longest)
	}
	return config.Size(r.Setting.Longest)
}

// Crop returns the side of the crops that a comparison trains on at [Report.Size], 0 for
// none: crops are of the original pixels, so that another size has none.
func (r *Report) Crop() int {
	if r.Recommended != nil {
		return cropAt(r.Size(), r.Recommended.Crop)
	}
	return cropAt(r.Size(), r.Setting.Crop)
}

func cropAt(size config.Size, crop int) int {
	if size != config.Original {
		return 0
	}
	return crop
}

// longest returns the longest side of the images in training, as a rule for all
// of them: their median where the rule goes by the shorter side, 0 where images
// are left as they are.
func (a *analysis) longest() int {
	if a.Resize.Short == 0 {
		return a.Resize.Long
	}
	sides := make([]int32, len(a.images))
	for i := range a.images {
		sides[i] = max(a.images[i].width, a.images[i].height)
	}
	slices.Sort(sides)
	return int(sides[len(sides)/2])
}

// inexact says what a rule by the longest side alone makes different, "" if it
// gives every image the same size.
func (a *analysis) inexact() string {
	by := Resize{Long: a.longest()}
	others := 0
	for i := range a.images {
		im := &a.images[i]
		src := &a.set.Images[im.source]
		if w, h := by.size(src.Width, src.Height); a.Resize != (Resize{}) && (int32(w) != im.width || int32(h) != im.height) {
			others++
		}
	}
	if others == 0 {
		return ""
	}
	return fmt.Sprintf("compare scales images by their longest side alone: as its configuration the size %s becomes %d, the median of those sides, at which %d of %s another size, so that counts there differ from these",
		a.Resize, by.Long, others, prose.Count(len(a.images), "image has", "images have"))
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

func setup(size config.Size, crop int, p *anchors.Pyramid) string {
	text, err := size.MarshalText()
	if err != nil {
		panic("inspect: " + err.Error()) // a number or a name is always written
	}
	crops := ""
	if crop > 0 {
		crops = fmt.Sprintf("crop: %d, ", crop)
	}
	return fmt.Sprintf("folder: {size: %s, %sanchors: false}\n", text, crops) + pyramidSetting(p)
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
