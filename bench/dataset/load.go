package dataset

import (
	"fmt"
	"image"
	"math"
	"runtime"
	"slices"

	"golang.org/x/image/draw"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/internal/parallel"
	"detsample/internal/picture"
)

// images decodes and scales images in parallel and returns the usable ones in
// their order, each as large as its content.
func (l *loader) images(indices []int) ([]Image, error) {
	images := make([]Image, len(indices))
	found := make([][]annotations.Problem, len(indices))
	parallel.For(runtime.GOMAXPROCS(0), len(indices), func(_, k int) {
		if l.ctx.Err() == nil {
			images[k], found[k] = l.image(indices[k])
		}
	})
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	for _, list := range found {
		for _, p := range list {
			if err := l.found.add(p); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(images, func(im Image) bool { return im.Pix == nil }), nil
}

// image decodes and scales image i of the annotations; Pix is nil where that
// fails.
func (l *loader) image(i int) (Image, []annotations.Problem) {
	im := &l.annotated.Images[i]
	src, err := l.decode(i)
	if err != nil {
		return Image{}, []annotations.Problem{{File: im.Path, Message: err.Error() + ": image left out"}}
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	scale := float64(l.Size) / float64(max(w, h))
	if l.Original {
		scale = 1
	}
	width := max(1, int(math.Round(float64(w)*scale)))
	height := max(1, int(math.Round(float64(h)*scale)))
	objects, found := l.objects(im, w, h, float64(width)/float64(w), float64(height)/float64(h))
	return Image{
		Name: im.Path, ID: im.ID,
		Pix: resize(src, width, height), Width: width, Height: height,
		Scale: float32(scale), Objects: objects, source: source{i, w, h},
	}, found
}

func (l *loader) decode(i int) (image.Image, error) {
	f, err := l.annotated.OpenImage(i)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return picture.Decode(f, l.MaxPixels, l.annotated.Images[i].Stored)
}

// objects returns the objects of an image of w x h that is scaled by sx and sy.
func (l *loader) objects(im *annotations.Image, w, h int, sx, sy float64) ([]Object, []annotations.Problem) {
	var found []annotations.Problem
	objects := make([]Object, 0, len(im.Objects))
	for i := range im.Objects {
		o := &im.Objects[i]
		class := l.class[o.Category]
		if class < 0 {
			continue // counted and reported by chooseClasses
		}
		x1, y1 := max(o.Box[0], 0), max(o.Box[1], 0)
		x2, y2 := min(o.Box[0]+o.Box[2], float64(w)), min(o.Box[1]+o.Box[3], float64(h))
		box := anchors.Box{float32(x1 * sx), float32(y1 * sy), float32(x2 * sx), float32(y2 * sy)}
		if !box.Valid() {
			found = append(found, annotations.Problem{
				File:    im.Source,
				Object:  fmt.Sprintf("annotation %d (%.40s)", o.ID, l.annotated.Categories[o.Category].Name),
				Message: fmt.Sprintf("box %v (x, y, width, height) vanishes at the network's resolution: left out", o.Box),
			})
			continue
		}
		objects = append(objects, Object{Box: box, Class: class, Ignore: o.Crowd || o.Ignore})
	}
	return objects, found
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
