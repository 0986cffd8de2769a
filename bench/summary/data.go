package summary

import (
	"path/filepath"

	"detsample/bench/config"
	"detsample/bench/dataset"
)

// describe summarises the images for the report.
func describe(c *config.Config, set *dataset.Set, folder string) Data {
	train, test := set.Stats()
	d := Data{
		Name: "generated scenes", Width: set.Width, Height: set.Height, Classes: set.Classes,
		Fresh: set.Fresh != nil, TrainImages: train.Images, TestImages: test.Images,
		TrainObjects: train.PerClass, TestObjects: test.PerClass,
		SmallestSide: float64(train.Quantile(0.05)), MedianSide: float64(train.Quantile(0.5)), LargestSide: float64(train.Quantile(0.95)),
		AnchorsPerImg: c.Detector.Pyramid.Count(set.Width, set.Height),
		Problems:      []Finding{},
	}
	if folder != "" {
		d.Name = filepath.Base(filepath.Clean(folder))
	}
	for _, p := range set.Problems {
		d.Problems = append(d.Problems, Finding{Text: p.String(), Notice: p.Notice})
	}
	return d
}
