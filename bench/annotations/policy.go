package annotations

import (
	"fmt"
	"math"
)

// Policy says what becomes of data that cannot be used as it stands. Its zero
// value is what every command does, and reports:
//
//   - a crowd (COCO's iscrowd) and a difficult or ignored object are neither to
//     be found nor wrong where they are: [Object.Crowd], [Object.Ignore];
//   - a box with no or a negative width or height, one that is not finite, one
//     that is missing and one wholly outside its image are left out;
//   - a COCO file or a Pascal VOC set 90% of whose boxes are shares of their images,
//     between 0 and 1, is an error, and so is a set of 10 objects and more of whose
//     boxes three quarters lie outside their images;
//   - boxes of images that have another size than is stated, by one factor, are
//     multiplied by it where they lie within the size stated;
//   - a box that reaches out of its image by more than half a pixel is clipped
//     to it, and its area with it;
//   - an object of the class and box of another one in its image is left out;
//   - an area that is missing or negative is that of the box; one of 0 is kept;
//   - an optional field that is wrong is taken as missing, and what it belongs
//     to is kept.
type Policy struct {
	// Refuse makes the first problem that is no notice the error of [Open].
	Refuse bool
	// AsIs keeps every box that is finite as it is written, and every object
	// that is there twice, and heeds no "ignore" of COCO, as its reference
	// evaluation does. With that the last annotation of an id stands for all of
	// it, and one of id 0 is [Object.Unmatched].
	AsIs bool
}

// slack is how far a box may reach out of its image, for rounding: half a pixel.
const slack = 0.5

// wrong is what was wrong with a box; its zero value is nothing. It is put into
// words where they are read: a set may have a hundred thousand of them.
type wrong struct {
	what          string // empty for one that lies outside its image, or partly
	box, left     [4]float64
	width, height int // of the image, 0 for a box that is no box
	is            bool
}

func (w *wrong) String() string {
	switch {
	case w.what != "":
		return fmt.Sprintf("box %v (x, y, width, height) %s", w.box, w.what)
	case w.left == [4]float64{}:
		return fmt.Sprintf("box %v (x, y, width, height) lies outside the image of %dx%d: left out", w.box, w.width, w.height)
	}
	return fmt.Sprintf("box %v (x, y, width, height) reaches out of the image of %dx%d: clipped to %v", w.box, w.width, w.height, w.left)
}

var (
	outsideSort = sortOf((&wrong{}).String())
	reachesSort = sortOf((&wrong{left: [4]float64{1, 1, 1, 1}}).String())
)

// sort returns that of the words without making them, and whether it is known.
func (w *wrong) sort() (sort uint64, known bool) {
	switch {
	case w.what != "":
		return 0, false
	case w.left == [4]float64{}:
		return outsideSort, true
	}
	return reachesSort, true
}

// box judges a box in an image of a size, 0 where that is not known. It returns
// the box to use, whether it is used at all, and what was wrong with it.
func (p *Policy) box(b [4]float64, width, height int) (out [4]float64, keep bool, w wrong) {
	switch {
	case !finiteBox(b):
		return b, false, wrong{box: b, what: "is not finite: left out", is: true}
	case b[2] > 0 && b[3] > 0:
		return p.inside(b, width, height)
	}
	what := ""
	switch {
	case b[2] < 0 && b[3] < 0:
		what = "a negative width and height"
	case b[2] < 0:
		what = "a negative width"
	case b[3] < 0:
		what = "a negative height"
	case b[2] == 0 && b[3] == 0:
		what = "no width and no height"
	case b[2] == 0:
		what = "no width"
	default:
		what = "no height"
	}
	done := "left out"
	if p.AsIs {
		done = "kept, but nothing matches it"
	}
	return b, p.AsIs, wrong{box: b, what: "has " + what + ": " + done, is: true}
}

// inside judges a sound box by where it lies.
func (p *Policy) inside(b [4]float64, width, height int) (out [4]float64, keep bool, _ wrong) {
	if p.AsIs || width == 0 || height == 0 {
		return b, true, wrong{}
	}
	w, h := float64(width), float64(height)
	if b[0] >= -slack && b[1] >= -slack && b[0]+b[2] <= w+slack && b[1]+b[3] <= h+slack &&
		b[0] < w && b[1] < h && b[0]+b[2] > 0 && b[1]+b[3] > 0 {
		return b, true, wrong{}
	}
	x1, y1, x2, y2 := max(b[0], 0), max(b[1], 0), min(b[0]+b[2], w), min(b[1]+b[3], h)
	left := exactBox([4]float64{x1, y1, x2 - x1, y2 - y1})
	if left[2] <= 0 || left[3] <= 0 {
		return b, false, wrong{box: b, width: width, height: height, is: true}
	}
	return left, true, wrong{box: b, left: left, width: width, height: height, is: true}
}

func finiteBox(b [4]float64) bool {
	sum := math.Abs(b[0]) + math.Abs(b[1]) + math.Abs(b[2]) + math.Abs(b[3])
	return sum <= math.MaxFloat64 && math.Abs(b[2]*b[3]) <= math.MaxFloat64
}

// repeats says what becomes of an object that is there twice.
func (p *Policy) repeats() string {
	if p.AsIs {
		return "kept as it is"
	}
	return "left out"
}

// repeated removes the objects of an image that are there twice, and hands out
// each with the one that counts.
func (p *Policy) repeated(objects []Object, found func(first, again *Object) error) ([]Object, error) {
	type looks struct {
		box           [4]float64
		category      int32
		crowd, ignore bool
	}
	const few = 16 // pairs are looked at up to here
	var seen map[looks]int
	if len(objects) > few {
		seen = make(map[looks]int, len(objects))
	}
	twin := func(i int, kept []Object) *Object {
		o := &objects[i]
		key := looks{o.Box, o.Category, o.Crowd, o.Ignore}
		if seen != nil {
			if first, is := seen[key]; is {
				return &kept[first]
			}
			seen[key] = len(kept)
			return nil
		}
		for k := range kept {
			if f := &kept[k]; f.Box[0] == o.Box[0] && key == (looks{f.Box, f.Category, f.Crowd, f.Ignore}) {
				return f
			}
		}
		return nil
	}
	kept := objects[:0]
	for i := range objects {
		if first := twin(i, kept); first != nil {
			if err := found(first, &objects[i]); err != nil {
				return objects, err
			}
			if !p.AsIs {
				continue
			}
		}
		kept = append(kept, objects[i])
	}
	return kept, nil
}
