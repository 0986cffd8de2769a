package report

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"detsample/bench/inspect"
	"detsample/bench/table"
)

// inspection is what the template shows, in its order.
type inspection struct {
	Style       template.CSS
	Title       string
	Subtitle    string
	Headline    []string
	Notes       []string
	Advice      []adviceRow
	Kept        []adviceRow // what may stay
	Reach       template.HTML
	Causes      template.HTML
	Learned     template.HTML
	Levels      template.HTML
	Anchors     template.HTML
	PosIoU      string
	Recommended bool
	Setup       string
	Tables      []table.Table
	Replay      *replayPart
	Facts       []fact
	Faults      []string
	Versions    []fact
}

// adviceRow is a recommendation with its figures side by side.
type adviceRow struct {
	Topic, Advice, Because, Setting string
	Gain                            string
	Figures                         []changeRow
}

type changeRow struct{ Name, Before, After string }

// WriteInspection writes an inspection as one HTML page, in the look of
// [Write] and as self-contained: what to change, whom the anchors reach and
// why others are missed, levels, classes, samplers and, if there is one, the
// replayed dump. Equal inspections give equal bytes with one program.
func WriteInspection(w io.Writer, r *inspect.Report) error {
	return render(w, "inspection.html", newInspection(r))
}

func newInspection(r *inspect.Report) *inspection {
	d, c := &r.Data, &r.Candidates
	p := &inspection{
		Style: template.CSS(styleSheet), Title: "What detectors learn from in " + short(filepath.Base(d.Path), 60),
		Subtitle: fmt.Sprintf("%s · %s · anchors %s at %s", number(d.Images, "image"), number(d.Objects, "object"), r.Setting.Anchors, r.Setting.Resize),
		Notes:    r.Notes, PosIoU: strconv.FormatFloat(r.Setting.PosIoU, 'g', 4, 64), Recommended: r.Recommended != nil, Headline: r.Verdict,
		Reach: reachCurves(r), Causes: causeBars(r), Learned: positiveBars(r), Levels: levelBars(r), Anchors: anchorBars(r),
		Tables: r.Tables(),
		Facts: []fact{
			{"annotations", fmt.Sprintf("%s (%s)", filepath.Base(d.Path), d.Format)},
			{"images", fmt.Sprintf("%s, %s of them without objects", count(d.Images), count(d.Empty))},
			{"objects", fmt.Sprintf("%s of %s", count(d.Objects), classesOf(d.Categories, len(r.Classes))) + besides(d.Ignored)},
			{"objects an image", fmt.Sprintf("mean %.1f, median %.0f, 95%% have at most %.0f", d.PerImage.Mean, d.PerImage.Median, d.PerImage.P95)},
			{"side, sqrt(width × height)", fmt.Sprintf("mean %.1f, median %.1f px at training size", d.MeanSide, d.MedianSide)},
			{"size", r.Setting.Resize.String()},
			{"assigner", r.Setting.Assigner},
			{"anchors", anchorsOf(r.Setting.Levels, r.Setting.Ratios)},
			{"anchors an image", quantity(c.PerImage)},
			{"negatives for each positive", negativesEach(c)},
			{"positives an image", fmt.Sprintf("mean %s, median %.0f, 5%% have at most %.0f; %s of the images have none", quantity(float64(c.Positives)/float64(max(1, d.Images))), c.PerImagePositives.Median, c.PerImagePositives.P5, table.Share(inspect.Share(c.None, d.Images)))},
		},
		Faults: d.FirstFaults, Versions: versions(),
	}
	if r.SmallClass != nil {
		p.Notes = append([]string{strings.TrimSuffix(r.SmallClass.Text, ".")}, p.Notes...)
	}
	switch {
	case r.Refused != "":
		p.Notes = append(p.Notes, "There is no configuration of these anchors for compare: "+r.Refused)
	case r.Recommended != nil:
		p.Setup = r.Setup()
	}
	for _, a := range r.Advice {
		if a.Keep {
			p.Kept = append(p.Kept, adviceOf(a))
		} else {
			p.Advice = append(p.Advice, adviceOf(a))
		}
	}
	if r.Replay != nil {
		p.Replay = replayOf(r.Replay)
	}
	return p
}

func negativesEach(c *inspect.Candidates) string {
	n := c.NegativesPerPositive()
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return "no positives"
	}
	return quantity(n)
}

// classesOf says how many classes have objects, and how many there are.
func classesOf(present, listed int) string {
	classes := number(present, "class")
	if present != 1 {
		classes = count(present) + " classes"
	}
	if listed != present {
		classes += " (" + count(listed) + " listed)"
	}
	return classes
}

func anchorsOf(levels []inspect.LevelShape, ratios []float32) string {
	var parts []string
	for _, l := range levels {
		parts = append(parts, fmt.Sprintf("stride %d: %s", l.Stride, values(l.Sizes)))
	}
	return strings.Join(parts, "; ") + "; ratios " + values(ratios)
}

func values(list []float32) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = strconv.FormatFloat(float64(v), 'g', 3, 32)
	}
	return strings.Join(words, ", ")
}

// adviceOf lays the figures of a recommendation side by side.
func adviceOf(a inspect.Advice) adviceRow {
	row := adviceRow{Topic: a.Topic, Advice: a.Advice, Because: a.Because, Setting: a.Setting}
	if a.Gain.Of != "" && !a.Keep {
		row.Gain = strings.Replace(a.Worth(), "-", "−", 1)
	}
	for i, f := range a.Before {
		c := changeRow{Name: f.Name, Before: figureOf(f), After: dash}
		if i < len(a.After) {
			c.After = figureOf(a.After[i])
			if a.After[i].Name != f.Name {
				c.Name += " → " + a.After[i].Name
			}
		}
		row.Figures = append(row.Figures, c)
	}
	return row
}

func figureOf(f inspect.Figure) string {
	if f.Share {
		return table.Share(f.Value)
	}
	if f.Value == math.Trunc(f.Value) {
		return count(int(f.Value))
	}
	return quantity(f.Value)
}
