package command

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"

	insight "detsample/bench/inspect"
	"detsample/bench/table"
	"detsample/internal/markdown"
	"detsample/internal/prose"
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
	for _, t := range r.Tables() {
		p.grid(gridOf(t))
	}
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
		title := prose.Upper(a.Topic)
		if a.Gain.Of != "" {
			title += ": " + a.Worth()
		}
		p.numbered(i+1, title, a.Advice)
	}
	p.line("")
}

// inspected describes the data and the setting.
func inspected(r *insight.Report) string {
	d, c := &r.Data, &r.Candidates
	return fmt.Sprintf("%s: %s (%d without objects), %s of %s, %.1f an image (median %.0f), median side %.1f pixels%s. "+
		"Anchors %s at size %s: %.0f an image, %s; positives to negatives %s, %s ignored.",
		printable(filepath.Base(d.Path)), prose.Count(d.Images, "image", "images"), d.Empty, prose.Count(d.Objects, "object", "objects"), classesOf(d.Categories, len(r.Classes)),
		d.PerImage.Mean, d.PerImage.Median, d.MedianSide, besides(d.Ignored),
		r.Setting.Anchors, r.Setting.Resize, c.PerImage, r.Setting.Assigner,
		table.Ratio(float64(c.Positives), float64(c.Negatives)), table.Share(c.IgnoredShare()))
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
			worth = " (" + a.Worth() + ")"
		}
		p.line("%d. %s: %s", i+1, prose.Upper(a.Topic)+worth, a.Advice)
		p.line("Because: %s", a.Because)
		for _, line := range changes(a) {
			if p.markdown {
				fmt.Fprintf(p.w, "   %s\n", markdown.Code(printable(line)))
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
	with := ""
	if r.Recommended.PosIoU > 0 && r.Recommended.PosIoU != r.Setting.PosIoU {
		with = fmt.Sprintf(", for strategies that are positive from %.4g and negative below %.4g", r.Recommended.PosIoU, r.Recommended.NegIoU)
	}
	p.line("Image size and anchors as configuration, to be pasted into a comparison of these images (compare --data)%s:", with)
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
		return table.Share(f.Value)
	}
	if f.Value >= 100 || f.Value == math.Trunc(f.Value) {
		return strconv.FormatFloat(f.Value, 'f', 0, 64)
	}
	return strconv.FormatFloat(f.Value, 'g', 3, 64)
}
