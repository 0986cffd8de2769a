package dataset

import (
	"context"

	"detsample/bench/annotations"
)

// Files is what is known of the files of annotations' images before any is trained
// on: which of them can be read, and how large they are.
type Files struct {
	disk *disk
}

// Look reads the files of the images of a as [Load] does, and keeps no pixels. The
// error is that of ctx.
func Look(ctx context.Context, a *annotations.Set) (*Files, error) {
	o, err := Options{}.filled()
	if err != nil {
		return nil, err
	}
	l := loader{ctx: ctx, Options: o, annotated: a, disk: newDisk(a, o.MaxPixels, 0)}
	decoding := l.pixels(l.disk.there) <= decodedAtOnce
	return &Files{l.disk}, l.each(l.disk.there, func(i int) error { return l.disk.check(i, decoding) })
}

// Stated stands for the files of images that are not at hand: all of those whose
// sizes a states can be read, and are so large.
func Stated(a *annotations.Set) *Files {
	d := newDisk(a, 0, 0)
	d.stated, d.there = true, nil
	for i := range a.Images {
		im := &a.Images[i]
		if d.files[i].width, d.files[i].height = im.Width, im.Height; im.Width > 0 && im.Height > 0 {
			d.there = append(d.there, i)
		}
	}
	return &Files{d}
}

// Load makes the set that [Load] makes, and reads no file for it. Pixels are read
// without a cache; none are there of files that are stated.
func (f *Files) Load(ctx context.Context, o Options) (*Set, error) {
	return load(ctx, f.disk.annotated, f.disk, o)
}

// Strike takes the path of each image that [Load] would leave out, which is added to
// [annotations.Set.Problems] in the same words, and says there what Load would find
// between the splits. Of files that are stated there is nothing to say. The error is
// that of ctx.
func (f *Files) Strike(ctx context.Context) error {
	if f.disk.stated {
		return ctx.Err()
	}
	a, l := f.disk.annotated, loader{ctx: ctx, annotated: f.disk.annotated, disk: f.disk}
	for _, i := range f.disk.there {
		if wrong := f.disk.files[i].wrong; wrong != nil {
			a.Problems = append(a.Problems, unusable(&a.Images[i], wrong))
			a.Images[i].Path = ""
		}
	}
	if p, is := l.depths(f.disk.there); is {
		a.Problems = append(a.Problems, p)
	}
	a.Problems = append(a.Problems, f.disk.between()...)
	return ctx.Err()
}

// unusable is the problem of an image whose file is of no use.
func unusable(im *annotations.Image, wrong error) annotations.Problem {
	return annotations.Problem{File: im.Path, Message: wrong.Error() + ": image left out"}
}

// check returns what is wrong with an image's file, decoded or not.
func (s *disk) check(i int, decoding bool) error {
	data, err := s.content(i)
	if err != nil {
		return err
	}
	if err := s.examine(i, data, !decoding); err != nil || !decoding {
		return err
	}
	_, err = s.decode(i, data)
	return err
}
