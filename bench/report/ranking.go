package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/bench/table"
	"detsample/bench/trainer"
)

// rank is a row of the ranked table.
type rank struct {
	Place            int
	Style            style
	Name, Detector   string
	Failed           string
	LR               string
	AP, Bounds, SD   string
	Others           []string // AP50, AP75, AP_S, AP_M, AP_L, AR100
	Difference       string
	DifferenceBounds string
	Verdict          string // the style sheet's class for it
	StepMS           string
}

// ranking sorts the strategies by AP.
func ranking(sum *summary.Summary) []rank {
	strategies := sum.Strategies
	rows := make([]rank, len(strategies))
	look := styles(strategies)
	for k, i := range order(sum) {
		s := &strategies[i]
		r := rank{
			Place: k + 1, Style: look[i], Name: starred(s, s.Strategy), Detector: s.Detector, Failed: marked(s),
			LR: strconv.FormatFloat(s.LR, 'g', 3, 64),
			AP: points(s.AP.Mean), Bounds: bounds(s.AP), SD: dash,
			Verdict: [...]string{"", "unclear", "higher", "lower"}[judge(strategies, i)],
			StepMS:  dash,
		}
		if s.Runs > 1 && defined(s.AP.Mean) {
			r.SD = fmt.Sprintf("±%.1f", 100*s.AP.SD)
		}
		for _, e := range []stats.Estimate{s.AP50, s.AP75, s.APS, s.APM, s.APL, s.AR100} {
			r.Others = append(r.Others, points(e.Mean))
		}
		switch {
		case i == 0:
			r.Difference = "reference"
		case r.Verdict == "":
			r.Difference = dash
		default:
			r.Difference, r.DifferenceBounds = signed(s.Difference.Mean), signedBounds(*s.Difference)
		}
		if s.StepMS > 0 {
			r.StepMS = strconv.FormatFloat(s.StepMS, 'f', 1, 64)
		}
		rows[k] = r
	}
	return rows
}

// order returns the strategies' indices from the highest AP to the lowest, in
// the configuration's order where equal or where nothing was learned.
func order(sum *summary.Summary) []int {
	strategies := sum.Strategies
	order := make([]int, len(strategies))
	for i := range order {
		order[i] = i
	}
	if !sum.Verdict.Learned() {
		return order
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strategies[b].AP.Mean, strategies[a].AP.Mean) })
	return order
}

// stageRow says what one stage of a strategy learned from.
type stageRow struct {
	Strategy   string // empty where the row above has it
	Style      style
	Span       int // rows that the strategy has
	Stage      string
	Seen, Used string // positives : negatives
	SeenCounts string // per image
	UsedCounts string
	LossShare  share
	GradShare  share
	Cls, Box   string // gradients at the trunk
}

// share is a part of a whole, with a bar of its length.
type share struct {
	Text  string
	Width float64 // of 60
}

func shareOf(v float64) share {
	if v == trainer.Unknown {
		return share{Text: dash}
	}
	return share{Text: table.Share(v), Width: 60 * min(max(v, 0), 1)}
}

// counted writes positives and negatives, nothing where they are not known.
func counted(positives, negatives float64) string {
	if positives == 0 && negatives == 0 {
		return ""
	}
	return quantity(positives) + " + " + quantity(negatives)
}

// stages lists the stages in the order of the ranking.
func stages(sum *summary.Summary) []stageRow {
	strategies := sum.Strategies
	look := styles(strategies)
	var rows []stageRow
	for _, i := range order(sum) {
		s := &strategies[i]
		for k, f := range s.Stages {
			r := stageRow{
				Stage: f.Stage,
				Seen:  table.Ratio(f.Positives, f.Negatives), Used: table.Ratio(f.UsedPositives, f.UsedNegatives),
				SeenCounts: counted(f.Positives, f.Negatives), UsedCounts: counted(f.UsedPositives, f.UsedNegatives),
				LossShare: shareOf(f.NegativeLoss), GradShare: shareOf(f.NegativeGrad),
				Cls: gradient(f.Trunk.Cls), Box: gradient(f.Trunk.Box),
			}
			if k == 0 {
				r.Strategy, r.Style, r.Span = s.Strategy, look[i], len(s.Stages)
			}
			rows = append(rows, r)
		}
	}
	return rows
}
