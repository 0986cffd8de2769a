package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime"

	"golang.org/x/image/draw"

	"detsample/bench/annotations"
	"detsample/internal/picture"
)

// disk reads the pixels of a set's images from their files.
type disk struct {
	annotated *annotations.Set
	maxPixels int
	files     []fileOf // by the index of the image
	cache     cache
	turns     chan struct{} // how many decode at a time
	there     []int         // images that can be read, or pass for it
	stated    bool          // sizes are those of the annotations, and no file is read
}

// fileOf is what is known of an image's file.
type fileOf struct {
	width, height int // of the pixels as they are decoded
	sum           [sha256.Size]byte
	deep          bool  // 16 bits a channel
	wrong         error // why the image cannot be read
}

func newDisk(a *annotations.Set, maxPixels int, room int64) *disk {
	d := &disk{
		annotated: a, maxPixels: maxPixels, files: make([]fileOf, len(a.Images)),
		cache: cache{room: room}, turns: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	for i := range a.Images {
		if a.Images[i].Path != "" {
			d.there = append(d.there, i)
		}
	}
	return d
}

// inspect reads the file of an image for its digest and the size of its pixels,
// and, if told, to see that it is complete.
func (s *disk) inspect(i int, complete bool) error {
	data, err := s.content(i)
	if err != nil {
		return err
	}
	return s.examine(i, data, complete)
}

// examine is inspect of what the file holds.
func (s *disk) examine(i int, data []byte, complete bool) error {
	f := &s.files[i]
	f.sum = sha256.Sum256(data)
	info, err := picture.Inspect(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if err := info.Within(s.maxPixels); err != nil {
		return err
	}
	if complete {
		if err := picture.Complete(data, info.Format); err != nil {
			return err
		}
	}
	f.deep = info.Deep
	if f.width, f.height = info.Shown(); s.annotated.Images[i].Stored {
		f.width, f.height = info.Width, info.Height
	}
	return nil
}

// mostBytes is the largest file of an image that is read.
const mostBytes = 1 << 30

// content returns what an image's file holds.
func (s *disk) content(i int) ([]byte, error) {
	f, err := s.annotated.OpenImage(i)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	about, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !about.Mode().IsRegular():
		return nil, errors.New("it is no regular file any more")
	case about.Size() > mostBytes:
		return nil, fmt.Errorf("its file has %d bytes, more than the %d that are read", about.Size(), mostBytes)
	}
	var data bytes.Buffer
	data.Grow(int(about.Size()) + bytes.MinRead)
	if _, err := data.ReadFrom(io.LimitReader(f, mostBytes)); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// ImageError is an image of a loaded set that cannot be read any more, or is not
// what it was.
type ImageError struct {
	Set, Name string // the set's path, and the image's in it
	Err       error
}

// Error implements error.
func (e *ImageError) Error() string {
	return fmt.Sprintf("dataset: %s: image %s cannot be read any more: %v: put it back as it was and go on (compare with --resume, a shard as it was), or begin anew", e.Set, e.Name, e.Err)
}

// Unwrap returns the cause.
func (e *ImageError) Unwrap() error { return e.Err }

// pixels returns the pixels of an image, without its canvas.
func (s *disk) pixels(im *Image) (Pixels, error) {
	p, err := s.read(im)
	if err != nil {
		return p, &ImageError{s.annotated.Path, im.Name, err}
	}
	return p, nil
}

// read returns the pixels of an image from the cache or its file.
func (s *disk) read(im *Image) (Pixels, error) {
	if p, ok := s.cache.get(im.source.at); ok {
		return p, nil
	}
	s.turns <- struct{}{}
	defer func() { <-s.turns }()
	data, err := s.content(im.source.at)
	if err != nil {
		return Pixels{}, err
	}
	if sha256.Sum256(data) != s.files[im.source.at].sum {
		return Pixels{}, errors.New("its file has changed")
	}
	src, err := s.decode(im.source.at, data)
	if err != nil {
		return Pixels{}, err
	}
	width, height := im.Size()
	p := Pixels{resize(src, width, height), width, height}
	s.cache.put(im.source.at, p)
	return p, nil
}

// decode returns the pixels that an image's file holds.
func (s *disk) decode(i int, data []byte) (image.Image, error) {
	return picture.Decode(bytes.NewReader(data), s.maxPixels, s.annotated.Images[i].Stored)
}

// identify writes what stands for the pixels of an image.
func (s *disk) identify(w io.Writer, im *Image) {
	f := &s.files[im.source.at]
	width, height := im.Size()
	_ = binary.Write(w, binary.LittleEndian, []uint64{uint64(width), uint64(height)}) // a digest does not fail
	_, _ = w.Write(f.sum[:])
	_, _ = fmt.Fprint(w, s.annotated.Images[im.source.at].Stored)
}

// resize returns src scaled to width x height, as HWC bytes of RGB.
func resize(src image.Image, width, height int) []uint8 {
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	if b := src.Bounds(); b.Dx() == width && b.Dy() == height {
		draw.Copy(dst, image.Point{}, src, b, draw.Src, nil)
	} else {
		draw.CatmullRom.Scale(dst, dst.Rect, src, b, draw.Src, nil)
	}
	rgb := make([]uint8, 3*width*height)
	for i := range width * height {
		copy(rgb[3*i:3*i+3], dst.Pix[4*i:])
	}
	return rgb
}
