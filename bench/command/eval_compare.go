package command

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"

	"detsample/bench/cocoeval"
	"detsample/bench/table"
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
	// A few draws at a time, so that the time left shows.
	const some = 20
	for k, e := range files {
		progress.step("drawing images for " + out.names[k])
		rng := rand.New(rand.NewPCG(drawSeed, drawSeed))
		var drawn []cocoeval.Resampled
		for len(drawn) < out.draws {
			images := drawImages(rng, len(p.Images), min(some, out.draws-len(drawn)))
			next, err := unlessInterrupted(s.ctx, func() ([]cocoeval.Resampled, error) {
				return cocoeval.ResampleSizes(p, truth.Objects, e.found, images)
			})
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
	return fmt.Sprintf("%s and %s cannot be told apart on these %d images: %s points of AP, %s.", c.names[k], c.names[0], c.images(), table.Signed(d.value), bounded(d))
}

func magnitude(v float64) string { return strconv.FormatFloat(100*math.Abs(v), 'f', 1, 64) }

func bounded(i interval) string {
	return fmt.Sprintf("[%s, %s]", table.Signed(i.low), table.Signed(i.high))
}

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
	if c.files[0].lvis != nil {
		p.grid(c.groupGrid())
	}
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
