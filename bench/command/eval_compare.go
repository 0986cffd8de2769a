package command

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// pairing compares the results of several files, each with the first.
type pairing struct {
	names []string
	files []*evaluation
	drawn [][]cocoeval.Resampled // of each file, on the same draws of images
	draws int
}

// drawSeed is the seed of the draws of images: equal files have equal intervals.
const drawSeed = 1

// compare evaluates every file and draws images, the same for all.
func (c *evalCommand) compare(s *session, p cocoeval.Params, files []*evaluation) (*pairing, error) {
	out := &pairing{names: shortNames(c.DT), files: files, draws: c.Resamples}
	truth, err := cocoeval.TruthOf(files[0].set)
	if err != nil {
		return nil, err
	}
	p.Images, p.Classes = truth.Images, truth.Classes
	progress := newStepProgress(s.stderr, false)
	defer progress.end()
	// A few draws at a time, so that an interrupt ends them and the time left shows.
	const some = 20
	for k, e := range files {
		progress.step("drawing images for " + out.names[k])
		rng := rand.New(rand.NewPCG(drawSeed, drawSeed))
		var drawn []cocoeval.Resampled
		for len(drawn) < out.draws {
			if err := s.ctx.Err(); err != nil {
				return nil, &failure{statusInterrupted, fmt.Errorf("interrupted")}
			}
			next, err := cocoeval.ResampleSizes(p, truth.Objects, e.found, drawImages(rng, len(p.Images), min(some, out.draws-len(drawn))))
			if err != nil {
				return nil, err
			}
			drawn = append(drawn, next...)
			progress.share(float64(len(drawn)) / float64(out.draws))
		}
		out.drawn = append(out.drawn, drawn)
	}
	return out, nil
}

// drawImages draws as many images as there are, with replacement, so many times.
func drawImages(rng *rand.Rand, images, times int) [][]int {
	draws := make([][]int, times)
	for i := range draws {
		draws[i] = make([]int, images)
		for k := range draws[i] {
			draws[i][k] = rng.IntN(images)
		}
	}
	return draws
}

// shortNames returns the files' names without what they have in common.
func shortNames(files []string) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(f)
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) < len(files) {
		return slices.Clone(files)
	}
	return names
}

// pairingJSON is a comparison of files for a program to read.
type pairingJSON struct {
	Images  int              `json:"images"`
	Objects int              `json:"objects"`
	Draws   int              `json:"draws"`
	Files   []fileJSON       `json:"files"`
	Paired  []differenceJSON `json:"differences"` // to the first file
}

type fileJSON struct {
	File       string                   `json:"file"`
	Detections int                      `json:"detections"`
	Summary    figuresJSON              `json:"summary"`
	Intervals  map[string]*intervalJSON `json:"intervals"`
}

type differenceJSON struct {
	File    string                   `json:"file"`
	To      string                   `json:"to"`
	Figures map[string]*intervalJSON `json:"figures"`
	Classes []changeJSON             `json:"classes"` // what changed most first
}

type changeJSON struct {
	ID      int32         `json:"id"`
	Name    string        `json:"name"`
	Objects int           `json:"objects"`
	Before  float64       `json:"before"`
	After   float64       `json:"after"`
	Change  *intervalJSON `json:"change"`
}

// intervalJSON is a figure with its 95% interval.
type intervalJSON struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func (i interval) json() *intervalJSON {
	if !i.known {
		return nil
	}
	return &intervalJSON{i.value, i.low, i.high}
}

// json writes every figure as a share of 1.
func (c *pairing) json(w io.Writer, command *evalCommand) error {
	out := pairingJSON{Images: c.images(), Objects: c.files[0].set.Objects(), Draws: c.draws}
	for k, e := range c.files {
		f := fileJSON{File: command.DT[k], Detections: e.detections, Summary: cocoFigures(e.result.Summary()), Intervals: map[string]*intervalJSON{}}
		for i := range pairedFigures {
			f.Intervals[pairedFigures[i].key] = c.alone(k, &pairedFigures[i]).json()
		}
		out.Files = append(out.Files, f)
		if k == 0 {
			continue
		}
		d := differenceJSON{File: command.DT[k], To: command.DT[0], Figures: map[string]*intervalJSON{}}
		for i := range pairedFigures {
			d.Figures[pairedFigures[i].key] = c.difference(k, &pairedFigures[i]).json()
		}
		for _, x := range c.changed(k) {
			d.Classes = append(d.Classes, changeJSON{x.id, x.name, x.objects, x.before, x.after, x.change.json()})
		}
		out.Paired = append(out.Paired, d)
	}
	return printJSON(w, out)
}

// interval is a figure with its 95% interval over the choice of images.
type interval struct {
	value     float64
	low, high float64
	known     bool // the figure is defined, and the interval too
}

// difference returns the difference of a figure of file k and the first.
func (c *pairing) difference(k int, f *pairedFigure) interval {
	return c.paired(k, f.value(c.files[0]), f.value(c.files[k]), c.images(), f.drawn)
}

func (c *pairing) images() int { return len(c.files[0].set.Images) }

// paired returns the difference from a, of the first file, to b, of file k, with
// its interval over draws of images, of which so many matter.
func (c *pairing) paired(k int, a, b float64, images int, drawn func(*cocoeval.Resampled) float64) interval {
	if a < 0 || b < 0 {
		return interval{}
	}
	var all []float64
	for i := range c.drawn[k] {
		x, y := drawn(&c.drawn[0][i]), drawn(&c.drawn[k][i])
		if x >= 0 && y >= 0 {
			all = append(all, y-x)
		}
	}
	return about(b-a, all, images)
}

// alone returns a figure of file k with its interval.
func (c *pairing) alone(k int, f *pairedFigure) interval {
	v := f.value(c.files[k])
	if v < 0 {
		return interval{}
	}
	var all []float64
	for i := range c.drawn[k] {
		if x := f.drawn(&c.drawn[k][i]); x >= 0 {
			all = append(all, x)
		}
	}
	return about(v, all, c.images())
}

// about returns a value with its interval: Student's quantile for so many images
// times the standard error, which is that of the draws, larger by sqrt(n/(n-1)) as
// the bootstrap's falls short by that. Quantiles of the draws themselves leave out
// the truth half as often again at 40 images.
func about(value float64, drawn []float64, images int) interval {
	if len(drawn) < 2 || images < 2 {
		return interval{}
	}
	n := float64(images)
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * stat.StdDev(drawn, nil) * math.Sqrt(n/(n-1))
	return interval{value: value, low: value - half, high: value + half, known: true}
}

// pairedFigure is a figure of which differences are paired.
type pairedFigure struct {
	name  string
	key   string // in JSON
	value func(*evaluation) float64
	drawn func(*cocoeval.Resampled) float64
}

var pairedFigures = []pairedFigure{
	{"AP", "AP", func(e *evaluation) float64 { return e.result.Summary().AP }, func(r *cocoeval.Resampled) float64 { return r.AP }},
	{"AP_S", "APS", func(e *evaluation) float64 { return e.result.Summary().APS }, func(r *cocoeval.Resampled) float64 { return r.APS }},
	{"AP_M", "APM", func(e *evaluation) float64 { return e.result.Summary().APM }, func(r *cocoeval.Resampled) float64 { return r.APM }},
	{"AP_L", "APL", func(e *evaluation) float64 { return e.result.Summary().APL }, func(r *cocoeval.Resampled) float64 { return r.APL }},
}

// changedClass is a class and how its AP changed.
type changedClass struct {
	name          string
	id            int32
	objects       int
	images        int // that have any
	before, after float64
	change        interval
}

// changed returns the classes whose AP is defined in both files, those that
// changed most first.
func (c *pairing) changed(k int) []changedClass {
	before, after := c.files[0].result.PerClass(), c.files[k].result.PerClass()
	images := imagesWith(c.files[0].set)
	var list []changedClass
	for i := range before {
		if before[i].AP < 0 || after[i].AP < 0 {
			continue
		}
		x := changedClass{name: c.files[0].name(before[i].Class), id: before[i].Class, objects: before[i].GroundTruths, images: images[int64(before[i].Class)], before: before[i].AP, after: after[i].AP}
		if x.images >= fewestImages {
			x.change = c.paired(k, x.before, x.after, x.images, func(r *cocoeval.Resampled) float64 { return r.Class[i] })
		}
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b changedClass) int {
		return cmp.Compare(math.Abs(b.after-b.before), math.Abs(a.after-a.before))
	})
	return list
}

// fewestImages is in how many images a class must be for draws of images to say
// how far its AP would vary.
const fewestImages = 5

// imagesWith counts the images that have objects of each category, by id.
func imagesWith(set *annotations.Set) map[int64]int {
	count := map[int64]int{}
	seen := map[int32]int{}
	for i := range set.Images {
		for _, o := range set.Images[i].Objects {
			if !o.Crowd && !o.Ignore && seen[o.Category] != i+1 {
				seen[o.Category] = i + 1
				count[set.Categories[o.Category].ID]++
			}
		}
	}
	return count
}

// verdict says of a file whether it is better than the first.
func (c *pairing) verdict(k int) string {
	d := c.difference(k, &pairedFigures[0])
	switch {
	case !d.known:
		return fmt.Sprintf("AP of %s and %s cannot be compared: one is not defined.", c.names[k], c.names[0])
	case d.low > 0:
		return fmt.Sprintf("%s is better than %s by %s points of AP, %s.", c.names[k], c.names[0], magnitude(d.value), bounded(d))
	case d.high < 0:
		return fmt.Sprintf("%s is worse than %s by %s points of AP, %s.", c.names[k], c.names[0], magnitude(d.value), bounded(d))
	}
	return fmt.Sprintf("%s and %s cannot be told apart on these %d images: %s points of AP, %s.", c.names[k], c.names[0], c.images(), signed(d.value), bounded(d))
}

func magnitude(v float64) string { return strconv.FormatFloat(100*math.Abs(v), 'f', 1, 64) }

// signed writes a difference in points with its sign.
func signed(v float64) string {
	s := fmt.Sprintf("%+.1f", 100*v)
	if s == "+0.0" || s == "-0.0" {
		return "0.0"
	}
	return s
}

func bounded(i interval) string { return fmt.Sprintf("[%s, %s]", signed(i.low), signed(i.high)) }

// print writes a comparison of files in the format asked for.
func (c *pairing) print(w io.Writer, command *evalCommand) error {
	if command.Format == "json" {
		return c.json(w, command)
	}
	p := newPrinter(w, command.Format)
	for k := 1; k < len(c.files); k++ {
		p.line("%s", c.verdict(k))
	}
	p.line("")
	p.line("%s.", sized(c.files[0].set))
	p.line("")
	p.grid(c.figureGrid())
	p.grid(c.differenceGrid())
	for k := 1; k < len(c.files); k++ {
		if list := c.changed(k); len(c.files[0].set.Categories) > 1 && len(list) > 0 {
			p.grid(c.classGrid(k, list, command.PerClass))
		}
	}
	if command.TIDE {
		p.grid(c.costGrid())
	}
	return nil
}

// label is what tables call file k.
func (c *pairing) label(k int) string { return fmt.Sprintf("(%d) %s", k+1, c.names[k]) }

// figureGrid has a row for each file.
func (c *pairing) figureGrid() grid {
	g := grid{
		title: "COCO's figures, in %",
		note:  fmt.Sprintf("± is half of a 95%% interval over the choice of images: %d draws of as many with replacement.", c.draws),
		keys:  1,
		columns: []column{{head: "file", left: true}, {head: "detections"}, {head: "AP"}, {head: "±"}, {head: "AP50"}, {head: "AP75"},
			{head: "AP_S"}, {head: "±"}, {head: "AP_M"}, {head: "±"}, {head: "AP_L"}, {head: "±"}, {head: "AR"}},
	}
	for k, e := range c.files {
		s := e.result.Summary()
		half := func(i int) string {
			d := c.alone(k, &pairedFigures[i])
			if !d.known {
				return undefined
			}
			return percent((d.high - d.low) / 2)
		}
		g.rows = append(g.rows, []string{c.label(k), strconv.Itoa(e.detections), percent(s.AP), half(0), percent(s.AP50), percent(s.AP75),
			percent(s.APS), half(1), percent(s.APM), half(2), percent(s.APL), half(3), percent(s.AR100)})
	}
	return g
}

// differenceGrid has a row for each file but the first.
func (c *pairing) differenceGrid() grid {
	g := grid{
		title: "Differences to (1), in points, with 95% intervals",
		note:  "Paired: both files on the same images of every draw. An interval without 0 tells which is better.",
		keys:  1, columns: []column{{head: "file", left: true}},
	}
	for _, f := range pairedFigures {
		g.columns = append(g.columns, column{head: f.name})
	}
	for k := 1; k < len(c.files); k++ {
		row := []string{c.label(k)}
		for i := range pairedFigures {
			if d := c.difference(k, &pairedFigures[i]); d.known {
				row = append(row, signed(d.value)+" "+bounded(d))
			} else {
				row = append(row, undefined)
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// shownChanges is how many classes are shown of many.
const shownChanges = 10

// classGrid has a row for each class that changed most, or for all.
func (c *pairing) classGrid(k int, list []changedClass, all bool) grid {
	g := grid{
		title:   fmt.Sprintf("Classes that changed most, AP in %% of (1) and (%d)", k+1),
		note:    fmt.Sprintf("Of so many classes one in twenty has an interval without 0 by chance alone. Classes in fewer than %d images have none.", fewestImages),
		keys:    1,
		columns: []column{{head: "class", left: true}, {head: "objects"}, {head: "images"}, {head: "(1)"}, {head: fmt.Sprintf("(%d)", k+1)}, {head: "change"}, {head: "95% interval"}},
	}
	if all {
		g.title = fmt.Sprintf("Classes, AP in %% of (1) and (%d)", k+1)
	} else {
		known := slices.DeleteFunc(slices.Clone(list), func(x changedClass) bool { return !x.change.known })
		if len(known) == 0 {
			known = list
		}
		if shown := min(shownChanges, len(known)); shown < len(list) {
			g.note = fmt.Sprintf("%d of %d classes; --per-class shows all. ", shown, len(list)) + g.note
			known = known[:shown]
		}
		list = known
	}
	for _, x := range list {
		row := []string{x.name, strconv.Itoa(x.objects), strconv.Itoa(x.images), percent(x.before), percent(x.after), signed(x.after - x.before), undefined}
		if x.change.known {
			row[6] = bounded(x.change)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// costGrid has a row for each kind of error, and two columns for each file.
func (c *pairing) costGrid() grid {
	g := grid{
		title:   "What errors cost (TIDE)",
		note:    fmt.Sprintf("dAP is how many points AP at IoU 0.5 would gain if the errors of one kind alone were corrected. At %d detections an image.", c.files[0].limit),
		keys:    1,
		columns: []column{{head: "error", left: true}},
	}
	points := func(v float64) string { return strconv.FormatFloat(100*v, 'f', 2, 64) }
	for k := range cocoeval.ErrorKind(len(c.files[0].errors.Count)) {
		g.rows = append(g.rows, []string{k.String()})
	}
	g.rows = append(g.rows, []string{"all false positives"}, []string{"all false negatives"})
	for i, e := range c.files {
		g.columns = append(g.columns, column{head: fmt.Sprintf("(%d)\ncount", i+1)}, column{head: "dAP"})
		for k, n := range e.errors.Count {
			g.rows[k] = append(g.rows[k], strconv.Itoa(n), points(e.errors.DeltaAP[k]))
		}
		at := len(e.errors.Count)
		g.rows[at] = append(g.rows[at], "", points(e.errors.FalsePositive))
		g.rows[at+1] = append(g.rows[at+1], "", points(e.errors.FalseNegative))
	}
	return g
}
