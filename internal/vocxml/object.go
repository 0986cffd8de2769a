package vocxml

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// finish turns what was written about an object into an Object.
func (e *element) finish() Object {
	o := Object{Name: e.name, Named: e.named, Line: e.line}
	switch strings.ToLower(e.difficult) {
	case "1", "true", "yes":
		o.Difficult = true
	case "", "0", "false", "no":
	default:
		o.notef("<difficult> is %.40q: taken as 0", e.difficult)
	}
	switch {
	case e.boxes > 0:
		if e.boxes > 1 {
			o.notef("%d <bndbox>: the first counts", e.boxes)
		}
		o.corners(e)
	case e.other != "":
		o.Wrong = fmt.Sprintf("no <bndbox>, but <%s>", e.other)
	case e.parts:
		o.Wrong = "no <bndbox> but those of its parts"
	default:
		o.Wrong = "no <bndbox>"
	}
	return o
}

func (o *Object) notef(format string, args ...any) {
	o.Notes = append(o.Notes, fmt.Sprintf(format, args...))
}

func (o *Object) corners(e *element) {
	for i, text := range e.box {
		v, err := strconv.ParseFloat(text, 64)
		if whole, fraction, comma := strings.Cut(text, ","); err != nil && comma {
			if v, err = strconv.ParseFloat(whole+"."+fraction, 64); err == nil {
				o.notef("<%s> %s has a comma as the decimal sign: read as %v", corners[i], text, v)
			}
		}
		switch {
		case !e.given[i]:
			o.Wrong = fmt.Sprintf("<bndbox> without <%s>", corners[i])
		case text == "":
			o.Wrong = fmt.Sprintf("<%s> is empty", corners[i])
		case err != nil:
			o.Wrong = fmt.Sprintf("<%s> is %.40q, no number", corners[i], text)
		case math.IsNaN(v) || math.IsInf(v, 0):
			o.Wrong = fmt.Sprintf("<%s> is %.40q, not finite", corners[i], text)
		}
		if o.Wrong != "" {
			return
		}
		o.Box[i] = v
	}
	o.order()
}

// order swaps corners that are the wrong way round and turns them into
// continuous coordinates.
func (o *Object) order() {
	b := &o.Box
	for i := range 2 {
		if b[i] > b[i+2] {
			o.notef("<%s> %v is above <%s> %v: swapped", corners[i], b[i], corners[i+2], b[i+2])
			b[i], b[i+2] = b[i+2], b[i]
		}
	}
	// Corners written as one point are a slip and stay without size; taken as
	// inclusive pixels they would pass for a box of one pixel.
	if b[0] == b[2] || b[1] == b[3] {
		return
	}
	if o.Shares = shares(b); o.Shares {
		return
	}
	for i := range 2 {
		if b[i] >= 0 && b[i] < 1 {
			o.notef("<%s> is %v, where Pascal VOC counts from 1: taken as the image's edge", corners[i], b[i])
			b[i] = 0
			continue
		}
		b[i]--
	}
}

// shares reports whether corners look like shares of the image's size, and not like
// a speck in the first pixel, whose upper left corner is 1 or more.
func shares(b *[4]float64) bool {
	const rounding = 0.01
	fraction := false
	for _, v := range b {
		if !(v >= -rounding && v <= 1+rounding) {
			return false
		}
		fraction = fraction || v != math.Trunc(v)
	}
	return fraction && b[0] < 1 && b[1] < 1
}
