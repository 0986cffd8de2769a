package dump

import (
	"fmt"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/losses"
)

// labelMap is a framework's convention of labels.
type labelMap struct {
	name       string
	background string // column of the background under softmax

	label func(label int64, classes int) (int32, bool) // to the label code, of a candidate
	truth func(class int64) int64                      // to a class from 0, of a ground truth
}

var labelMaps = []labelMap{
	codes("detsample"), codes("torchvision_retinanet"),
	lastIsBackground("mmdetection"), lastIsBackground("detectron2"),
	{
		name: "torchvision", background: "first",
		label: func(l int64, classes int) (int32, bool) {
			if l < 0 {
				return anchors.Ignored, true
			}
			return int32(l) - 1, l <= int64(classes)
		},
		truth: func(c int64) int64 { return c - 1 },
	},
}

// codes is a convention of a class from 0, -1 background, -2 ignored.
func codes(name string) labelMap {
	return labelMap{
		name: name, background: "last",
		label: func(l int64, classes int) (int32, bool) {
			return int32(l), l >= int64(anchors.Ignored) && l < int64(classes)
		},
		truth: func(c int64) int64 { return c },
	}
}

// lastIsBackground is a convention of a class from 0, as background the number
// of classes, negative ignored.
func lastIsBackground(name string) labelMap {
	return labelMap{
		name: name, background: "last",
		label: func(l int64, classes int) (int32, bool) {
			switch {
			case l < 0:
				return anchors.Ignored, true
			case l == int64(classes):
				return anchors.Negative, true
			}
			return int32(l), l < int64(classes)
		},
		truth: func(c int64) int64 { return c },
	}
}

// LabelMaps returns the names of the conventions of labels. With K classes:
//
//	detsample              0..K-1 a class, -1 background, -2 ignored
//	torchvision_retinanet  the same, which is what its RetinaNet and FCOS match by
//	mmdetection            0..K-1 a class, K background, below 0 ignored
//	detectron2             the same
//	torchvision            0 background, 1..K a class, below 0 ignored; ground
//	                       truth classes from 1; under softmax the background is
//	                       column 0 (its two-stage detectors, Caffe, and the labels
//	                       of every RPN)
func LabelMaps() []string {
	var names []string
	for _, m := range labelMaps {
		names = append(names, m.name)
	}
	return names
}

// setting returns what the options say, or else the dump's attribute, or else
// the default; it must be one of those allowed.
func setting(a *Archive, name, option, otherwise string, allowed []string) (string, error) {
	value := option
	if value == "" {
		var err error
		if value, err = a.Attribute(name); err != nil {
			return "", err
		}
	}
	if value == "" {
		return otherwise, nil
	}
	if !slices.Contains(allowed, value) {
		return "", &Problem{File: a.Path, Byte: -1, Detail: fmt.Sprintf("%s is %.40q", name, value), Remedy: "give one of " + strings.Join(allowed, ", ")}
	}
	return value, nil
}

// conventions reads how the dump is to be understood.
func (d *Dump) conventions(o Options) error {
	name, err := setting(d.archive, "label_map", o.LabelMap, "detsample", LabelMaps())
	if err != nil {
		return err
	}
	stated, err := d.archive.Attribute("label_map")
	if err != nil {
		return err
	}
	d.stated = o.LabelMap != "" || stated != ""
	d.labels = labelMaps[slices.IndexFunc(labelMaps, func(m labelMap) bool { return m.name == name })]
	link, err := setting(d.archive, "link", "", "sigmoid", []string{"sigmoid", "softmax"})
	if err != nil {
		return err
	}
	d.Link = losses.Sigmoid
	if link == "softmax" {
		d.Link = losses.Softmax
	}
	background, err := setting(d.archive, "background", "", d.labels.background, []string{"first", "last"})
	d.backgroundFirst = d.Link == losses.Softmax && background == "first"
	return err
}
