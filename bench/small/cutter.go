package small

import (
	"image"

	"detsample/anchors"
	"detsample/bench/crops"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
	"detsample/sampling"
)

// cutter cuts parts out of images. It belongs to one goroutine.
type cutter struct {
	crops.Config
	seed   uint64
	source sampling.Source
	boxes  []anchors.Box
}

// streamCrop keeps the places of crops apart from what else is drawn by a seed.
const streamCrop uint64 = 0x63726f70 // "crop"

// place returns where a training image is cropped: drawn by the seed, how many
// images the run has seen before, and the image.
func (c *cutter) place(m *dataset.Image, nth, id uint64) image.Rectangle {
	c.boxes = c.boxes[:0]
	for _, o := range m.Objects {
		if !o.Ignore {
			c.boxes = append(c.boxes, o.Box)
		}
	}
	rng := c.source.At(sampling.Key{Seed: c.seed ^ streamCrop, Step: nth, Image: id})
	return c.Place(rng, m.Width, m.Height, c.boxes)
}

// take copies an annotated image into one of a batch, whole or, where images are
// cut, a crop of it that place draws; mirrored if flip.
func (c *cutter) take(dst *detector.Image, src *dataset.Image, pixels dataset.Pixels, b detector.Batch, nth, id uint64, flip bool) {
	if c.Side == 0 {
		load(dst, src, pixels, b, id, flip)
		return
	}
	c.load(dst, src, pixels, c.place(src, nth, id), b, id, flip)
}

// load copies a part of an annotated image into one of a batch, mirrored if
// flip.
func (c *cutter) load(dst *detector.Image, src *dataset.Image, pixels dataset.Pixels, r image.Rectangle, b detector.Batch, id uint64, flip bool) {
	begin(dst, id)
	w, h := r.Dx(), r.Dy()
	dst.Pix = pixels.Cut(dst.Pix, r.Min.X, r.Min.Y, w, h, b.Width, b.Height)
	if dst.Width, dst.Height = w, h; w == b.Width && h == b.Height {
		dst.Width, dst.Height = 0, 0
	}
	for _, o := range src.Objects {
		if cut, learnt := c.Cut(o.Box, r); cut.Valid() {
			add(&dst.Truth, cut, o.Class, o.Ignore || !learnt)
		}
	}
	if flip {
		mirror(dst, b.Width, w)
	}
}
