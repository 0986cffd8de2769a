// Package picture reads images as OpenCV, and Pillow's exif_transpose and
// convert("RGB"), give them: turned and mirrored as their EXIF orientation says,
// and with the colours that are stored beneath any transparency.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // formats that image.Decode reads
	_ "image/jpeg"
	_ "image/png"
	"io"

	_ "golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// formats lists what is read, for messages.
const formats = "JPEG, PNG, BMP, WebP, TIFF or GIF"

// Info is what an image's header says.
type Info struct {
	// Format is what the content is, such as "jpeg", whatever the file's name.
	Format string
	// Width and Height are those of the pixels as stored, at least 1.
	Width, Height int
	// Orientation is EXIF's, from 1 (as stored) to 8.
	Orientation int
	// Deep says that a channel has 16 bits.
	Deep bool
}

// Shown returns the size of the image as it is shown.
func (i Info) Shown() (width, height int) {
	if i.Orientation >= 5 {
		return i.Height, i.Width
	}
	return i.Width, i.Height
}

// Within returns an error where an image has more than maxPixels.
func (i Info) Within(maxPixels int) error {
	if int64(i.Width) > int64(maxPixels)/int64(i.Height) {
		return fmt.Errorf("its header claims %dx%d pixels, more than the %d that are decoded", i.Width, i.Height, maxPixels)
	}
	return nil
}

// Inspect reads the header of an image. The error says what the file is in
// place of an image that can be read.
//
// It reads what describes the pixels, not the pixels, and holds no more of that
// than the file has.
func Inspect(f io.ReadSeeker) (Info, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Info{}, err
	}
	c, format, err := header(f)
	if err != nil {
		return Info{}, unreadable(f, format, err)
	}
	if c.Width < 1 || c.Height < 1 {
		return Info{}, fmt.Errorf("its header claims %dx%d pixels", c.Width, c.Height)
	}
	if err := unread(f, format); err != nil {
		return Info{}, err
	}
	deep := c.ColorModel == color.Gray16Model || c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model
	return Info{format, c.Width, c.Height, orientation(f, format), deep}, nil
}

// header is image.DecodeConfig, but that of a TIFF, whose directory may lie
// behind the pixels, these are passed over and not read into memory.
func header(f io.ReadSeeker) (image.Config, string, error) {
	var magic [4]byte
	if _, err := io.ReadFull(f, magic[:]); err == nil && (string(magic[:]) == "II*\x00" || string(magic[:]) == "MM\x00*") {
		c, err := tiff.DecodeConfig(anywhere{f})
		return c, "tiff", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return image.Config{}, "", err
	}
	return image.DecodeConfig(f)
}

// anywhere reads at any place by going there.
type anywhere struct{ io.ReadSeeker }

// ReadAt implements io.ReaderAt.
func (a anywhere) ReadAt(p []byte, at int64) (int, error) {
	if _, err := a.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(a, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// Decode reads the pixels of an image of at most maxPixels as they are shown,
// or as they are stored.
func Decode(f io.ReadSeeker, maxPixels int, stored bool) (image.Image, error) {
	info, err := Inspect(f)
	if err != nil {
		return nil, err
	}
	if err := info.Within(maxPixels); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	im, format, err := decode(f, info.Format)
	if err != nil {
		return nil, unreadable(f, format, err)
	}
	im = opaque(im)
	if stored {
		return im, nil
	}
	return turned(im, info.Orientation), nil
}

// decode is image.Decode that knows the format, and gives a GIF the colour that it
// shows as none.
func decode(f io.ReadSeeker, format string) (image.Image, string, error) {
	if format != "gif" {
		return image.Decode(f)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, format, err
	}
	keepGIF(data)
	return image.Decode(bytes.NewReader(data))
}

// unreadable says what keeps an image from being read.
func unreadable(f io.ReadSeeker, format string, err error) error {
	if of := unsupported(f, err); of != nil {
		return of
	}
	if err != image.ErrFormat {
		if format == "" {
			format = "image"
		}
		if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
			return fmt.Errorf("broken %s: it ends too early", format)
		}
		return fmt.Errorf("broken %s: %w", format, err)
	}
	if what := content(f); what != "" {
		return fmt.Errorf("it is %s, which is not read: want %s", what, formats)
	}
	return errors.New("its content is none of " + formats)
}
