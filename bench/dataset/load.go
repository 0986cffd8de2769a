package dataset

import (
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // formats that image.Decode reads
	_ "image/png"
	"io/fs"
	"math"
	"slices"

	"golang.org/x/image/draw"
)

// loadAll decodes and scales pictures in parallel and returns the usable ones
// in their order, each as large as its content, with the findings in order.
func loadAll(fsys fs.FS, pictures []picture, classes map[string]int32, o Options) ([]Image, problems) {
	images := make([]Image, len(pictures))
	found := make([]problems, len(pictures))
	each(len(pictures), func(i int) bool {
		images[i], found[i] = load(fsys, &pictures[i], classes, o)
		return found[i].refused(o.OnProblem) == nil
	})
	images = slices.DeleteFunc(images, func(im Image) bool { return im.Pix == nil })
	return images, slices.Concat(found...)
}

// load decodes and scales one picture; Pix is nil where that fails.
func load(fsys fs.FS, p *picture, classes map[string]int32, o Options) (Image, problems) {
	var log problems
	src, err := decode(fsys, p.file, o.MaxPixels)
	if err != nil {
		log.addf(p.file, "%v: image left out", err)
		return Image{}, log
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if p.width > 0 && p.height > 0 && (p.width != w || p.height != h) {
		log.addf(p.source, "says %dx%d, but the image %s is %dx%d: boxes are taken as pixels of the image", p.width, p.height, p.file, w, h)
	}
	scale := float64(o.Size) / float64(max(w, h))
	width := max(1, int(math.Round(float64(w)*scale)))
	height := max(1, int(math.Round(float64(h)*scale)))
	objects, found := p.objects(classes, w, h, float64(width)/float64(w), float64(height)/float64(h))
	return Image{
		Name: p.file, ID: p.id,
		Pix: resize(src, width, height), Width: width, Height: height,
		Scale: float32(scale), Objects: objects,
	}, append(log, found...)
}

// decode reads a JPEG or PNG of at most maxPixels pixels.
func decode(fsys fs.FS, file string, maxPixels int) (image.Image, error) {
	if err := regular(fsys, file); err != nil {
		return nil, err
	}
	header, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer header.Close()
	c, format, err := image.DecodeConfig(header)
	if err == image.ErrFormat {
		return nil, errors.New("neither JPEG nor PNG")
	}
	if err != nil {
		return nil, fmt.Errorf("broken image: %w", err)
	}
	if c.Width < 1 || c.Height < 1 || int64(c.Width) > int64(maxPixels)/int64(c.Height) {
		return nil, fmt.Errorf("claims %dx%d pixels, the limit (Options.MaxPixels) is %d", c.Width, c.Height, maxPixels)
	}
	body, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	im, _, err := image.Decode(body)
	if err != nil {
		return nil, fmt.Errorf("broken %s: %w", format, err)
	}
	return im, nil
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

// grey fills the canvas beyond an image.
const grey = 128

// letterbox brings every image to the smallest common canvas whose sides are
// multiples of multiple.
func (s *Set) letterbox(multiple int) {
	splits := [2][]Image{s.Train, s.Test}
	for _, images := range splits {
		for i := range images {
			s.Width = max(s.Width, images[i].Width)
			s.Height = max(s.Height, images[i].Height)
		}
	}
	s.Width = (s.Width + multiple - 1) / multiple * multiple
	s.Height = (s.Height + multiple - 1) / multiple * multiple
	for _, images := range splits {
		for i := range images {
			images[i].extend(s.Width, s.Height)
		}
	}
}

// extend pads the image with grey at its right and bottom.
func (im *Image) extend(width, height int) {
	if im.Width == width && im.Height == height {
		return
	}
	pix := make([]uint8, 3*width*height)
	for i := range pix {
		pix[i] = grey
	}
	for y := range im.Height {
		copy(pix[3*y*width:], im.Pix[3*y*im.Width:3*(y+1)*im.Width])
	}
	im.Pix, im.Width, im.Height = pix, width, height
}
