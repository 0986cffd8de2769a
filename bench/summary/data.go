package summary

import (
	"path/filepath"
	"slices"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/dataset"
)

// describe summarises the images for the report.
func describe(c *config.Config, set *dataset.Set, folder string) Data {
	fresh, problems, uneven := set.Fresh != nil, set.Problems, false
	if c.Trainer != nil {
		set = unscaled(set)
		other := func(im dataset.Image) bool { return im.Width != set.Width || im.Height != set.Height }
		uneven = slices.ContainsFunc(set.Train, other) || slices.ContainsFunc(set.Test, other)
	}
	train, test := set.Stats()
	d := Data{
		Name: SetName(folder), Width: set.Width, Height: set.Height, UpTo: uneven, Classes: set.Classes,
		Fresh: fresh, TrainImages: train.Images, TestImages: test.Images,
		TrainObjects: train.PerClass, TestObjects: test.PerClass, TrainIgnored: train.Ignored, TestIgnored: test.Ignored,
		SmallestSide: float64(train.Quantile(0.05)), MedianSide: float64(train.Quantile(0.5)), LargestSide: float64(train.Quantile(0.95)),
		Problems: []Finding{},
	}
	if c.Trainer == nil && set.Crops.Side > 0 {
		d.Cropped = &Size{}
		train, test := set.Originals()
		for _, images := range [][]annotations.Image{train.Images, test.Images} {
			for i := range images {
				d.Cropped.Width, d.Cropped.Height = max(d.Cropped.Width, images[i].Width), max(d.Cropped.Height, images[i].Height)
			}
		}
	}
	if c.Trainer == nil { // whose anchors are its own
		d.AnchorsPerImg = c.Detector.Pyramid.Count(set.Width, set.Height)
	}
	for _, p := range problems {
		d.Problems = append(d.Problems, Finding{Text: p.String(), Notice: p.Notice, More: p.More})
	}
	return d
}

// SetName is what summaries and reasons call the images of a folder or file: the last
// part of its path, or generated scenes where that is empty.
func SetName(folder string) string {
	if folder == "" {
		return "generated scenes"
	}
	if whole, err := filepath.Abs(folder); err == nil { // . has a name, too
		folder = whole
	}
	return filepath.Base(folder)
}

// unscaled returns the objects of a set before scaling, as a program of one's
// own has them; its size is that of the largest image.
func unscaled(set *dataset.Set) *dataset.Set {
	out := &dataset.Set{Classes: set.Classes}
	images := func(of *annotations.Set) []dataset.Image {
		list := make([]dataset.Image, len(of.Images))
		for i := range of.Images {
			im := &of.Images[i]
			list[i].Width, list[i].Height = im.Width, im.Height
			out.Width, out.Height = max(out.Width, im.Width), max(out.Height, im.Height)
			for _, o := range im.Objects {
				x, y := o.Box[0], o.Box[1]
				list[i].Objects = append(list[i].Objects, dataset.Object{
					Box:   anchors.Box{float32(x), float32(y), float32(x + o.Box[2]), float32(y + o.Box[3])},
					Class: o.Category, Ignore: o.Crowd,
				})
			}
		}
		return list
	}
	train, test := set.Originals()
	out.Train, out.Test = images(train), images(test)
	return out
}
