package command

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
)

// evalCommand evaluates a detector's results.
type evalCommand struct {
	GT string `name:"gt" required:"" placeholder:"PATH" help:"Annotations: a COCO or LVIS JSON file, or a folder of Pascal VOC or YOLO."`
	DT string `name:"dt" required:"" placeholder:"FILE" help:"Detections: a COCO result file, a JSON array of image_id, category_id, bbox and score; - is standard input."`

	PerClass bool   `help:"Print the figures of each class too."`
	TIDE     bool   `name:"tide" help:"Print what each kind of error costs, as TIDE does."`
	Groups   bool   `help:"Require LVIS's frequency groups, which are printed wherever the annotations have them."`
	Areas    string `default:"small=32,large=96" placeholder:"small=32,large=96" help:"Sides in pixels up to which an object is small and from which it is large (small=32,large=96)."`
	MaxDets  []int  `default:"1,10,100" placeholder:"1,10,100" help:"Limits on the detections of an image and class (1,10,100)."`
	Format   string `enum:"table,json,markdown,text" default:"table" help:"What to print: table, json, markdown, or text as pycocotools prints it (table)."`
}

// Help returns examples.
func (evalCommand) Help() string {
	return `Figures are those of pycocotools; AP is at the largest of --max-dets. Annotations of LVIS
are evaluated by lvis-api's rule as well, at 300 detections an image. Detections of an image
or a category that the annotations do not list are an error. "ignore" in a COCO file is not
heeded, as in pycocotools; difficult objects of Pascal VOC are.

Examples:
  detsample eval --gt instances_val2017.json --dt results.json
  detsample eval --gt instances_val2017.json --dt results.json --per-class --tide
  detsample eval --gt lvis_v1_val.json --dt results.json --groups --format json
  detsample eval --gt VOC2007 --dt results.json --areas small=20,large=60 --format text`
}

// evaluation is what eval prints.
type evaluation struct {
	set        *annotations.Set
	detections int
	result     *cocoeval.Result
	lvis       *cocoeval.LVISResult // nil without frequencies
	errors     *cocoeval.ErrorSplit // nil where not asked for
}

// Run evaluates and prints.
func (c *evalCommand) Run(s *session) error {
	p, err := c.params()
	if err != nil {
		return err
	}
	set, err := annotations.Open(c.GT, annotations.Options{KeepDegenerate: true})
	if err != nil {
		return err
	}
	if c.Groups && !hasFrequencies(set) {
		return fmt.Errorf("%s: no category has a frequency (r, c, f): leave out --groups, or name annotations of LVIS", c.GT)
	}
	dts, err := readDetections(s, c.DT)
	if err != nil {
		return err
	}
	if err := foreign(set, dts, c.DT); err != nil {
		return err
	}
	printNotes(s.stderr, set.Problems)
	e, err := c.evaluate(p, set, dts)
	if err != nil {
		return err
	}
	return e.print(s.stdout, c)
}

func (c *evalCommand) evaluate(p cocoeval.Params, set *annotations.Set, dts []cocoeval.Detection) (*evaluation, error) {
	e := &evaluation{set: set, detections: len(dts)}
	truth, err := newTruth(set)
	if err != nil {
		return nil, err
	}
	p.Images, p.Classes = truth.images, truth.classes
	if e.result, err = cocoeval.Evaluate(p, truth.objects, dts); err != nil {
		return nil, err
	}
	if hasFrequencies(set) {
		p := p
		p.MaxDets = []int{cocoeval.LVISMaxDets}
		if e.lvis, err = cocoeval.EvaluateLVIS(p, truth.federation(set), truth.objects, dts); err != nil {
			return nil, err
		}
	}
	if c.TIDE {
		q := cocoeval.DefaultErrorParams()
		q.Images = truth.images
		if set.Format == annotations.LVIS {
			f := truth.federation(set)
			q.Federation, q.MaxDets = &f, cocoeval.LVISMaxDets
		}
		e.errors, err = cocoeval.SplitErrors(q, truth.objects, dts)
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
	small, large, err := parseAreas(c.Areas)
	if err != nil {
		return p, err
	}
	p.Areas[1].Max, p.Areas[2].Min = small*small, small*small
	p.Areas[2].Max, p.Areas[3].Min = large*large, large*large
	return p, nil
}

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
	from := s.input()
	if path == "-" {
		path = standardInput
	} else {
		f, err := openFile(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	dts, err := cocoeval.ReadDetections(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "cocoeval: "))
	}
	return dts, nil
}

// openFile opens a regular file; a pipe could block for ever.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("%s: no such file", path)
	}
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: this is a folder: expected a file", path)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	return os.Open(path)
}

// printNotes prints the first problems of annotations.
func printNotes(w io.Writer, problems []annotations.Problem) {
	const shown = 5
	for _, p := range problems[:min(shown, len(problems))] {
		fmt.Fprintln(w, "data:", printable(p.String()))
	}
	if rest := len(problems) - shown; rest > 0 {
		fmt.Fprintf(w, "data: and %d more\n", rest)
	}
}
