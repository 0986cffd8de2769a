package small

import (
	"math/rand/v2"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
)

// loader makes batches of training images: in the run's order, or each new,
// some mirrored. It reuses its memory from batch to batch.
type loader struct {
	set   *dataset.Set
	order *order
	fresh dataset.Stream // nil: the set's images, in order
	drawn uint64         // images of fresh
	flips *rand.Rand     // nil: no image is mirrored
	batch detector.Batch
}

func newLoader(set *dataset.Set, t config.Training, seed uint64) *loader {
	l := &loader{
		set:   set,
		order: newOrder(seed, len(set.Train)),
		batch: detector.Batch{Width: set.Width, Height: set.Height, Images: make([]detector.Image, t.Batch)},
	}
	if set.Fresh != nil {
		l.fresh = set.Fresh(seed)
	}
	if t.Flip {
		l.flips = rand.New(rand.NewPCG(seed, streamFlip))
	}
	return l
}

// next returns the next n images, at most the batch size; valid until the next
// call. It fails as the set's Fresh does.
func (l *loader) next(n int) (detector.Batch, error) {
	b := l.batch
	b.Images = b.Images[:n]
	for i := range b.Images {
		image, id, err := l.image()
		if err != nil {
			return b, err
		}
		load(&b.Images[i], image, id, l.flips != nil && l.flips.Uint64()&1 == 1)
	}
	return b, nil
}

// image returns the next image and its identity in the data.
func (l *loader) image() (*dataset.Image, uint64, error) {
	if l.fresh == nil {
		k := l.order.next()
		return &l.set.Train[k], uint64(k), nil
	}
	id := l.drawn
	l.drawn++
	image, err := l.fresh.Image(id)
	return image, id, err
}

// skip passes over n images, as if they had been asked for.
func (l *loader) skip(n int) {
	for range n {
		if l.fresh != nil {
			l.drawn++
		} else {
			l.order.next()
		}
		if l.flips != nil {
			l.flips.Uint64()
		}
	}
}

// load copies an annotated image into dst, mirrored if flip.
func load(dst *detector.Image, src *dataset.Image, id uint64, flip bool) {
	dst.ID = id
	dst.Pix = append(dst.Pix[:0], src.Pix...)
	dst.Width, dst.Height = src.OwnWidth, src.OwnHeight
	width := src.Width
	if src.OwnWidth > 0 {
		width = src.OwnWidth
	}
	t := &dst.Truth
	t.Box, t.Class, t.Ignore = t.Box[:0], t.Class[:0], t.Ignore[:0]
	if flip {
		mirror(dst.Pix, src.Width, width)
	}
	for _, o := range src.Objects {
		box := o.Box
		if flip {
			box = mirrorBox(box, float32(width))
		}
		if o.Ignore {
			t.Ignore = append(t.Ignore, box)
			continue
		}
		t.Box, t.Class = append(t.Box, box), append(t.Class, o.Class)
	}
}

// mirror reverses the first pixels, the image's own, of every row of an RGB
// canvas.
func mirror(pix []uint8, canvas, width int) {
	for row := pix; len(row) > 0; row = row[3*canvas:] {
		for a, b := 0, 3*(width-1); a < b; a, b = a+3, b-3 {
			row[a], row[b] = row[b], row[a]
			row[a+1], row[b+1] = row[b+1], row[a+1]
			row[a+2], row[b+2] = row[b+2], row[a+2]
		}
	}
}

func mirrorBox(b anchors.Box, width float32) anchors.Box {
	return anchors.Box{width - b[2], b[1], width - b[0], b[3]}
}
