package dataset

import (
	"context"

	"detsample/bench/annotations"
)

// Check reads the files of the images of a as [Load] does, and takes the path
// of each that Load would leave out, which is added to [annotations.Set.Problems]
// in the same words; and what Load would find between the splits. It needs no
// pixels to be kept. The error is that of ctx.
func Check(ctx context.Context, a *annotations.Set) error {
	o, err := Options{}.filled()
	if err != nil {
		return err
	}
	l := loader{ctx: ctx, Options: o, annotated: a, disk: newDisk(a, o.MaxPixels, 0)}
	var there []int
	for i := range a.Images {
		if a.Images[i].Path != "" {
			there = append(there, i)
		}
	}
	decoding := l.pixels(there) <= decodedAtOnce
	if err := l.each(there, func(i int) error { return l.disk.check(i, decoding) }); err != nil {
		return err
	}
	for _, i := range there {
		if wrong := l.disk.files[i].wrong; wrong != nil {
			a.Problems = append(a.Problems, unusable(&a.Images[i], wrong))
			a.Images[i].Path = ""
		}
	}
	if p, is := l.depths(there); is {
		a.Problems = append(a.Problems, p)
	}
	a.Problems = append(a.Problems, l.disk.between()...)
	return l.ctx.Err()
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
