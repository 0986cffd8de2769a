package small

import (
	"math/rand/v2"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
)

// loader makes batches of training images, whole or cropped: in the run's
// order, or each new, some mirrored. It reads ahead of the training, and reuses
// its memory from batch to batch.
type loader struct {
	set   *dataset.Set
	order *order
	fresh dataset.Stream // nil: the set's images, in order
	drawn uint64         // images so far
	flips *rand.Rand     // nil: no image is mirrored
	batch detector.Batch

	queue []draw // of images that are read ahead, in their order
	ahead dataset.Ahead
	cut   cutter
}

// draw is a training image that is to come.
type draw struct {
	image *dataset.Image
	id    uint64 // its identity in the data
	nth   uint64 // how many were drawn before it
	flip  bool
}

func newLoader(set *dataset.Set, t config.Training, seed uint64) *loader {
	l := &loader{
		set:   set,
		order: newOrder(seed, len(set.Train)),
		batch: newBatch(set, t.Batch),
		cut:   cutter{Config: set.Crops, seed: seed},
	}
	if set.Fresh != nil {
		l.fresh = set.Fresh(seed)
	}
	if t.Flip {
		l.flips = rand.New(rand.NewPCG(seed, streamFlip))
	}
	return l
}

// newBatch returns a batch of at most so many images of a set.
func newBatch(set *dataset.Set, images int) detector.Batch {
	return detector.Batch{Width: set.Width, Height: set.Height, Images: make([]detector.Image, images)}
}

// next returns the next n images, at most the batch size; valid until the next
// call. It fails where an image cannot be drawn or read.
func (l *loader) next(n int) (detector.Batch, error) {
	b := l.batch
	b.Images = b.Images[:n]
	for i := range b.Images {
		if err := l.load(&b.Images[i], b); err != nil {
			return b, err
		}
	}
	if l.fresh == nil {
		for len(l.queue) < 2*cap(b.Images) && !l.ahead.Full() {
			l.ask()
		}
	}
	return b, nil
}

// load copies the next image into one of a batch.
func (l *loader) load(dst *detector.Image, b detector.Batch) error {
	if l.fresh != nil {
		d := l.draw(nil)
		var err error
		if d.image, err = l.fresh.Image(d.id); err != nil {
			return err
		}
		load(dst, d.image, dataset.Pixels{Pix: d.image.Pix, Width: d.image.Width, Height: d.image.Height}, b, d.id, d.flip)
		return nil
	}
	for len(l.queue) == 0 {
		l.ask()
	}
	d := l.queue[0]
	l.queue = l.queue[:copy(l.queue, l.queue[1:])]
	pixels, err := l.ahead.Next()
	if err != nil {
		return err
	}
	l.cut.take(dst, d.image, pixels, b, d.nth, d.id, d.flip)
	return nil
}

// ask draws an image of the set and begins to read it.
func (l *loader) ask() {
	k := l.order.next()
	d := l.draw(&l.set.Train[k])
	d.id = uint64(k)
	l.queue = append(l.queue, d)
	l.ahead.Ask(d.image)
}

// draw draws what is drawn of every image, whose id is how many came before.
func (l *loader) draw(image *dataset.Image) draw {
	d := draw{image: image, id: l.drawn, nth: l.drawn}
	l.drawn++
	d.flip = l.flips != nil && l.flips.Uint64()&1 == 1
	return d
}

// skip passes over n images, as if they had been asked for. None must have been.
func (l *loader) skip(n int) {
	for range n {
		if l.fresh == nil {
			l.order.next()
		}
		l.draw(nil)
	}
}

// load copies an annotated image into one of a batch, mirrored if flip.
func load(dst *detector.Image, src *dataset.Image, pixels dataset.Pixels, b detector.Batch, id uint64, flip bool) {
	begin(dst, id)
	dst.Pix = pixels.On(dst.Pix, b.Width, b.Height)
	dst.Width, dst.Height = src.OwnWidth, src.OwnHeight
	for _, o := range src.Objects {
		add(&dst.Truth, o.Box, o.Class, o.Ignore)
	}
	if flip {
		width, _ := src.Size()
		mirror(dst, b.Width, width)
	}
}

// begin empties an image of a batch for the next one.
func begin(dst *detector.Image, id uint64) {
	dst.ID = id
	t := &dst.Truth
	t.Box, t.Class, t.Ignore = t.Box[:0], t.Class[:0], t.Ignore[:0]
}

func add(t *anchors.Truth, b anchors.Box, class int32, ignore bool) {
	if ignore {
		t.Ignore = append(t.Ignore, b)
		return
	}
	t.Box, t.Class = append(t.Box, b), append(t.Class, class)
}

// mirror reverses the first pixels, the image's own, of every row of an RGB
// canvas, and the image's boxes.
func mirror(m *detector.Image, canvas, width int) {
	for row := m.Pix; len(row) > 0; row = row[3*canvas:] {
		for a, b := 0, 3*(width-1); a < b; a, b = a+3, b-3 {
			row[a], row[b] = row[b], row[a]
			row[a+1], row[b+1] = row[b+1], row[a+1]
			row[a+2], row[b+2] = row[b+2], row[a+2]
		}
	}
	for _, boxes := range [2][]anchors.Box{m.Truth.Box, m.Truth.Ignore} {
		for i := range boxes {
			boxes[i] = mirrorBox(boxes[i], float32(width))
		}
	}
}

func mirrorBox(b anchors.Box, width float32) anchors.Box {
	return anchors.Box{width - b[2], b[1], width - b[0], b[3]}
}
