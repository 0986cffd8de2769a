package interchange

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/bench/small/detector"
)

// layout is the anchors that a configuration has, as a pyramid of a comparison,
// and where each part of it is written.
type layout struct {
	pyramid                       anchors.Pyramid
	from, levels, ratios, centres string
}

// unsaid is the field of a generator of anchors that a pyramid cannot say, and
// why.
type unsaid struct{ key, why string }

// told says where the fields of a generator of anchors went.
type told struct {
	to   string
	note string
	keys []string
}

const (
	toLevels = "detector.pyramid.levels"
	toRatios = "detector.pyramid.ratios"
	toOffset = "detector.pyramid.offset"
)

// lay sets the pyramid of a generator, and records its fields: as mapped, or, if
// it cannot be said, the field that is in the way, which it returns, and what
// would go with it.
func (d *draft) lay(b *block, l layout, lack *unsaid, primary string, fields []told) *unsaid {
	if lack == nil {
		c := detector.Default()
		c.Pyramid = l.pyramid
		if err := c.Validate(); err != nil {
			lack = &unsaid{primary, "the comparison's small detectors cannot have it: " + err.Error()}
		}
	}
	if lack == nil {
		d.layout = &l
		for _, f := range fields {
			for _, key := range f.keys {
				b.record(key, Mapped, f.to, f.note)
			}
		}
		b.rest(Unmapped, "not known to detsample")
		return nil
	}
	if b.dict.get(lack.key) == nil { // it is the default that is in the way
		d.note("anchors: %s: %s", lack.key, lack.why)
	}
	b.record(lack.key, Unmapped, "", lack.why)
	b.rest(Unmapped, "nothing in detector.pyramid without "+lack.key)
	return lack
}

// write writes the pyramid as a comparison has it.
func (l *layout) write(out *strings.Builder) {
	writeLine(out, "detector:", "")
	writeLine(out, "  pyramid:", l.from)
	writeLine(out, "    levels:", l.levels)
	for _, level := range l.pyramid.Levels {
		fmt.Fprintf(out, "      - {stride: %d, sizes: %s}\n", level.Stride, float32s(level.Sizes))
	}
	writeLine(out, "    ratios: "+float32s(l.pyramid.Ratios), l.ratios)
	writeLine(out, "    offset: "+float32Text(l.pyramid.Offset), l.centres)
}

func float32s(list []float32) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = float32Text(x)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// float32Text writes a number in as few digits as give it back.
func float32Text(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }

// maxPerCell is the most sizes of a level that are read, and maxLevels the most
// levels: no head has as many, and all of both would be a gigabyte.
const (
	maxPerCell = 1024
	maxLevels  = 64
)

// strideOf returns a stride as a pyramid has it.
func strideOf(x float64) (int, bool) {
	return int(x), x >= 1 && x <= 1<<20 && x == math.Trunc(x)
}

func to32(list []float64) []float32 {
	out := make([]float32, len(list))
	for i, x := range list {
		out[i] = float32(x)
	}
	return out
}

// nested returns a list of lists of numbers.
func nested(n *node) ([][]float64, bool) {
	if n == nil || n.kind != list && n.kind != tuple {
		return nil, false
	}
	out := make([][]float64, len(n.items))
	for i, item := range n.items {
		values, ok := floats(item)
		if !ok {
			return nil, false
		}
		out[i] = values
	}
	return out, true
}

// perLevel returns the sizes of each of n levels: those given, or, if there is
// one list, that for all.
func perLevel(lists [][]float64, n int) ([][]float64, bool) {
	if len(lists) == 1 {
		for len(lists) < n {
			lists = append(lists, lists[0])
		}
	}
	return lists, len(lists) == n
}

// alike returns the list that all are equal to.
func alike(lists [][]float64) ([]float64, bool) {
	for _, l := range lists {
		if !equalParam(l, lists[0]) {
			return nil, false
		}
	}
	return lists[0], len(lists) > 0
}

// levelsOf returns levels of strides and sizes, or what is in the way.
func levelsOf(strides []float64, sizes [][]float64, strideKey, sizeKey string) ([]anchors.Level, *unsaid) {
	if len(strides) > maxLevels {
		return nil, &unsaid{strideKey, fmt.Sprintf("%d levels: at most %d are read", len(strides), maxLevels)}
	}
	levels := make([]anchors.Level, len(strides))
	for i, s := range strides {
		stride, ok := strideOf(s)
		switch {
		case !ok:
			return nil, &unsaid{strideKey, fmt.Sprintf("stride %v: a pyramid has whole ones of at least 1", s)}
		case len(sizes[i]) > maxPerCell:
			return nil, &unsaid{sizeKey, fmt.Sprintf("%d sizes of a level: at most %d are read", len(sizes[i]), maxPerCell)}
		}
		levels[i] = anchors.Level{Stride: stride, Sizes: to32(sizes[i])}
	}
	return levels, nil
}
