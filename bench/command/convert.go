package command

import (
	"fmt"
	"io"
	"slices"

	"detsample/bench/annotations"
	"detsample/internal/prose"
)

// convertCommand turns annotations from one format into another.
type convertCommand struct {
	Input string `arg:"" help:"Annotations: a COCO or LVIS JSON file, or a folder of Pascal VOC, COCO or YOLO, or its data.yaml; for --to results the folder of labels that a YOLO tool wrote."`
	To    string `required:"" enum:"coco,yolo,voc,results" placeholder:"FORMAT" help:"Format to write: coco, yolo, voc, or results for detections."`
	Out   string `required:"" placeholder:"PATH" help:"File (coco, results) or folder (yolo, voc) to write."`
	dataFlags
	Classes        []string `placeholder:"NAME,NAME" help:"Classes to keep, in this order (all)."`
	CategoriesFrom string   `placeholder:"FILE" help:"Annotations, classes.txt or data.yaml whose numbers of categories to take, by name."`
	GT             string   `name:"gt" placeholder:"PATH" help:"Annotations of the images that the detections were made on, for --to results."`
	Force          bool     `help:"Overwrite files that exist."`
}

// Help returns examples.
func (convertCommand) Help() string {
	return `Images are neither read nor copied, except for the size in the headers of YOLO's. What a
format cannot hold is left out and reported: crowds in YOLO, boxes of a pixel in Pascal VOC.
Crowds become difficult objects in Pascal VOC. Categories keep their ids. Those of Pascal VOC
and YOLO, which have none, are numbered from 1 in COCO, and all from 0 in YOLO, unless
--categories-from says how. A conversion without an object fails. Without --force nothing
that exists is touched; with it, files of the same name are replaced and others stay.

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
	if c.To == "results" && (len(c.Classes) > 0 || c.CategoriesFrom != "") {
		return wrongUsage("--classes and --categories-from can't be used with --to results: the classes of detections are numbers in the order of --gt")
	}
	if c.To == "voc" && c.CategoriesFrom != "" {
		return wrongUsage("--categories-from can't be used with --to voc: Pascal VOC has names and no numbers")
	}
	target := output{path: c.Out, force: c.Force, overwriting: ", or add --force to overwrite"}
	if err := target.check(); err != nil {
		return err
	}
	if c.To == "results" {
		return c.results(s, target)
	}
	set, err := c.read(s.ctx, c.Input, annotations.Options{})
	if err := printRead(s.stderr, set, err); err != nil {
		return err
	}
	if len(c.Classes) > 0 {
		if err := selectClasses(set, c.Classes); err != nil {
			return err
		}
	}
	if err := c.number(s, set); err != nil {
		return err
	}
	if set.Objects()+set.Ignored() == 0 {
		return fmt.Errorf("%s: no object to write, of %s: nothing was written", c.Input, prose.Count(len(set.Images), "image", "images"))
	}
	var lost []annotations.Problem
	switch c.To {
	case "coco":
		err = target.file(set.WriteCOCO)
	case "yolo":
		lost, err = target.folder(set.WriteYOLO)
	case "voc":
		lost, err = target.folder(set.WriteVOC)
	}
	printNotes(s.stderr, append(lost, annotations.Noted(err)...))
	if err != nil {
		return err
	}
	if c.To == "coco" && splitsOf(set) > 1 {
		fmt.Fprintln(s.stderr, "data: one file of COCO does not tell splits apart: --split writes one of them")
	}
	fmt.Fprintf(s.stdout, "%s: %s\n", c.Out, c.written(set))
	return nil
}

// written says what of a set the format holds, and how much it does not.
func (c *convertCommand) written(set *annotations.Set) string {
	objects, ignored, categories := set.Held(annotations.Format(c.To))
	text := sizedBy(set, objects, ignored, categories)
	if left := set.Objects() - objects; left > 0 {
		text += fmt.Sprintf("; %s left out", prose.Count(left, "object is", "objects are"))
	}
	if left := set.Ignored() - ignored; left > 0 {
		text += besides(left) + ", left out"
	}
	return text
}

func splitsOf(set *annotations.Set) int {
	seen := map[annotations.Split]bool{}
	for i := range set.Images {
		seen[set.Images[i].Split] = true
	}
	return len(seen)
}

// number gives categories the ids that are asked for, or that COCO begins with.
func (c *convertCommand) number(s *session, set *annotations.Set) error {
	var like []annotations.Category
	if c.CategoriesFrom != "" {
		var err error
		if like, err = annotations.OpenCategories(c.CategoriesFrom); err != nil {
			return fmt.Errorf("--categories-from %w", err)
		}
	} else if c.To != "coco" {
		return nil
	}
	changed, err := set.Renumber(like)
	if err != nil {
		return fmt.Errorf("--categories-from %s: %w", c.CategoriesFrom, err)
	}
	printNotes(s.stderr, changed)
	return nil
}

func (c *convertCommand) results(s *session, target output) error {
	set, err := c.read(s.ctx, c.GT, annotations.Options{})
	if err := printRead(s.stderr, set, err); err != nil {
		return err
	}
	detections, problems, err := set.ReadPredictions(c.Input)
	printNotes(s.stderr, append(problems, annotations.Noted(err)...))
	if err != nil {
		return err
	}
	if len(detections) == 0 {
		return fmt.Errorf("%s: no detection to write: nothing was written", c.Input)
	}
	if err := target.file(func(w io.Writer) error { return annotations.WriteResults(w, detections) }); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s: %s\n", c.Out, prose.Count(len(detections), "detection", "detections"))
	return nil
}

func selectClasses(set *annotations.Set, names []string) error {
	known := set.ClassNames()
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
