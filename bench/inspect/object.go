package inspect

import (
	"math"

	"detsample/anchors"
	"detsample/bench/annotations"
)

// object is what the analysis remembers of an object.
type object struct {
	box       anchors.Box // in pixels of the scaled image
	image     int32
	class     int32
	positives int32 // anchors that are matched to it
	best      float32
	cocoSize  uint8
	bin       uint8
	cause     Cause
}

// side returns sqrt(width*height).
func (o *object) side() float64 { return math.Sqrt(float64(o.box.Width()) * float64(o.box.Height())) }

// scaled returns an annotated box in pixels of the scaled image.
func scaled(o *annotations.Object, sx, sy float64) anchors.Box {
	return anchors.Box{
		float32(o.Box[0] * sx), float32(o.Box[1] * sy),
		float32((o.Box[0] + o.Box[2]) * sx), float32((o.Box[1] + o.Box[3]) * sy),
	}
}

// COCO's sizes of objects, by the area of the box in pixels of the original.
const (
	small = iota
	medium
	large
	cocoSizes
)

var cocoNames = [cocoSizes]string{"small", "medium", "large"}

func cocoSize(o *annotations.Object) uint8 {
	switch area := o.Box[2] * o.Box[3]; {
	case area < 32*32:
		return small
	case area < 96*96:
		return medium
	}
	return large
}

// Bins of sides by octaves: the first below 4 pixels, the last from 1024.
const (
	firstEdge = 4
	octaves   = 10
)

// binOf returns the octave of a side.
func binOf(side float64) uint8 {
	if !(side >= firstEdge) {
		return 0
	}
	return uint8(min(octaves-1, 1+int(math.Floor(math.Log2(side/firstEdge)))))
}

// edges returns the sides between which a bin lies; to is 0 for none.
func edges(bin int) (from, to float64) {
	if bin > 0 {
		from = firstEdge * math.Exp2(float64(bin-1))
	}
	if bin < octaves-1 {
		to = firstEdge * math.Exp2(float64(bin))
	}
	return from, to
}

// Octave returns the index, in [Level.ByOctave], of the octave that begins at
// a side ([Group.From]).
func Octave(from float64) int { return int(binOf(from)) }
