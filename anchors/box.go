package anchors

// Box is an axis-aligned rectangle {x1, y1, x2, y2} in pixels: corners, x to
// the right and y downwards, width x2-x1 (no legacy +1). A []Box is laid out
// in memory like a row-major (N, 4) float32 matrix.
type Box [4]float32

// Width returns x2-x1, negative for an inverted box.
func (b Box) Width() float32 { return b[2] - b[0] }

// Height returns y2-y1, negative for an inverted box.
func (b Box) Height() float32 { return b[3] - b[1] }

// Area returns width times height, and 0 for a degenerate or inverted box.
func (b Box) Area() float32 {
	w, h := b.Width(), b.Height()
	if w <= 0 || h <= 0 {
		return 0
	}
	return float32(w * h) // not fused with what is added to it, on any machine
}

// Center returns the box's midpoint.
func (b Box) Center() (x, y float32) { return 0.5 * (b[0] + b[2]), 0.5 * (b[1] + b[3]) }

// Valid reports whether the box has finite corners and a positive width and
// height; only such boxes may be ground truth.
func (b Box) Valid() bool {
	for _, v := range b {
		if v-v != 0 { // NaN or infinite
			return false
		}
	}
	return b[2] > b[0] && b[3] > b[1]
}

// Clip returns the part of b that lies inside an image of the given size.
// A box wholly outside becomes degenerate, on the nearest border.
func (b Box) Clip(width, height float32) Box {
	return Box{
		min(max(b[0], 0), width), min(max(b[1], 0), height),
		min(max(b[2], 0), width), min(max(b[3], 0), height),
	}
}

// Scale returns b with its x coordinates multiplied by sx and its y
// coordinates by sy.
func (b Box) Scale(sx, sy float32) Box {
	return Box{b[0] * sx, b[1] * sy, b[2] * sx, b[3] * sy}
}

// Intersection returns the area that a and b share, 0 where they do not meet.
func Intersection(a, b Box) float32 {
	w := min(a[2], b[2]) - max(a[0], b[0])
	h := min(a[3], b[3]) - max(a[1], b[1])
	if w <= 0 || h <= 0 {
		return 0
	}
	return float32(w * h)
}

// IoU returns intersection over union, |a∩b| / |a∪b|, in [0, 1]; 0 where
// either box is degenerate.
func IoU(a, b Box) float32 {
	inter := Intersection(a, b)
	if inter == 0 {
		return 0
	}
	return inter / (a.Area() + b.Area() - inter)
}

// IoF returns intersection over foreground, |a∩b| / |a|: the share of a that
// b covers. COCO matches detections with crowd regions by it, and
// mmdetection ignores candidates with it (iof mode).
func IoF(a, b Box) float32 {
	inter := Intersection(a, b)
	if inter == 0 {
		return 0
	}
	return inter / a.Area()
}
