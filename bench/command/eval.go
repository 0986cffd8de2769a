package command

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
	"detsample/internal/prose"
)

// evalCommand evaluates a detector's results.
type evalCommand struct {
	GT string   `name:"gt" required:"" placeholder:"PATH" help:"Annotations: a COCO or LVIS JSON file, or a folder of Pascal VOC, COCO or YOLO, or its data.yaml, as compare takes them."`
	DT []string `name:"dt" required:"" sep:"none" placeholder:"FILE" help:"Detections: a COCO result file, a JSON array of image_id, category_id, bbox and score; - is standard input. Several are compared with the first."`

	dataFlags
	AsIs      bool   `help:"Evaluate every box as the file has it, and objects marked \"ignore\" like any other, exactly as pycocotools does: boxes of no size or outside their image and repeated objects count as missed."`
	PerClass  bool   `help:"Print the figures of each class too."`
	TIDE      bool   `name:"tide" help:"Print what each kind of error costs, as TIDE does."`
	Groups    bool   `help:"Require LVIS's frequency groups, which are printed wherever the annotations have them."`
	Areas     string `default:"small=32,large=96" placeholder:"small=32,large=96" help:"Sides in pixels up to which an object is small and from which it is large (small=32,large=96)."`
	Resamples int    `default:"1000" placeholder:"N" help:"Draws of images for the intervals between several --dt (1000)."`
	MaxDets   []int  `default:"1,10,100" placeholder:"1,10,100" help:"Limits on the detections of an image and class (1,10,100)."`
	Format    string `enum:"table,json,markdown,text" default:"table" help:"What to print: table, json, markdown, or text as pycocotools prints it (table)."`
}

// Help returns examples.
func (evalCommand) Help() string {
	return `Figures are those of pycocotools; AP is at the largest of --max-dets. Annotations of LVIS
are evaluated by lvis-api's rule as well, at 300 detections an image. Detections of an image
or a category that the annotations do not list are an error. Boxes of no size or outside
their image, repeated objects, and objects to be ignored are treated as in the other
commands, unless --as-is says otherwise. Without --split all of a folder is evaluated
or, where its splits share ids of images, the held-out one.

Several files are compared with the first, by AP, AP by size and class by class: the
intervals are paired over images, drawn --resamples times with replacement.

Examples:
  detsample eval --gt instances_val2017.json --dt results.json
  detsample eval --gt instances_val2017.json --dt results.json --per-class --tide
  detsample eval --gt instances_val2017.json --dt before.json --dt after.json
  detsample eval --gt lvis_v1_val.json --dt results.json --groups --format json
  detsample eval --gt VOC2007 --dt results.json --areas small=20,large=60 --format text`
}

// evaluation is what eval prints.
type evaluation struct {
	set        *annotations.Set
	found      []cocoeval.Detection
	detections int
	result     *cocoeval.Result
	lvis       *cocoeval.LVISResult // nil without frequencies
	errors     *cocoeval.ErrorSplit // nil where not asked for
	limit      int                  // on the detections of an image in errors
}

// Run evaluates and prints.
func (c *evalCommand) Run(s *session) error {
	if len(c.DT) == 1 && s.given("resamples") {
		return wrongUsage("--resamples is of the intervals between several --dt: name another, or leave it out")
	}
	p, err := c.params()
	if err != nil {
		return err
	}
	set, err := c.open(s)
	if err != nil {
		return err
	}
	if c.Groups && !hasFrequencies(set) {
		return fmt.Errorf("%s: no category has a frequency (r, c, f): leave out --groups, or name annotations of LVIS", c.GT)
	}
	var files []*evaluation
	for _, file := range c.DT {
		dts, err := unlessInterrupted(s.ctx, func() ([]cocoeval.Detection, error) { return readDetections(s, file) })
		if err != nil {
			return err
		}
		name := file
		if name == "-" {
			name = standardInput
		}
		if err := set.Lists(dts, name); err != nil {
			return err
		}
		if err := c.checkUnits(s.stderr, set, dts, name); err != nil {
			return err
		}
		printSplitsMissed(s.stderr, set, dts, name)
		e, err := unlessInterrupted(s.ctx, func() (*evaluation, error) { return c.evaluate(p, set, dts) })
		if err != nil {
			return err
		}
		files = append(files, e)
	}
	if len(files) == 1 {
		return files[0].print(s.stdout, c)
	}
	paired, err := c.compare(s, p, files)
	if err != nil {
		return err
	}
	return paired.print(s.stdout, c)
}

// leastOut is the share of boxes out of their images that is told of a file. Many
// detectors do not clip theirs: this alone makes nothing wrong.
const leastOut = 0.01

// checkUnits returns an error for detections that are shares of their images, or of a
// negative size, which --as-is takes, and says where they look like corners or reach
// out of their images.
func (c *evalCommand) checkUnits(w io.Writer, set *annotations.Set, dts []cocoeval.Detection, file string) error {
	suspicion, err := set.Units(dts, file, leastOut)
	switch {
	case err != nil && !c.AsIs:
		return fmt.Errorf("%w; --as-is evaluates them as they are", err)
	case err != nil:
		suspicion = err.Error()
	case suspicion != "":
		suspicion = file + ": " + suspicion
	}
	if suspicion != "" {
		fmt.Fprintln(w, "data:", printable(suspicion))
	}
	return nil
}

// open reads the annotations, or the held-out split of them where ids of images
// mean nothing without one.
func (c *evalCommand) open(s *session) (*annotations.Set, error) {
	o := annotations.Options{Policy: annotations.Policy{AsIs: c.AsIs}}
	set, err := c.read(s.ctx, c.GT, o)
	if err == nil && set.Renumbered && c.Split == "" {
		for _, split := range []annotations.Split{annotations.Val, annotations.Test} {
			if !slices.ContainsFunc(set.Images, func(im annotations.Image) bool { return im.Split == split }) {
				continue
			}
			chosen := *c
			chosen.Split = string(split)
			if set, err = chosen.read(s.ctx, c.GT, o); err == nil {
				set.Problems = append(set.Problems, annotations.Problem{
					Notice:  true,
					Message: fmt.Sprintf("the splits share ids of images: evaluated on %s; --split names another", split),
				})
			}
			break
		}
	}
	if err = printRead(s.stderr, set, err); err == nil && len(set.Images) == 0 {
		err = fmt.Errorf("%s: no image to evaluate on", c.GT)
	}
	return set, err
}

func (c *evalCommand) evaluate(p cocoeval.Params, set *annotations.Set, dts []cocoeval.Detection) (*evaluation, error) {
	e := &evaluation{set: set, found: dts, detections: len(dts)}
	truth, err := cocoeval.TruthOf(set)
	if err != nil {
		return nil, err
	}
	p.Images, p.Classes = truth.Images, truth.Classes
	if e.result, err = cocoeval.Evaluate(p, truth.Objects, dts); err != nil {
		return nil, err
	}
	if hasFrequencies(set) {
		p := p
		p.MaxDets = []int{cocoeval.LVISMaxDets}
		if e.lvis, err = cocoeval.EvaluateLVIS(p, *truth.Federation, truth.Objects, dts); err != nil {
			return nil, err
		}
	}
	if c.TIDE {
		q := cocoeval.DefaultErrorParams()
		q.Images = truth.Images
		q.MaxDets = c.MaxDets[len(c.MaxDets)-1]
		if q.Federation = truth.Federation; q.Federation != nil {
			q.MaxDets = max(q.MaxDets, cocoeval.LVISMaxDets)
		}
		e.limit = q.MaxDets
		e.errors, err = cocoeval.SplitErrors(q, truth.Objects, dts)
	}
	return e, err
}

// params reads the limits and the areas.
func (c *evalCommand) params() (cocoeval.Params, error) {
	p := cocoeval.DefaultParams()
	for i, m := range c.MaxDets {
		if m < 1 || i > 0 && m <= c.MaxDets[i-1] {
			return p, wrongUsage("--max-dets %s: expected positive numbers in ascending order, such as 1,10,100", joinInts(c.MaxDets))
		}
	}
	if len(c.MaxDets) == 0 {
		return p, wrongUsage("--max-dets is empty: expected numbers such as 1,10,100")
	}
	p.MaxDets = c.MaxDets
	switch {
	case len(c.DT) > 1 && c.Format == "text":
		return p, wrongUsage("--format text is what pycocotools prints of one file: expected table, json or markdown for %d", len(c.DT))
	case c.Resamples < 20 || c.Resamples > maxResamples:
		return p, wrongUsage("--resamples is %d: expected 20 to %d", c.Resamples, maxResamples)
	}
	for i, file := range c.DT {
		if slices.Contains(c.DT[:i], file) {
			return p, wrongUsage("--dt names %s twice: expected different files", file)
		}
	}
	small, large, err := parseAreas(c.Areas)
	if err != nil {
		return p, err
	}
	p.Areas[1].Max, p.Areas[2].Min = small*small, small*small
	p.Areas[2].Max, p.Areas[3].Min = large*large, large*large
	return p, nil
}

const maxResamples = 100_000

// parseAreas reads "small=32,large=96"; what is left out keeps COCO's.
func parseAreas(text string) (small, large float64, err error) {
	small, large = 32, 96
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		side, err := strconv.ParseFloat(value, 64)
		if err != nil || !(side > 0 && side < 1e5) {
			return 0, 0, wrongUsage("--areas %s: expected sides in pixels such as small=32,large=96", text)
		}
		switch name {
		case "small":
			small = side
		case "large":
			large = side
		default:
			return 0, 0, unknown("area", name, []string{"small", "large"})
		}
	}
	if small > large {
		return 0, 0, wrongUsage("--areas %s: small (%v) is above large (%v)", text, small, large)
	}
	return small, large, nil
}

func joinInts(list []int) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = strconv.Itoa(v)
	}
	return strings.Join(words, ",")
}

// readDetections reads a COCO result file.
func readDetections(s *session, path string) ([]cocoeval.Detection, error) {
	if path == "-" {
		return annotations.ReadResults(s.input(), standardInput)
	}
	return annotations.OpenResults(path)
}

func hasFrequencies(set *annotations.Set) bool {
	return slices.ContainsFunc(set.Categories, func(c annotations.Category) bool { return c.Frequency != "" })
}

// printSplitsMissed says which splits no detection of a file is of, whose objects
// count as missed.
func printSplitsMissed(w io.Writer, set *annotations.Set, dts []cocoeval.Detection, file string) {
	split := make(map[int64]annotations.Split, len(set.Images))
	without := map[annotations.Split]int{}
	for i := range set.Images {
		split[set.Images[i].ID] = set.Images[i].Split
		without[set.Images[i].Split]++
	}
	all := len(without)
	for i := range dts {
		delete(without, split[dts[i].Image])
	}
	if len(without) == 0 || len(without) == all {
		printImagesMissed(w, set, dts, file)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(without)) {
		of := "of " + string(name)
		if name == "" {
			of = "of no split"
		}
		fmt.Fprintf(w, "data: %s: no detection is of the %s %s, whose objects count as missed: --split leaves them out\n", printable(file), prose.Count(without[name], "image", "images"), of)
	}
}

// printImagesMissed says how many images have no detection in a file, where objects
// are missed by that.
func printImagesMissed(w io.Writer, set *annotations.Set, dts []cocoeval.Detection, file string) {
	found := make(map[int64]bool, len(set.Images))
	for i := range dts {
		found[dts[i].Image] = true
	}
	without, objects := 0, 0
	for i := range set.Images {
		if im := &set.Images[i]; !found[im.ID] {
			without++
			objects += im.ToFind()
		}
	}
	if objects > 0 {
		fmt.Fprintf(w, "data: %s: %d of %s without a detection: %s there, missed\n", printable(file), without, prose.Count(len(set.Images), "image", "images"), prose.Count(objects, "object", "objects"))
	}
}
