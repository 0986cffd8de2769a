package annotations

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"detsample/internal/picture"
)

// measure reads the size of the image at its path and compares it with what
// the annotation states; the image's own counts. An image that cannot be read
// loses its path. Where the annotation states another size for no reason that the
// image tells, that is returned, and what it means for the boxes is open.
func measure(fsys fs.FS, im *Image, found *findings) (stated size) {
	add := func(format string, args ...any) {
		found.add(Problem{File: im.Source, Message: fmt.Sprintf(format, args...)})
	}
	info, err := inspect(fsys, im.Path)
	if err != nil {
		found.add(Problem{File: im.Path, Message: err.Error() + ": the image is not read"})
		im.Path = ""
		return size{}
	}
	w, h := info.Shown()
	switch {
	case im.Width == w && im.Height == h:
	case im.Width == 0 || im.Height == 0:
		im.Width, im.Height = w, h
	case im.Width == info.Width && im.Height == info.Height:
		im.Stored = true
		add("says %dx%d, which is %s as its pixels are stored: its EXIF orientation %d is not heeded", im.Width, im.Height, im.Path, info.Orientation)
	default:
		stated = size{im.Width, im.Height}
		im.Width, im.Height = w, h
	}
	return stated
}

func inspect(fsys fs.FS, file string) (picture.Info, error) {
	f, err := openRegular(fsys, file)
	if err != nil {
		return picture.Info{}, err
	}
	defer f.Close()
	seeker, ok := f.(io.ReadSeeker)
	if !ok {
		return picture.Info{}, errors.New("its file system cannot seek")
	}
	info, err := picture.Inspect(seeker)
	return info, plainPathError(err)
}
