package inspect

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/bench/anchorfit"
)

// Cause says why no anchor reaches an object.
type Cause uint8

// The causes, in the order in which they are looked for.
const (
	Reached Cause = iota
	// BySize: no anchor of the pyramid would reach the object even with its
	// centre on it, and the difference in area alone would cost more IoU than
	// that in shape.
	BySize
	// ByRatio: the same, and the difference in shape would cost more.
	ByRatio
	// ByBorder: an anchor beyond the edge of the grid would reach it, or those
	// that do cross the border by more than the assigner allows.
	ByBorder
	// ByStride: an anchor of the pyramid would reach it from the object's own
	// centre, but no cell is near enough.
	ByStride

	causes
)

var causeNames = [causes]string{"reached", "size", "ratio", "border", "stride"}

func (c Cause) String() string { return causeNames[c] }

// MarshalText writes the cause's name.
func (c Cause) MarshalText() ([]byte, error) {
	if c >= causes {
		return nil, fmt.Errorf("inspect: cause %d has no name", uint8(c))
	}
	return []byte(causeNames[c]), nil
}

// cause returns why a box that no anchor reaches is not.
func cause(l *anchorfit.Lattice, p *anchors.Pyramid, box anchors.Box, pos float32) Cause {
	if l.Centred(box) >= pos {
		if l.Unbounded(box) >= pos {
			return ByBorder
		}
		return ByStride
	}
	if bySize, byRatio := fits(p, box); bySize < byRatio {
		return BySize
	}
	return ByRatio
}

// fits returns the largest IoU that an anchor's size would allow were its
// ratio the box's, min(a, b)/max(a, b) of the areas, and that its ratio would
// allow were its size chosen freely, 1/(2 sqrt(q)-1) where q >= 1 is the
// quotient of the ratios (at equal areas).
func fits(p *anchors.Pyramid, box anchors.Box) (bySize, byRatio float64) {
	w, h := float64(box.Width()), float64(box.Height())
	for _, level := range p.Levels {
		for _, size := range level.Sizes {
			a, b := float64(size)*float64(size), w*h
			bySize = max(bySize, min(a, b)/max(a, b))
		}
	}
	for _, r := range p.Ratios {
		q := h / w / float64(r)
		byRatio = max(byRatio, 1/(2*math.Sqrt(max(q, 1/q))-1))
	}
	return bySize, byRatio
}
