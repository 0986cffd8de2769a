package command

import (
	"fmt"
	"io"
	"slices"

	"detsample/bench/annotations"
)

// convertCommand turns annotations from one format into another.
type convertCommand struct {
	Input   string   `arg:"" help:"Annotations: a COCO or LVIS JSON file, or a folder of Pascal VOC or YOLO; for --to results the folder of labels that a YOLO tool wrote."`
	To      string   `required:"" enum:"coco,yolo,voc,results" placeholder:"FORMAT" help:"Format to write: coco, yolo, voc, or results for detections."`
	Out     string   `required:"" placeholder:"PATH" help:"File (coco, results) or folder (yolo, voc) to write."`
	Classes []string `placeholder:"NAME,NAME" help:"Classes to keep, in this order; all without it."`
	GT      string   `name:"gt" placeholder:"PATH" help:"Annotations of the images that detections are of, for --to results."`
	Force   bool     `help:"Overwrite files that exist."`
}

// Help returns examples.
func (convertCommand) Help() string {
	return `Images are neither read nor copied, but for the size in the headers of YOLO's. What a format
cannot hold is left out and reported: crowds in YOLO, boxes of a pixel in Pascal VOC. Crowds
become difficult objects in Pascal VOC. Without --force nothing that exists is touched; with it,
files of the same name are replaced and others stay.

Examples:
  detsample convert instances_val2017.json --to yolo --out labels-val
  detsample convert VOC2007 --to coco --out voc2007.json --classes cat,dog
  detsample convert runs/detect/labels --to results --gt instances.json --out results.json`
}

// Run converts.
func (c *convertCommand) Run(s *session) error {
	if (c.To == "results") != (c.GT != "") {
		return wrongUsage("--gt and --to results need each other: detections are of the images of --gt")
	}
	if c.To == "results" && len(c.Classes) > 0 {
		return wrongUsage("--classes can't be used with --to results: the classes of detections are numbers in the order of --gt")
	}
	target := output{path: c.Out, force: c.Force}
	if err := target.check(); err != nil {
		return err
	}
	if c.To == "results" {
		return c.results(s, target)
	}
	set, err := annotations.Open(c.Input, annotations.Options{})
	if err != nil {
		return err
	}
	if len(c.Classes) > 0 {
		if err := selectClasses(set, c.Classes); err != nil {
			return err
		}
	}
	printNotes(s.stderr, set.Problems)
	var lost []annotations.Problem
	switch c.To {
	case "coco":
		err = target.file(set.WriteCOCO)
	case "yolo":
		lost, err = target.folder(set.WriteYOLO)
	case "voc":
		lost, err = target.folder(set.WriteVOC)
	}
	if err != nil {
		return err
	}
	printNotes(s.stderr, lost)
	fmt.Fprintf(s.stdout, "%s: %s of %s, %s read\n", c.Out, plural(len(set.Images), "image", "images"),
		plural(len(set.Categories), "class", "classes"), plural(set.Objects(), "object", "objects"))
	return nil
}

func (c *convertCommand) results(s *session, target output) error {
	set, err := annotations.Open(c.GT, annotations.Options{})
	if err != nil {
		return err
	}
	detections, problems, err := set.ReadPredictions(c.Input)
	if err != nil {
		return err
	}
	printNotes(s.stderr, problems)
	if err := target.file(func(w io.Writer) error { return annotations.WriteResults(w, detections) }); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s: %s\n", c.Out, plural(len(detections), "detection", "detections"))
	return nil
}

func selectClasses(set *annotations.Set, names []string) error {
	var known []string
	for _, c := range set.Categories {
		known = append(known, c.Name)
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return wrongUsage("--classes names %q twice", name)
		}
		if !slices.Contains(known, name) {
			return unknown("class", name, known[:min(len(known), maxClasses)])
		}
	}
	return set.Select(names)
}
