package interchange

import (
	"math"
	"strconv"
	"strings"

	"detsample/anchors"
)

// torchvisionLayout is what a function of torchvision has for anchors: strides
// are its backbone's, and an argument replaces the rest.
type torchvisionLayout struct {
	argument string
	strides  []float64
	sizes    [][]float64
	ratios   []float64
}

var (
	torchvisionThree  = []float64{0.5, 1, 2}
	torchvisionMobile = torchvisionLayout{"rpn_anchor_generator", []float64{32, 32, 64}, [][]float64{{32, 64, 128, 256, 512}, {32, 64, 128, 256, 512}, {32, 64, 128, 256, 512}}, torchvisionThree}
	torchvisionRPN    = torchvisionLayout{"rpn_anchor_generator", []float64{4, 8, 16, 32, 64}, [][]float64{{32}, {64}, {128}, {256}, {512}}, torchvisionThree}
	torchvisionRetina = torchvisionLayout{"anchor_generator", []float64{8, 16, 32, 64, 128},
		[][]float64{{32, 40, 50}, {64, 80, 101}, {128, 161, 203}, {256, 322, 406}, {512, 645, 812}}, torchvisionThree}
	torchvisionPoints = torchvisionLayout{"anchor_generator", []float64{8, 16, 32, 64, 128}, [][]float64{{8}, {16}, {32}, {64}, {128}}, []float64{1}}

	// torchvisionLayouts are the functions'; a class has the strides of the
	// backbone that it is given.
	torchvisionLayouts = map[string]torchvisionLayout{
		"fasterrcnn_resnet50_fpn": torchvisionRPN, "fasterrcnn_resnet50_fpn_v2": torchvisionRPN,
		"maskrcnn_resnet50_fpn": torchvisionRPN, "maskrcnn_resnet50_fpn_v2": torchvisionRPN, "keypointrcnn_resnet50_fpn": torchvisionRPN,
		"fasterrcnn_mobilenet_v3_large_fpn": torchvisionMobile, "fasterrcnn_mobilenet_v3_large_320_fpn": torchvisionMobile,
		"retinanet_resnet50_fpn": torchvisionRetina, "retinanet_resnet50_fpn_v2": torchvisionRetina, "fcos_resnet50_fpn": torchvisionPoints,
	}
)

const (
	boxesOfSSD  = "default boxes of SSD have ratios of their own at each level, and sizes that come with one ratio alone; a pyramid has every size with every ratio"
	wholePixels = "there half of an anchor's sides is rounded to whole pixels"
)

// torchvisionAnchors reads a generator of anchors, given by its own arguments,
// or what the function has without one.
func torchvisionAnchors(d *draft, model string, b *block) {
	known, function := torchvisionLayouts[strings.ToLower(model)]
	key := known.argument
	if key == "" {
		for _, k := range []string{"anchor_generator", "rpn_anchor_generator"} {
			if b.dict.get(k) != nil {
				key = k
			}
		}
	}
	n := b.dict.given(key)
	given := n != nil
	switch {
	case given && n.kind != mapping:
		b.record(key, Unmapped, "", "expected the generator's own arguments, sizes and aspect_ratios")
		return
	case given && strings.HasPrefix(strings.ToLower(model), "ssd"):
		b.record(key, Unmapped, "", boxesOfSSD)
		return
	case given && !function:
		inner := b.inner(key)
		inner.rest(Unmapped, "its strides are those of the backbone, which "+model+" is given")
		return
	case !function:
		return
	}
	inner := d.block(b.name(key), &node{kind: mapping, at: b.at, dict: newDict()})
	from := "torchvision's " + model
	if given {
		inner, from = b.inner(key), b.from(key)
		literals(n, 0)
	}
	l := layout{from: from, levels: "strides of torchvision's " + model, ratios: from, centres: "torchvision's AnchorGenerator"}
	var lack *unsaid
	l.pyramid, lack = torchvisionGenerator(inner, known)
	if d.lay(inner, l, lack, "sizes", []told{{toLevels, "", []string{"type", "sizes"}}, {toRatios, "", []string{"aspect_ratios"}}}) == nil && !wholeHalves(&l.pyramid) {
		d.note("anchors: %s", wholePixels)
	}
}

// torchvisionGenerator makes a pyramid of AnchorGenerator's arguments. A flat
// list of sizes has one for each level, one of ratios those of all levels.
func torchvisionGenerator(b *block, known torchvisionLayout) (p anchors.Pyramid, lack *unsaid) {
	sizes, ratios, levels := known.sizes, known.ratios, len(known.strides)
	if n := b.dict.get("type"); n != nil && n.name() != "AnchorGenerator" {
		return p, &unsaid{"type", "anchors of " + n.short() + " are not known to detsample"}
	}
	if n := b.dict.get("sizes"); n != nil {
		flat, is := floats(n)
		lists, ok := nested(n)
		switch {
		case is && len(flat) > 0:
			lists = nil
			for _, size := range flat {
				lists = append(lists, []float64{size})
			}
		case !ok:
			return p, &unsaid{"sizes", "expected a list of numbers for each feature map"}
		}
		if len(lists) != levels {
			return p, &unsaid{"sizes", strconv.Itoa(len(lists)) + " levels, and the model has " + strconv.Itoa(levels) + " feature maps"}
		}
		sizes = lists
	}
	if n := b.dict.get("aspect_ratios"); n != nil {
		if flat, is := floats(n); is && len(flat) > 0 {
			ratios = flat
		} else if lists, ok := nested(n); !ok {
			return p, &unsaid{"aspect_ratios", "expected a list of numbers for each feature map"}
		} else if len(lists) != levels {
			return p, &unsaid{"aspect_ratios", strconv.Itoa(len(lists)) + " levels, and the model has " + strconv.Itoa(levels) + " feature maps"}
		} else if ratios, ok = alike(lists); !ok {
			return p, &unsaid{"aspect_ratios", "ratios differ from level to level; a pyramid has the same at all"}
		}
	}
	p = anchors.Pyramid{Ratios: to32(ratios)}
	p.Levels, lack = levelsOf(known.strides, sizes, "sizes", "sizes")
	return p, lack
}

// wholeHalves reports whether half of each side of the anchors is of whole
// pixels, to what float32 tells.
func wholeHalves(p *anchors.Pyramid) bool {
	for _, level := range p.Levels {
		for _, size := range level.Sizes {
			for _, ratio := range p.Ratios {
				root := math.Sqrt(float64(ratio))
				for _, half := range []float64{float64(size) / root / 2, float64(size) * root / 2} {
					if float32(half) != float32(math.RoundToEven(half)) {
						return false
					}
				}
			}
		}
	}
	return true
}
