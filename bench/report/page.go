// Package report draws a finished comparison as one HTML page that needs
// nothing else: no script, no network, no other file.
package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/internal/visible"
)

//go:embed *.html
var sources embed.FS

//go:embed page.css
var styleSheet string

// pages are the templates: one for each kind of page, and the parts that they
// share.
var pages = template.Must(template.ParseFS(sources, "*.html"))

// render writes a page by one of the templates.
func render(w io.Writer, name string, page any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, page); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err := io.WriteString(w, visible.Lines(b.String()))
	return err
}

// page is what the template shows, in its order.
type page struct {
	Style      template.CSS
	Title      string
	Subtitle   string
	Headline   []template.HTML
	Why        []string
	OneSeed    bool
	BarsAP     template.HTML
	BarsSmall  template.HTML
	Small      string // up to which side an object is small
	Large      string
	Ranking    []rank
	Failures   []failure
	Stages     []stageRow
	LossScale  string // how far strategies differ at the trunk
	Proposals  []proposalRow
	Warnings   []config.Warning
	Curves     []curvePanel
	Lines      []key // of the curves
	Banded     bool
	Crossings  string
	AsIfEnded  bool // each checkpoint is what training would have given had it ended there
	Classes    classTable
	Losses     distributions
	Pictures   []picture
	ClassKeys  []classKey
	MoreKeys   int
	LeastShown int
	Unranked   string // why strategies are not ranked; empty where they are
	MayBe      string // the confidence in the set that may be the best; empty without one
	Data       dataTable
	Config     string
	Rates      []rate
	Tuning     *tuningTable // nil where there was no search
	Setting    []fact
	Versions   []fact
}

// Write writes the report of s as HTML: headline, AP with intervals, ranked
// tables, warnings, AP along training, AP by class, the loss by difficulty of the
// candidates, detections on test images, the data, and the configuration that
// made it. AP and AR are in %; figures that are not defined (-1) are dashes.
// Equal studies give equal bytes with one program.
//
// The error is w's, or that of a test image whose pixels do not fit its size.
func Write(w io.Writer, s *summary.Study) error {
	p, err := newPage(s)
	if err != nil {
		return err
	}
	return render(w, "page.html", p)
}

func newPage(s *summary.Study) (*page, error) {
	sum := &s.Summary
	all := sum.Strategies
	drawn, err := pictures(s)
	if err != nil {
		return nil, err
	}
	p := &page{
		Style: template.CSS(styleSheet), Title: sum.Title, Headline: unbroken(headline(sum)), Why: reasons(sum), OneSeed: len(sum.Seeds) == 1,
		Ranking: ranking(sum), Unranked: sum.Verdict.Unranked, Failures: failedRuns(s), Stages: stages(sum), LossScale: lossScale(sum.LossScale), Warnings: sum.Warnings,
		Banded:  len(sum.Seeds) > 1,
		Classes: classes(all), Losses: lossDistributions(s), Pictures: drawn, LeastShown: leastShown,
		Data: dataOf(&sum.Data), Config: sum.Config, Rates: rates(s), Tuning: tuningOf(sum.Tuning), Setting: setting(s), Versions: versions(),
	}
	if p.Title == "" {
		p.Title = "Comparison of sampling strategies"
	}
	p.Subtitle = trainedOn(sum)
	if len(all) > 0 {
		p.BarsAP = bars(sum, "AP, with 95% interval", func(s *summary.Strategy) stats.Estimate { return s.AP })
		p.BarsSmall = bars(sum, "AP of small objects", func(s *summary.Strategy) stats.Estimate { return s.APS })
	}
	if sum.Verdict.Learned() {
		p.Crossings = crossings(all)
		if slices.ContainsFunc(all, func(s summary.Strategy) bool { return s.MayBeBest }) {
			p.MayBe = sum.Verdict.Sure()
		}
	}
	budget := 0
	if c := s.Config; c != nil {
		budget = c.Training.Images
		p.Small, p.Large = fmt.Sprintf("%g", c.Areas.Small), fmt.Sprintf("%g", c.Areas.Large)
		p.AsIfEnded = c.Training.Schedule == config.Constant && c.Training.Average > 0
	}
	p.Curves, p.Lines = curvePanels(all, budget)
	p.Proposals = proposals(sum)
	if s.Set != nil {
		p.ClassKeys = classKeys(s.Set)
		p.MoreKeys = len(s.Set.Classes) - len(p.ClassKeys)
	}
	return p, nil
}

// trainedOn says what was trained, how long, and on which data.
func trainedOn(s *summary.Summary) string {
	d := &s.Data
	trained := fmt.Sprintf("%s, %s each", strategiesOf(len(s.Strategies)), s.SeedsEach())
	if s.Verdict.Images > 0 {
		trained += ", " + count(s.Verdict.Images) + " images a run"
	}
	size := fmt.Sprintf("%d × %d px", d.Width, d.Height)
	if d.UpTo {
		size = "up to " + size
	}
	if d.Cropped != nil {
		size = "crops of " + size + " " + ofOriginals(d)
	}
	return fmt.Sprintf("%s · %s, %s · tested on %s", trained, d.Name, size, number(d.TestImages, "image"))
}

func strategiesOf(n int) string {
	if n == 1 {
		return "1 strategy"
	}
	return count(n) + " strategies"
}
