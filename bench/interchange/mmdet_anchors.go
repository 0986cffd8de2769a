package interchange

import (
	"fmt"
	"math"

	"detsample/anchors"
)

// What heads of mmdetection have for anchors where the configuration is silent.
const (
	anchorDefault = "dict(type='AnchorGenerator', scales=[8, 16, 32], ratios=[0.5, 1.0, 2.0], strides=[4, 8, 16, 32, 64])"
	retinaDefault = "dict(type='AnchorGenerator', octave_base_scale=4, scales_per_octave=3, ratios=[0.5, 1.0, 2.0], strides=[8, 16, 32, 64, 128])"
	vfnetDefault  = "dict(type='AnchorGenerator', octave_base_scale=8, scales_per_octave=1, ratios=[1.0], center_offset=0.0, strides=[8, 16, 32, 64, 128])"
	fcosPoints    = "dict(type='MlvlPointGenerator', offset=0.5, strides=[4, 8, 16, 32, 64])"
	yoloxPoints   = "dict(type='MlvlPointGenerator', offset=0.0, strides=[8, 16, 32])"
)

// unsaidGenerators are generators whose anchors no pyramid has.
var unsaidGenerators = map[string]string{
	"SSDAnchorGenerator":       "each level has ratios of its own, and sizes that come with one ratio alone; a pyramid has every size with every ratio",
	"LegacySSDAnchorGenerator": "each level has ratios of its own, and sizes that come with one ratio alone; a pyramid has every size with every ratio",
	"LegacyAnchorGenerator":    "boxes are one pixel wider and higher, and centres lie half a pixel off",
	"YOLOAnchorGenerator":      "anchors have a width and a height each; a pyramid has every size with every ratio",
}

// anchors reads the generator of a head's anchors or points. Heads of points
// alone have their strides beside.
func (m *mmdetReader) anchors(head *block, known denseHead) {
	if known.pointwise != "" {
		b := m.defaulted(head, "strides", known.pointwise)
		if n := head.dict.get("strides"); n != nil {
			b.dict.set("strides", head.dict.placeOf("strides"), n)
		}
		if lack := m.points(b); lack != nil {
			head.record("strides", Unmapped, "", lack.why)
			return
		}
		head.record("strides", Mapped, toLevels, "a point is a square of its stride here")
		return
	}
	for _, key := range []string{"approx_anchor_generator", "square_anchor_generator"} {
		if b := head.inner(key); b != nil {
			b.rest(Ignored, "candidates are the detector's")
		}
	}
	b := head.inner("anchor_generator")
	if b == nil {
		b = head.inner("prior_generator")
	}
	if b == nil {
		if known.anchors == "" {
			return
		}
		b = m.defaulted(head, "anchor_generator", known.anchors)
	}
	class, err := b.typeName()
	if err != nil {
		b.rest(Unmapped, "anchors without the name of their generator")
		return
	}
	switch class {
	case "AnchorGenerator":
		l, lack := mmdetGenerator(b)
		l.from = b.from("type") + " AnchorGenerator"
		m.draft.lay(b, l, lack, "strides", []told{
			{toLevels, "", []string{"type", "strides", "scales", "octave_base_scale", "scales_per_octave", "base_sizes"}},
			{toRatios, "", []string{"ratios"}},
			{toOffset, "", []string{"center_offset", "centers"}},
			{"", "in which order a cell's anchors stand: here size by size, its ratios together", []string{"scale_major"}},
			{"", "how boxes are held", []string{"use_box_type"}},
		})
	case "MlvlPointGenerator":
		m.points(b)
	default:
		why := unsaidGenerators[class]
		if why == "" {
			why = "anchors of " + class + " are not known to detsample"
		}
		b.record("type", Unmapped, "", why)
		b.rest(Unmapped, "of the "+class)
	}
}

// points reads a generator of points, which are squares of their stride here:
// what assigners of points take for their reach.
func (m *mmdetReader) points(b *block) *unsaid {
	var l layout
	strides, lack := pointStrides(b)
	offset, from, err := b.number("offset", 0.5)
	if err != nil && lack == nil {
		lack = &unsaid{"offset", "expected a number"}
	}
	if lack == nil {
		sizes := make([][]float64, len(strides))
		for i, s := range strides {
			sizes[i] = []float64{s}
		}
		l = layout{
			pyramid: anchors.Pyramid{Ratios: []float32{1}, Offset: float32(offset)},
			from:    "points: squares of their stride", levels: b.from("strides"), centres: from,
		}
		l.pyramid.Levels, lack = levelsOf(strides, sizes, "strides", "strides")
	}
	return m.draft.lay(b, l, lack, "strides", []told{
		{toLevels, "a point is a square of its stride here", []string{"type", "strides"}},
		{toOffset, "", []string{"offset"}},
	})
}

// pointStrides returns strides that are as long as they are wide.
func pointStrides(b *block) ([]float64, *unsaid) {
	n := b.dict.get("strides")
	if n == nil {
		return nil, &unsaid{"strides", "there are none"}
	}
	if values, ok := floats(n); ok {
		return values, nil
	}
	pairs, ok := nested(n)
	if !ok {
		return nil, &unsaid{"strides", "expected a list of numbers"}
	}
	strides := make([]float64, len(pairs))
	for i, p := range pairs {
		if len(p) != 2 || p[0] != p[1] {
			return nil, &unsaid{"strides", "a pyramid has the same stride across and down"}
		}
		strides[i] = p[0]
	}
	return strides, nil
}

// mmdetGenerator makes a pyramid of an AnchorGenerator: sizes are base sizes
// times scales, in float32 as there, and a centre is center_offset of the base
// size from its cell's corner.
func mmdetGenerator(b *block) (layout, *unsaid) {
	strides, lack := pointStrides(b)
	if lack != nil {
		return layout{}, lack
	}
	if _, lack = levelsOf(strides, make([][]float64, len(strides)), "strides", "strides"); lack != nil {
		return layout{}, lack
	}
	scales, scaleKey, lack := mmdetScales(b)
	if lack != nil {
		return layout{}, lack
	}
	ratios := b.dict.get("ratios")
	if ratios == nil {
		return layout{}, &unsaid{"ratios", "there are none"}
	}
	values, ok := floats(ratios)
	if !ok || len(values) > maxPerCell {
		return layout{}, &unsaid{"ratios", "expected a list of numbers"}
	}
	base := strides
	if n := b.dict.given("base_sizes"); n != nil {
		if base, ok = floats(n); !ok || len(base) != len(strides) {
			return layout{}, &unsaid{"base_sizes", "expected a number for each stride"}
		}
	}
	sizes := make([][]float64, len(strides))
	for i := range sizes {
		sizes[i] = make([]float64, len(scales))
		for k, scale := range scales {
			sizes[i][k] = float64(float32(base[i]) * float32(scale))
		}
	}
	l := layout{pyramid: anchors.Pyramid{Ratios: to32(values)}, levels: b.from("strides") + " and " + scaleKey, ratios: b.from("ratios")}
	if l.pyramid.Levels, lack = levelsOf(strides, sizes, "strides", scaleKey); lack != nil {
		return layout{}, lack
	}
	l.pyramid.Offset, l.centres, lack = mmdetCentre(b, strides, base)
	return l, lack
}

// mmdetScales returns what base sizes are multiplied by, and the key that says
// it.
func mmdetScales(b *block) ([]float64, string, *unsaid) {
	scales, octave, per := b.dict.given("scales"), b.dict.given("octave_base_scale"), b.dict.given("scales_per_octave")
	switch {
	case scales != nil && (octave == nil || per == nil):
		if values, ok := floats(scales); ok && len(values) <= maxPerCell {
			return values, "scales", nil
		}
		return nil, "", &unsaid{"scales", "expected a list of numbers"}
	case scales != nil:
		return nil, "", &unsaid{"scales", "beside octave_base_scale and scales_per_octave, of which mmdetection takes one or the other"}
	case octave == nil || per == nil:
		return nil, "", &unsaid{"scales", "neither scales, nor octave_base_scale with scales_per_octave"}
	case !octave.isNumber():
		return nil, "", &unsaid{"octave_base_scale", "expected a number"}
	case per.kind != integer || per.whole < 1 || per.whole > maxPerCell:
		return nil, "", &unsaid{"scales_per_octave", fmt.Sprintf("expected a whole number from 1 to %d", maxPerCell)}
	}
	return octaveScales(octave.float(), int(per.whole)), "octave_base_scale", nil
}

func octaveScales(base float64, per int) []float64 {
	scales := make([]float64, per)
	for i := range scales {
		scales[i] = math.Exp2(float64(i)/float64(per)) * base
	}
	return scales
}

// mmdetCentre returns where centres lie in their cells, of a stride.
func mmdetCentre(b *block, strides, base []float64) (float32, string, *unsaid) {
	key, from := "center_offset", b.from("center_offset")
	offset, _, err := b.number("center_offset", 0)
	if err != nil {
		return 0, "", &unsaid{key, "expected a number"}
	}
	centres := make([]float64, len(strides))
	for i := range centres {
		centres[i] = offset * base[i]
	}
	if n := b.dict.given("centers"); n != nil {
		key, from = "centers", b.from("centers")
		pairs, ok := nested(n)
		if !ok || len(pairs) != len(strides) {
			return 0, "", &unsaid{key, "expected a pair of numbers for each stride"}
		}
		for i, p := range pairs {
			if len(p) != 2 || p[0] != p[1] {
				return 0, "", &unsaid{key, "a pyramid's centres lie as far across as down"}
			}
			centres[i] = p[0]
		}
	}
	for i, c := range centres {
		if float32(c/strides[i]) != float32(centres[0]/strides[0]) {
			return 0, "", &unsaid{key, "centres lie elsewhere in the cells of one level than of another, in strides"}
		}
	}
	if len(strides) == 0 {
		return 0, from, nil
	}
	return float32(centres[0] / strides[0]), from, nil
}
