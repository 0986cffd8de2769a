package interchange

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"detsample/anchors"
)

// lackAnchors notes what of the pyramid has no equivalent.
func (x *exporter) lackAnchors(format string, args ...any) {
	x.lack("detector.pyramid"+format, args...)
}

// strides returns those of the levels.
func strides(p *anchors.Pyramid) []int {
	list := make([]int, len(p.Levels))
	for i, level := range p.Levels {
		list[i] = level.Stride
	}
	return list
}

func pythonInts(list []int) string { return strings.ReplaceAll(fmt.Sprint(list), " ", ", ") }

// squares reports whether the candidates are points: a square of its stride at
// each cell.
func squares(p *anchors.Pyramid) bool {
	for _, level := range p.Levels {
		if !slices.Equal(level.Sizes, []float32{float32(level.Stride)}) {
			return false
		}
	}
	return slices.Equal(p.Ratios, []float32{1})
}

// pointHeads are heads of mmdetection over points, and where these lie in their
// cells, if that is built in.
var pointHeads = map[string]struct {
	offset float32
	fixed  bool
}{"FCOSHead": {0.5, true}, "YOLOXHead": {0, true}, "RTMDetHead": {}}

// mmdetAnchors returns the field of a head that has its anchors.
func (x *exporter) mmdetAnchors(class string, indent int) []pair {
	p := x.pyramid
	if p == nil {
		return nil
	}
	list := pythonInts(strides(p))
	point, points := pointHeads[class]
	switch {
	case points && !squares(p):
		x.lackAnchors(": there this head's candidates are points, a square of its stride at each cell here")
		return nil
	case points && point.fixed:
		if p.Offset != point.offset {
			x.lackAnchors(".offset: %s; there it is %s", float32Text(p.Offset), float32Text(point.offset))
		}
		if class == "FCOSHead" { // its assigner's ranges come with them
			return nil
		}
		return []pair{{"strides", list}}
	case points:
		return []pair{{"anchor_generator", replaced(indent, "MlvlPointGenerator", []pair{{"offset", float32Text(p.Offset)}, {"strides", list}})}}
	}
	said, ok := generatorOf(p)
	if !ok {
		x.lackAnchors(".levels: there sizes are a base of each level times scales that all levels share")
		return nil
	}
	pairs := append([]pair{{"scale_major", "False"}}, said...)
	return []pair{{"anchor_generator", replaced(indent, "AnchorGenerator", append(pairs, pair{"ratios", float32s(p.Ratios)}, pair{"strides", list}))}}
}

// generatorOf returns the fields of an AnchorGenerator that say sizes and
// centres: of the strides if that is exact, else of base sizes.
func generatorOf(p *anchors.Pyramid) ([]pair, bool) {
	base := make([]float32, len(p.Levels))
	for i, level := range p.Levels {
		base[i] = float32(level.Stride)
	}
	if scales, ok := scalesOver(p, base); ok {
		said := []pair{{"scales", float32s(scales)}}
		if octave := octaveScales(float64(scales[0]), len(scales)); len(scales) > 1 && slices.Equal(to32(octave), scales) {
			said = []pair{{"octave_base_scale", float32Text(scales[0])}, {"scales_per_octave", strconv.Itoa(len(scales))}}
		}
		return append(said, pair{"center_offset", float32Text(p.Offset)}), true
	}
	centres := make([]string, len(p.Levels))
	for i, level := range p.Levels {
		base[i] = level.Sizes[0]
		at := python(float64(p.Offset) * float64(level.Stride))
		centres[i] = "(" + at + ", " + at + ")"
	}
	scales, ok := scalesOver(p, base)
	return []pair{{"base_sizes", float32s(base)}, {"scales", float32s(scales)}, {"centers", "[" + strings.Join(centres, ", ") + "]"}}, ok
}

// scalesOver returns the numbers that bases are to be multiplied by to give the
// sizes of every level, in float32.
func scalesOver(p *anchors.Pyramid, base []float32) ([]float32, bool) {
	scales := make([]float32, len(p.Levels[0].Sizes))
	for k, size := range p.Levels[0].Sizes {
		scales[k] = size / base[0]
	}
	for i, level := range p.Levels {
		if len(level.Sizes) != len(scales) {
			return scales, false
		}
		for k, size := range level.Sizes {
			if base[i]*scales[k] != size {
				return scales, false
			}
		}
	}
	return scales, true
}

// detectron2Anchors writes the generator, and the feature maps of a section whose
// strides are the pyramid's.
func (x *exporter) detectron2Anchors(head *section) *section {
	p := x.pyramid
	if p == nil {
		return nil
	}
	names := make([]string, len(p.Levels))
	for i, stride := range strides(p) {
		at := bits.TrailingZeros(uint(stride))
		switch {
		case stride != 1<<at || at < 2 || at > 7:
			x.lackAnchors(".levels: stride %d; there feature maps have 4, 8, 16, 32, 64 and 128", stride)
			return nil
		case len(names) == 1 && at < 6 && head.name == "RPN":
			names[i] = fmt.Sprintf(`"res%d"`, at)
		default:
			names[i] = fmt.Sprintf(`"p%d"`, at)
		}
	}
	head.set("IN_FEATURES", "["+strings.Join(names, ", ")+"]")
	return &section{"ANCHOR_GENERATOR", []pair{
		{"NAME", "DefaultAnchorGenerator"}, {"SIZES", sizeLists(p)}, {"ASPECT_RATIOS", "[" + float32s(p.Ratios) + "]"}, {"OFFSET", pointed(float64(p.Offset))},
	}}
}

func sizeLists(p *anchors.Pyramid) string {
	lists := make([]string, len(p.Levels))
	for i, level := range p.Levels {
		lists[i] = float32s(level.Sizes)
	}
	return "[" + strings.Join(lists, ", ") + "]"
}

// torchvisionAnchors returns the argument of a function that has its anchors:
// none if they are its own.
func (x *exporter) torchvisionAnchors(function string) []pair {
	p := x.pyramid
	if p == nil {
		return nil
	}
	known, has := torchvisionLayouts[function]
	if !has {
		x.lackAnchors(": there %s", boxesOfSSD)
		return nil
	}
	if p.Offset != 0 {
		x.lackAnchors(".offset: %s; there it is 0", float32Text(p.Offset))
	}
	own, _ := torchvisionGenerator(&block{dict: newDict()}, known)
	if !slices.Equal(strides(p), strides(&own)) {
		x.lackAnchors(".levels: strides %v; there they are %v, the backbone's", strides(p), strides(&own))
		return nil
	}
	if !wholeHalves(p) {
		x.lackAnchors(": %s", wholePixels)
	}
	if sizeLists(p) == sizeLists(&own) && slices.Equal(p.Ratios, own.Ratios) {
		return nil
	}
	switch {
	case strings.HasSuffix(function, "_v2"):
		x.lackAnchors(": there %s has anchors of its own, and takes no others", function)
		return nil
	case strings.HasPrefix(function, "fcos") && len(p.Levels[0].Sizes)*len(p.Ratios) != 1:
		x.lackAnchors(": there FCOS has one anchor at each cell")
		return nil
	}
	ratios := make([]string, len(p.Levels))
	for i := range ratios {
		ratios[i] = float32s(p.Ratios)
	}
	return []pair{{known.argument, "{sizes: " + sizeLists(p) + ", aspect_ratios: [" + strings.Join(ratios, ", ") + "]}"}}
}
