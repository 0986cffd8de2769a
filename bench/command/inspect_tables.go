package command

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	insight "detsample/bench/inspect"
)

// shownActions is how many pieces of advice the first screen has.
const shownActions = 3

// printInspection shows a report: on the first screen the verdict and what to do
// about it, then the tables, then all advice with its reasons.
func printInspection(p *printer, r *insight.Report) {
	if p.markdown {
		p.line("## Inspection of %s\n", filepath.Base(r.Data.Path))
	}
	for _, s := range r.Verdict {
		p.line("%s", s)
	}
	p.line("")
	printActions(p, r)
	p.line("%s", inspected(r))
	if r.SmallClass != nil {
		p.line("%s", r.SmallClass.Text)
	}
	for _, note := range r.Notes {
		p.line("Note: %s.", note)
	}
	p.line("")
	p.grid(objectGrid(r))
	p.grid(levelGrid(r))
	if n := len(r.Classes); n > 1 {
		p.grid(inspectedClasses(r))
	}
	p.grid(samplerGrid(r))
	if r.Replay != nil {
		if !p.markdown {
			p.line("Replay of %s\n", printable(filepath.Base(r.Replay.Path)))
		}
		printReplay(p, r.Replay)
	}
	printAdvice(p, r)
}

// printActions prints the most valuable pieces of advice.
func printActions(p *printer, r *insight.Report) {
	for i, a := range r.Advice {
		if a.Keep || i == shownActions {
			break
		}
		title := upper(a.Topic)
		if a.Gain.Of != "" {
			title += ": " + a.Gain.String()
		}
		p.numbered(i+1, title, a.Advice)
	}
	p.line("")
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// inspected describes the data and the setting.
func inspected(r *insight.Report) string {
	d, c := &r.Data, &r.Candidates
	return fmt.Sprintf("%s: %s (%d without objects), %s of %s, %.1f an image (median %.0f), median side %.1f pixels; %d crowds and ignored. "+
		"Anchors %s at size %s: %.0f an image, %s; positives to negatives %s, %s%% ignored.",
		printable(filepath.Base(d.Path)), plural(d.Images, "image", "images"), d.Empty, plural(d.Objects, "object", "objects"), plural(d.Categories, "class", "classes"),
		d.PerImage.Mean, d.PerImage.Median, d.MedianSide, d.Ignored,
		r.Setting.Anchors, r.Setting.Resize, c.PerImage, r.Setting.Assigner,
		ratio(float64(c.Negatives), float64(c.Positives)), fine(c.IgnoredShare()))
}

// objectGrid has a row for each size of objects.
func objectGrid(r *insight.Report) grid {
	g := grid{
		title: "Objects by size",
		note: fmt.Sprintf("Small, medium and large go by the box in pixels of the original (32 and 96 squared), the others by sqrt(width*height) in training. "+
			"Unreached: no anchor of IoU %.4g; because of the anchors' sizes, ratios, the border or the stride. Best IoU is of each object's best anchor.", r.Setting.PosIoU),
		keys: 1,
		columns: []column{
			{head: "objects", left: true}, {head: "number"}, {head: "share\n%"}, {head: "positives\nper object"}, {head: "without\n%"},
			{head: "unreached\n%"}, {head: "size"}, {head: "ratio"}, {head: "border"}, {head: "stride"},
			{head: "best IoU\n5%"}, {head: "median"}, {head: "IoU 0.5\n%"},
		},
	}
	for _, o := range groups(r) {
		n := float64(max(1, o.Objects))
		g.rows = append(g.rows, []string{
			o.Name, strconv.Itoa(o.Objects), fine(n / float64(r.All.Objects)), compact(o.PerObject()), fine(float64(o.None) / n),
			fine(float64(o.Unreached) / n), strconv.Itoa(o.Causes.Size), strconv.Itoa(o.Causes.Ratio), strconv.Itoa(o.Causes.Border), strconv.Itoa(o.Causes.Stride),
			hundredths(o.BestIoU.P5), hundredths(o.BestIoU.Median), fine(float64(o.Half) / n),
		})
	}
	return g
}

// groups returns the rows of the table of objects.
func groups(r *insight.Report) []*insight.Group {
	list := []*insight.Group{&r.All}
	for i := range r.Sizes {
		if r.Sizes[i].Objects > 0 {
			list = append(list, &r.Sizes[i])
		}
	}
	for i := range r.Octaves {
		list = append(list, &r.Octaves[i])
	}
	return list
}

// levelGrid has a row for each level of the pyramid.
func levelGrid(r *insight.Report) grid {
	g := grid{
		title: "Levels of the pyramid",
		note:  "Positives by the size of their objects; straddling anchors cross the image's border.",
		keys:  1,
		columns: []column{
			{head: "stride"}, {head: "sizes", left: true}, {head: "anchors\nper image"}, {head: "positives\nper image"}, {head: "pos:neg"}, {head: "ignored\n%"},
			{head: "positives\nsmall"}, {head: "medium"}, {head: "large"}, {head: "straddling\n%"},
		},
	}
	images := float64(r.Data.Images)
	for _, l := range r.Levels {
		sizes := make([]string, len(l.Sizes))
		for i, s := range l.Sizes {
			sizes[i] = strconv.FormatFloat(float64(s), 'f', 0, 32)
		}
		g.rows = append(g.rows, []string{
			strconv.Itoa(l.Stride), strings.Join(sizes, " "), strconv.FormatFloat(float64(l.Anchors)/images, 'f', 0, 64), compact(float64(l.Positives) / images),
			ratio(float64(l.Negatives), float64(l.Positives)), fine(l.IgnoredShare()),
			strconv.FormatInt(l.BySize[0], 10), strconv.FormatInt(l.BySize[1], 10), strconv.FormatInt(l.BySize[2], 10), percent(l.Straddles),
		})
	}
	return g
}

// inspectedClasses has a row for each class, of the commonest if they are
// many.
func inspectedClasses(r *insight.Report) grid {
	g := grid{
		title: "Classes",
		note:  "Share of all objects, and of all positives.",
		keys:  1,
		columns: []column{
			{head: "class", left: true}, {head: "objects"}, {head: "images"}, {head: "share\n%"}, {head: "of positives\n%"}, {head: "median\nside"},
			{head: "small\n%"}, {head: "positives\nper object"}, {head: "unreached\n%"}, {head: "median\nbest IoU"}, {head: "IoU 0.5\n%"},
		},
	}
	list := insight.ByObjects(r.Classes)
	if len(list) > maxClasses {
		g.note += fmt.Sprintf(" The %d commonest of %d classes.", maxClasses, len(list))
		list = list[:maxClasses]
	}
	for _, c := range list {
		n := float64(max(1, c.Objects))
		g.rows = append(g.rows, []string{
			c.Name, strconv.Itoa(c.Objects), strconv.Itoa(c.Images), fine(c.ObjectShare), fine(c.PositiveShare), compact(c.MedianSide),
			fine(float64(c.BySize[0]) / n), compact(c.PerObject()), fine(float64(c.Unreached) / n), hundredths(c.BestIoU.Median), fine(float64(c.Half) / n),
		})
	}
	return g
}

// samplerGrid has a row for each sampler.
func samplerGrid(r *insight.Report) grid {
	g := grid{
		title: "What samplers would keep",
		note: "Means per image; from-to where scores decide. A sampler is starved by an image with fewer positives than it keeps of one that has plenty " +
			"(wanted), hungry below a quarter of that.",
		keys: 1,
		columns: []column{
			{head: "sampler", left: true}, {head: "positives"}, {head: "negatives"}, {head: "pos:neg"}, {head: "wanted"},
			{head: "images that\nstarve it %"}, {head: "hungry\n%"}, {head: "without\npositives %"},
		},
	}
	images := float64(r.Data.Images)
	for _, k := range r.Samplers {
		if k.Reason != "" {
			g.rows = append(g.rows, []string{k.Name, undefined, undefined, undefined, undefined, undefined, undefined, undefined})
			continue
		}
		wanted, starved, hungry := "all", undefined, undefined
		if k.Wanted > 0 {
			wanted, starved, hungry = strconv.Itoa(k.Wanted), fine(float64(k.Starved)/images), fine(float64(k.Hungry)/images)
		}
		kept := ratio(k.Negatives.High, k.Positives.Low)
		if k.Positives.Low != k.Positives.High {
			kept = undefined
		}
		g.rows = append(g.rows, []string{k.Name, between(k.Positives), between(k.Negatives), kept, wanted, starved, hungry, fine(float64(k.Empty) / images)})
	}
	for _, k := range r.Samplers {
		if k.Reason != "" {
			g.note += fmt.Sprintf(" %s is not counted: %s.", printable(k.Name), k.Reason)
		}
	}
	return g
}

func between(r insight.Range) string {
	if r.Low == r.High {
		return compact(r.Low)
	}
	return compact(r.Low) + " to " + compact(r.High)
}

// printAdvice prints the recommendations.
func printAdvice(p *printer, r *insight.Report) {
	if p.markdown {
		p.line("### Recommendations\n")
	} else {
		p.line("Recommendations")
		p.line("")
	}
	for i, a := range r.Advice {
		worth := ""
		switch {
		case a.Keep:
			worth = " (keep)"
		case a.Gain.Of != "":
			worth = " (" + a.Gain.String() + ")"
		}
		p.line("%d. %s: %s", i+1, upper(a.Topic)+worth, a.Advice)
		p.line("Because: %s", a.Because)
		for _, line := range changes(a) {
			if p.markdown {
				fmt.Fprintf(p.w, "   %s\n", code(printable(line)))
				continue
			}
			p.line("   %s", printable(line))
		}
		p.line("")
	}
}

// printSetup prints what is recommended as configuration.
func printSetup(p *printer, r *insight.Report) {
	if r.Recommended == nil {
		return
	}
	if p.markdown {
		fmt.Fprintf(p.w, "### As configuration\n\n```yaml\n%s```\n\n", r.Setup())
		return
	}
	p.line("Image size and anchors as configuration, to be pasted into a comparison:")
	fmt.Fprintf(p.w, "\n%s\n", r.Setup())
}

// changes writes the figures of a recommendation, before and after.
func changes(a insight.Advice) []string {
	var lines []string
	for i, f := range a.Before {
		line := f.Name + ": " + figure(f)
		if i < len(a.After) {
			if after := a.After[i]; after.Name == f.Name {
				line += " → " + figure(after)
			} else {
				line += " → " + after.Name + ": " + figure(after)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func figure(f insight.Figure) string {
	if f.Share {
		return fine(f.Value) + "%"
	}
	if f.Value >= 100 || f.Value == math.Trunc(f.Value) {
		return strconv.FormatFloat(f.Value, 'f', 0, 64)
	}
	return strconv.FormatFloat(f.Value, 'g', 3, 64)
}

// fine writes a share in percent, finer near none and all, where it matters.
func fine(x float64) string {
	switch p := 100 * x; {
	case p == 0 || p == 100:
		return strconv.FormatFloat(p, 'f', 0, 64)
	case p < 1 || p > 99:
		return strconv.FormatFloat(p, 'f', 2, 64)
	default:
		return strconv.FormatFloat(p, 'f', 1, 64)
	}
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
