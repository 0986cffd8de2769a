package crops

import (
	"cmp"
	"image"
	"slices"
	"sort"

	"detsample/anchors"
)

// Merger joins what was found in the tiles of an image. Its memory is kept from
// image to image; it belongs to one goroutine.
type Merger struct {
	whole, cut, kept []anchors.Detection
	suppress         anchors.Suppressor
	near             grid // of kept
}

// Merge returns the detections of an image, of those in its tiles, which are as
// [Config.Tiles] lists them, each in pixels of its tile and within it: at most
// keep, in falling score, valid until the next call. It takes time in proportion
// to the tiles, as far as each shows a bounded number of detections.
//
// A detection that touches the border of its tile within the image is of an
// object that may go on beyond. It is dropped where another tile has its whole
// box away from borders of that kind, as that tile sees the object better. Of
// the others, those that touch no such border are suppressed first, by [anchors.NMS]
// at iou; those that do, of objects larger than the overlap, stay only where
// nothing of their class that stayed covers half of their area or overlaps by
// more than iou.
func (m *Merger) Merge(width, height int, tiles []image.Rectangle, found [][]anchors.Detection, iou float32, keep int) []anchors.Detection {
	if len(tiles) == 1 {
		return found[0]
	}
	m.whole, m.cut = m.whole[:0], m.cut[:0]
	for t, list := range found {
		others, at := beside(tiles, t)
		for _, d := range list {
			d.Box = shift(d.Box, tiles[t].Min.X, tiles[t].Min.Y)
			switch {
			case !touches(d.Box, tiles[t], width, height):
				m.whole = append(m.whole, d)
			case !seenElsewhere(d.Box, at, others, width, height):
				m.cut = append(m.cut, d)
			}
		}
	}
	m.kept = append(m.kept[:0], m.suppress.NMS(m.whole, iou, -1)...)
	m.near.reset(width, height, tiles[0].Dx(), tiles[0].Dy())
	for _, d := range m.kept {
		m.near.add(d)
	}
	whole, better := len(m.kept), 0
	for _, d := range m.suppress.NMS(m.cut, iou, -1) {
		for better < whole && m.kept[better].Score >= d.Score {
			better++
		}
		if better+len(m.kept)-whole >= keep { // it would not be among those that are returned
			break
		}
		if !m.near.covered(d, iou) {
			m.kept = append(m.kept, d)
			m.near.add(d)
		}
	}
	slices.SortStableFunc(m.kept, func(a, b anchors.Detection) int { return cmp.Compare(b.Score, a.Score) })
	return m.kept[:min(len(m.kept), keep)]
}

// touches reports whether a box comes near a border of its tile that is not the
// image's: as near as what a detector says of an object that goes on there.
func touches(b anchors.Box, tile image.Rectangle, width, height int) bool {
	x, y := float32(margin(float64(b[2]-b[0]))), float32(margin(float64(b[3]-b[1])))
	return tile.Min.X > 0 && b[0] < float32(tile.Min.X)+x ||
		tile.Min.Y > 0 && b[1] < float32(tile.Min.Y)+y ||
		tile.Max.X < width && b[2] > float32(tile.Max.X)-x ||
		tile.Max.Y < height && b[3] > float32(tile.Max.Y)-y
}

// margin is how far, in pixels, a box of an extent is at least from a border
// that it does not touch.
func margin(extent float64) float64 { return 2 + extent/10 }

// beside returns the tiles of the rows that reach into that of tile t, and where
// it is among them.
func beside(tiles []image.Rectangle, t int) (others []image.Rectangle, at int) {
	from := sort.Search(len(tiles), func(i int) bool { return tiles[i].Max.Y > tiles[t].Min.Y })
	to := sort.Search(len(tiles), func(i int) bool { return tiles[i].Min.Y >= tiles[t].Max.Y })
	return tiles[from:to], t - from
}

// seenElsewhere reports whether another tile than t has a box whole.
func seenElsewhere(b anchors.Box, t int, tiles []image.Rectangle, width, height int) bool {
	for i, tile := range tiles {
		if i != t && clip(b, tile) == b && !touches(b, tile, width, height) {
			return true
		}
	}
	return false
}

// covers reports whether a box overlaps another beyond iou, or covers half of it.
func covers(by, b anchors.Box, iou float32) bool {
	return anchors.IoU(by, b) > iou || anchors.IoF(b, by) >= 0.5
}
