// Package report draws a finished comparison as one HTML page that needs
// nothing else: no script, no network, no other file.
package report

import (
	"bytes"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/internal/visible"

	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
)

//go:embed page.html
var pageSource string

//go:embed page.css
var styleSheet string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// page is what the template shows, in its order.
type page struct {
	Style      template.CSS
	Title      string
	Subtitle   string
	Headline   []string
	Why        []string
	OneSeed    bool
	BarsAP     template.HTML
	BarsSmall  template.HTML
	Small      string // up to which side an object is small
	Large      string
	Kinds      []string
	Ranking    []rank
	Failures   []failure
	Stages     []stageRow
	LossScale  string // how far strategies differ at the trunk
	Warnings   []config.Warning
	Curves     []curvePanel
	Banded     bool
	Crossings  string
	AsIfEnded  bool // each checkpoint is what training would have given had it ended there
	Classes    classTable
	Losses     distributions
	Pictures   []picture
	ClassKeys  []classKey
	MoreKeys   int
	LeastShown int
	Ranked     bool   // something was learned
	MayBe      string // the best, with the verdict's confidence
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
// made it. AP and AR are in hundredths, as in papers; figures that are not
// defined (-1) are dashes. Equal studies give equal bytes with one program.
//
// The error is w's, or that of a test image whose pixels do not fit its size.
func Write(w io.Writer, s *summary.Study) error {
	p, err := newPage(s)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = io.WriteString(w, visible.Lines(b.String()))
	return err
}

func newPage(s *summary.Study) (*page, error) {
	sum := &s.Summary
	all := sum.Strategies
	drawn, err := pictures(s)
	if err != nil {
		return nil, err
	}
	p := &page{
		Style: template.CSS(styleSheet), Title: sum.Title, Headline: headline(sum), Why: reasons(sum), OneSeed: len(sum.Seeds) == 1,
		Ranking: ranking(sum), Ranked: sum.Verdict.Learned(), Failures: failedRuns(all), Stages: stages(sum), LossScale: lossScale(sum.LossScale), Warnings: sum.Warnings,
		Banded:  len(sum.Seeds) > 1,
		Classes: classes(all), Losses: lossDistributions(s), Pictures: drawn, LeastShown: leastShown,
		Data: dataOf(&sum.Data), Config: sum.Config, Rates: rates(all), Tuning: tuningOf(sum.Tuning), Setting: setting(s), Versions: versions(),
	}
	if p.Title == "" {
		p.Title = "Comparison of sampling strategies"
	}
	p.Subtitle = fmt.Sprintf("%s · %s · %s · %s", strategiesOf(len(all)), number(len(sum.Seeds), "seed"), sum.Data.Name, number(sum.Data.TestImages, "test image"))
	if len(all) > 0 {
		p.BarsAP = bars(all, "AP, with 95% interval", func(s *summary.Strategy) stats.Estimate { return s.AP })
		p.BarsSmall = bars(all, "AP of small objects", func(s *summary.Strategy) stats.Estimate { return s.APS })
	}
	for _, detector := range []string{oneStage, twoStage} {
		if slices.ContainsFunc(all, func(s summary.Strategy) bool { return kind(s.Detector) == kind(detector) }) {
			p.Kinds = append(p.Kinds, detector)
		}
	}
	if sum.Verdict.Learned() {
		p.Crossings = crossings(all)
		p.MayBe = list(sum.Verdict.MayBe)
	}
	budget := 0
	if c := s.Config; c != nil {
		budget = c.Training.Images
		p.Small, p.Large = fmt.Sprintf("%g", c.Areas.Small), fmt.Sprintf("%g", c.Areas.Large)
		p.AsIfEnded = c.Training.Schedule == config.Constant && c.Training.Average > 0
	}
	p.Curves = curvePanels(all, budget)
	if s.Set != nil {
		p.ClassKeys = classKeys(s.Set)
		p.MoreKeys = len(s.Set.Classes) - len(p.ClassKeys)
	}
	return p, nil
}

func strategiesOf(n int) string {
	if n == 1 {
		return "1 strategy"
	}
	return count(n) + " strategies"
}
