package dataset

// Ahead reads images beside the work of its caller, who asks for them in the
// order that they will be wanted in. The zero value is ready; it belongs to one
// goroutine. Images whose pixels are in memory cost it nothing.
type Ahead struct {
	asked []reading
	bytes int
}

// reading is an image that was asked for.
type reading struct {
	image *Image
	done  chan outcome // nil where its pixels are in memory
}

type outcome struct {
	pixels Pixels
	err    error
}

// mostAhead is how many bytes of images are read ahead of their use, apart from
// the next one.
const mostAhead = 64 << 20

// Full reports whether enough has been asked for.
func (a *Ahead) Full() bool { return a.bytes >= mostAhead }

// Waiting returns the number of images that were asked for and not yet taken.
func (a *Ahead) Waiting() int { return len(a.asked) }

// Ask begins to read an image.
func (a *Ahead) Ask(im *Image) {
	r := reading{image: im}
	if im.Pix == nil && im.from != nil {
		if _, here := im.from.cache.get(im.source.at); !here {
			r.done = make(chan outcome, 1)
			a.bytes += im.bytes()
			go func() {
				p, err := im.Pixels()
				r.done <- outcome{p, err}
			}()
		}
	}
	a.asked = append(a.asked, r)
}

// Next returns the pixels of the image that was asked for first, once they are
// there. It fails as [Image.Pixels] does, and panics where none was asked for.
func (a *Ahead) Next() (Pixels, error) {
	r := a.asked[0]
	a.asked = a.asked[:copy(a.asked, a.asked[1:])]
	if r.done == nil {
		return r.image.Pixels()
	}
	a.bytes -= r.image.bytes()
	o := <-r.done
	return o.pixels, o.err
}

// bytes returns the size of the image's pixels.
func (im *Image) bytes() int {
	w, h := im.Size()
	return 3 * w * h
}
