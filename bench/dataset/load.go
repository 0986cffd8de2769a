package dataset

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/internal/parallel"
)

// images fills in the images of a set that can be read, by their indices.
func (l *loader) images(s *Set, train, test []int) error {
	all := slices.Concat(train, test)
	decoding := !l.known && l.pixels(all) <= decodedAtOnce
	if !l.known {
		if err := l.each(all, func(i int) error { return l.disk.inspect(i, !decoding) }); err != nil {
			return err
		}
	}
	if l.Choose != nil {
		own := *l
		own.Options.Original = true
		choice := l.Options
		l.Choose(own.described(train), own.described(test), &choice)
		l.Size, l.Original, l.Crops = choice.Size, choice.Original, choice.Crops
	}
	if l.Crops.Side > 0 {
		l.Original = true
	}
	if decoding {
		err := l.each(all, func(i int) error {
			im, _ := l.image(i)
			_, err := l.disk.read(&im)
			return err
		})
		if err != nil {
			return err
		}
	}
	if !l.known {
		if p, is := l.depths(all); is {
			l.problems.list = append(l.problems.list, p)
		}
	}
	var err error
	if s.Train, err = l.found(train); err != nil {
		return err
	}
	if s.Test, err = l.found(test); err != nil {
		return err
	}
	l.lay(s)
	return nil
}

// decodedAtOnce is how many pixels, as their headers claim, are decoded when a
// set is loaded, so that images that cannot be are left out: those of some 600
// photographs of 640 px. It is no matter of the machine.
const decodedAtOnce = 1 << 28

// pixels returns how many pixels images have, as far as that is known.
func (l *loader) pixels(indices []int) (n int64) {
	for _, i := range indices {
		n += int64(l.annotated.Images[i].Width) * int64(l.annotated.Images[i].Height)
	}
	return n
}

// each does something about every image that nothing is wrong with yet, in
// parallel, and notes what is wrong with it then.
func (l *loader) each(indices []int, do func(i int) error) error {
	parallel.For(runtime.GOMAXPROCS(0), len(indices), func(_, k int) {
		if f := &l.disk.files[indices[k]]; f.wrong == nil && l.ctx.Err() == nil {
			f.wrong = do(indices[k])
		}
	})
	return l.ctx.Err()
}

// described returns the images that nothing is wrong with.
func (l *loader) described(indices []int) (images []Image) {
	for _, i := range indices {
		if l.disk.files[i].wrong == nil {
			im, _ := l.image(i)
			images = append(images, im)
		}
	}
	return images
}

// found is described that says what is left out.
func (l *loader) found(indices []int) (images []Image, err error) {
	for _, i := range indices {
		if wrong := l.disk.files[i].wrong; wrong != nil {
			err = l.problems.add(unusable(&l.annotated.Images[i], wrong))
		} else {
			im, found := l.image(i)
			images = append(images, im)
			for _, p := range found {
				if err == nil {
					err = l.problems.add(p)
				}
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return images, nil
}

// image returns image i of the annotations at the size that it is trained at,
// without pixels.
func (l *loader) image(i int) (Image, []annotations.Problem) {
	im, file := &l.annotated.Images[i], &l.disk.files[i]
	w, h := file.width, file.height
	scale := float64(l.Size) / float64(max(w, h))
	if l.Original {
		scale = 1
	}
	width := max(1, int(math.Round(float64(w)*scale)))
	height := max(1, int(math.Round(float64(h)*scale)))
	objects, found := l.objects(im, w, h, float64(width)/float64(w), float64(height)/float64(h))
	return Image{
		Name: l.name(i), ID: im.ID, Width: width, Height: height,
		Scale: float32(scale), Objects: objects, source: source{i, w, h}, from: l.disk,
	}, found
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
				Object:  l.annotated.Called(o),
				Message: fmt.Sprintf("box %v (x, y, width, height) vanishes at the network's resolution: left out", o.Box),
			})
			continue
		}
		objects = append(objects, Object{Box: box, Class: class, Ignore: !o.ToFind()})
	}
	return objects, found
}

// lay gives the set its canvas, the smallest whose sides are multiples of
// Multiple: that of crops, or the one that all images fit on.
func (l *loader) lay(s *Set) {
	up := func(side int) int { return (side + l.Multiple - 1) / l.Multiple * l.Multiple }
	if s.Crops = l.Crops; s.Crops.Side > 0 {
		s.Crops.Side = up(s.Crops.Side)
		s.Width, s.Height = s.Crops.Side, s.Crops.Side
		return
	}
	for _, images := range [2][]Image{s.Train, s.Test} {
		for i := range images {
			s.Width, s.Height = max(s.Width, up(images[i].Width)), max(s.Height, up(images[i].Height))
		}
	}
	for _, images := range [2][]Image{s.Train, s.Test} {
		for i := range images {
			im := &images[i]
			if im.Width != s.Width || im.Height != s.Height {
				im.OwnWidth, im.OwnHeight = im.Width, im.Height
			}
			im.Width, im.Height = s.Width, s.Height
		}
	}
}
