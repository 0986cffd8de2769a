package crops

import (
	"image"

	"detsample/anchors"
)

// Tiles appends the tiles of an image to dst, row by row: as few of Side x Side
// as cover it and overlap by at least Overlap, spread evenly. Along an axis on
// which the image is no longer than Side there is one, of the image's length.
func (c Config) Tiles(dst []image.Rectangle, width, height int) []image.Rectangle {
	columns, rows := c.along(width), c.along(height)
	w, h := min(c.Side, width), min(c.Side, height)
	for j := range rows {
		y := place(j, rows, height-h)
		for i := range columns {
			x := place(i, columns, width-w)
			dst = append(dst, image.Rect(x, y, x+w, y+h))
		}
	}
	return dst
}

// Count returns the number of tiles of an image.
func (c Config) Count(width, height int) int { return c.along(width) * c.along(height) }

// Shows reports whether one of the tiles of an image, as [Config.Tiles] lists them,
// has a box whole, be it at the tile's border.
func (c Config) Shows(b anchors.Box, width, height int) bool {
	return c.holds(b[0], b[2], width) && c.holds(b[1], b[3], height)
}

// holds reports whether from..to is within one of the tiles along an axis.
func (c Config) holds(from, to float32, extent int) bool {
	n, length := c.along(extent), min(c.Side, extent)
	for i := range n {
		at := place(i, n, extent-length)
		if from >= float32(at) && to <= float32(at+length) {
			return true
		}
	}
	return false
}

// along returns the number of tiles along an axis.
func (c Config) along(extent int) int {
	if extent <= c.Side {
		return 1
	}
	step := max(c.Side-c.Overlap, 1)
	return 1 + (extent-c.Side+step-1)/step
}

// place returns where tile i of n begins, the last at room.
func place(i, n, room int) int {
	if n == 1 {
		return 0
	}
	return i * room / (n - 1)
}
