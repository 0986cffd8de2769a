package interchange

import (
	"strconv"

	"detsample/anchors"
)

// anchors reads the generator of anchors, of the strides of the feature maps
// that a head looks at.
func (r *detectron2Reader) anchors(head *block, features ...string) error {
	b := r.section("ANCHOR_GENERATOR")
	name, err := r.word(b, "NAME", "DefaultAnchorGenerator")
	if err != nil {
		return err
	}
	if name != "DefaultAnchorGenerator" {
		why := "its anchors are not known to detsample"
		if name == "RotatedAnchorGenerator" {
			why = "anchors are turned"
		}
		b.record("NAME", Unmapped, "", why)
		b.rest(Unmapped, "of the "+name)
		return nil
	}
	l := layout{from: b.from("NAME"), levels: head.from("IN_FEATURES") + " and " + b.from("SIZES"), ratios: b.from("ASPECT_RATIOS"), centres: b.from("OFFSET")}
	strides, lack := r.strides(head, features)
	if lack != nil {
		head.record("IN_FEATURES", Unmapped, "", lack.why)
		b.rest(Unmapped, "nothing in detector.pyramid without the strides of "+head.path+".IN_FEATURES")
		return nil
	}
	l.pyramid, lack = detectron2Generator(b, strides)
	fields := []told{{toLevels, "", []string{"NAME", "SIZES"}}, {toRatios, "", []string{"ASPECT_RATIOS"}}, {toOffset, "", []string{"OFFSET"}},
		{"", "nothing beside anchors that are not turned", []string{"ANGLES"}}}
	if lack = r.draft.lay(b, l, lack, "SIZES", fields); lack != nil {
		head.record("IN_FEATURES", Unmapped, "", lack.why)
		return nil
	}
	head.record("IN_FEATURES", Mapped, toLevels, "")
	return nil
}

// mapStrides are the strides of detectron2's feature maps, by the names that its
// backbones give them.
var mapStrides = map[string]float64{
	"res2": 4, "res3": 8, "res4": 16, "res5": 32, "p2": 4, "p3": 8, "p4": 16, "p5": 32, "p6": 64, "p7": 128,
}

// strides returns those of the feature maps that a head looks at.
func (r *detectron2Reader) strides(head *block, features []string) ([]float64, *unsaid) {
	if n := head.dict.get("IN_FEATURES"); n != nil {
		features = nil
		for _, item := range n.items {
			if item.kind != text {
				return nil, &unsaid{"IN_FEATURES", "expected names of feature maps"}
			}
			features = append(features, item.text)
		}
	}
	strides := make([]float64, len(features))
	for i, name := range features {
		stride, known := mapStrides[name]
		if !known {
			return nil, &unsaid{"IN_FEATURES", "the stride of " + pythonString(name) + " is its backbone's"}
		}
		if name == "res5" && r.dilated() {
			stride = 16
		}
		strides[i] = stride
	}
	return strides, nil
}

// dilated reports whether the backbone's last stage keeps the stride of the one
// before.
func (r *detectron2Reader) dilated() bool {
	nets := r.model.dict.get("RESNETS")
	if nets == nil || nets.kind != mapping {
		return false
	}
	by := nets.dict.get("RES5_DILATION")
	return by != nil && by.isNumber() && by.float() == 2
}

// detectron2Generator makes a pyramid of DefaultAnchorGenerator's fields: a list
// of sizes and one of ratios for each feature map, or one of each for all.
func detectron2Generator(b *block, strides []float64) (p anchors.Pyramid, lack *unsaid) {
	sizes, ratios := [][]float64{{32, 64, 128, 256, 512}}, [][]float64{{0.5, 1, 2}}
	if lack = detectron2Lists(b, "SIZES", len(strides), &sizes); lack == nil {
		lack = detectron2Lists(b, "ASPECT_RATIOS", len(strides), &ratios)
	}
	if lack != nil {
		return p, lack
	}
	sizes, _ = perLevel(sizes, len(strides))
	same, ok := alike(ratios)
	if !ok {
		return p, &unsaid{"ASPECT_RATIOS", "ratios differ from level to level; a pyramid has the same at all"}
	}
	offset, _, err := b.number("OFFSET", 0)
	if err != nil {
		return p, &unsaid{"OFFSET", "expected a number"}
	}
	p = anchors.Pyramid{Ratios: to32(same), Offset: float32(offset)}
	p.Levels, lack = levelsOf(strides, sizes, "SIZES", "SIZES")
	return p, lack
}

// detectron2Lists reads lists of numbers, one for each feature map.
func detectron2Lists(b *block, key string, maps int, to *[][]float64) *unsaid {
	n := b.dict.get(key)
	if n == nil {
		return nil
	}
	lists, ok := nested(n)
	if flat, is := floats(n); is && len(flat) > 0 {
		lists, ok = [][]float64{flat}, true
	}
	if !ok {
		return &unsaid{key, "expected lists of numbers"}
	}
	if *to, ok = perLevel(lists, maps); !ok {
		return &unsaid{key, strconv.Itoa(len(lists)) + " lists for " + strconv.Itoa(maps) + " feature maps"}
	}
	return nil
}
