package command

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

// rank sorts strategies by AP; where nothing was learned there is no ranking,
// and they stay as the configuration has them.
func rank(s *summary.Summary) []summary.Strategy {
	ranked := slices.Clone(s.Strategies)
	if !s.Verdict.Learned() {
		return ranked
	}
	slices.SortStableFunc(ranked, func(a, b summary.Strategy) int { return cmp.Compare(b.AP.Mean, a.AP.Mean) })
	return ranked
}

// ranking is the main table: how good, and what was learned from.
func ranking(study *summary.Study, ranked []summary.Strategy) grid {
	s := &study.Summary
	seeds := len(s.Seeds) > 1
	first := s.Strategies[0].Strategy
	g := grid{
		title: rankingTitle(s),
		note:  rankingNote(study, first),
		keys:  2,
		columns: []column{
			{head: "#"}, {head: "strategy", left: true}, {head: "detector", left: true},
			{head: "AP"}, {head: "SD"}, {head: "AP50"}, {head: "AP_S"}, {head: "difference\nto #" + place(ranked, first)},
			{head: "pos:neg\nseen → used"}, {head: "neg. %\nof loss"}, {head: "neg. %\nof grad."}, {head: "ms/\nstep"},
		},
	}
	for i, s := range ranked {
		change, deviation := undefined, undefined
		if s.AP.Seeds > 1 {
			deviation = percent(s.AP.SD)
		}
		if s.Difference != nil {
			change = difference(*s.Difference)
		}
		label := name(s)
		if s.MayBeBest {
			label += " " + mayBeMark
		}
		g.rows = append(g.rows, slices.Concat(
			[]string{strconv.Itoa(i + 1), label, s.Detector,
				plusMinus(s.AP), deviation, percent(s.AP50.Mean), percent(s.APS.Mean), change},
			balance(lastStage(s)),
			[]string{stepTime(s.StepMS)},
		))
	}
	if !seeds {
		g.drop(4)
	}
	return g
}

func rankingTitle(s *summary.Summary) string {
	switch {
	case !s.Verdict.Learned():
		return "Strategies, not ranked: " + s.Verdict.Unranked
	case len(s.Verdict.MayBe) > 0 && s.Verdict.Outcome != stats.NoConclusion:
		return fmt.Sprintf("Strategies by AP; %s may be the best (%s confidence)", mayBeMark, s.Verdict.Sure())
	}
	return "Strategies by AP"
}

// mayBeMark marks the strategies of the verdict's set.
const mayBeMark = "*"

func rankingNote(study *summary.Study, first string) string {
	s := &study.Summary
	note := fmt.Sprintf("AP as in COCO, in %%, over %s; ± is half of a 95%% interval over test images", s.SeedsEach())
	if len(s.Seeds) > 1 {
		note += " and seeds, whose variance is shared among strategies; SD is over seeds"
	} else {
		note += " alone, which another seed may leave"
	}
	note += fmt.Sprintf(". Differences are to %s, paired, over the seeds that both have. "+
		"Candidates are per image before and after sampling, of the second stage for two-stage detectors; "+
		"negatives' shares are of the classification loss and of its gradient.", printable(first))
	if study.Config != nil {
		note += fmt.Sprintf(" Objects of AP_S have a √area of at most %g px at the images' own size.", study.Config.Areas.Small)
	}
	if l := s.LossScale; l != nil && compact(l.Times) != compact(1) {
		note += fmt.Sprintf(" Gradients at the shared trunk differ by up to %s times (%s, of %s and %s).",
			compact(l.Times), l.Where, printable(l.Largest), printable(l.Smallest))
	}
	return note
}

// stepTime writes the milliseconds of a step, where steps were counted.
func stepTime(ms float64) string {
	if ms <= 0 {
		return undefined
	}
	return strconv.FormatFloat(ms, 'f', 1, 64)
}

// name marks a strategy that failed to train.
func name(s summary.Strategy) string {
	if len(s.Failed) > 0 {
		return s.Strategy + " " + failedMark
	}
	return s.Strategy
}

const failedMark = "†"

// place returns a strategy's rank.
func place(ranked []summary.Strategy, name string) string {
	return strconv.Itoa(1 + slices.IndexFunc(ranked, func(s summary.Strategy) bool { return s.Strategy == name }))
}

// drop removes a column.
func (g *grid) drop(c int) {
	g.columns = slices.Delete(g.columns, c, c+1)
	for i := range g.rows {
		g.rows[i] = slices.Delete(g.rows[i], c, c+1)
	}
}

// firstStages is the table of the stages that feed another one, with the recall of
// what they propose where it was measured.
func firstStages(ranked []summary.Strategy) grid {
	g := grid{
		title: "First stage (rpn) of the two-stage detectors",
		keys:  2,
		columns: []column{
			{head: "#"}, {head: "strategy", left: true},
			{head: "pos:neg\nseen → used"}, {head: "neg. %\nof loss"}, {head: "neg. %\nof grad."},
		},
	}
	limits := proposalLimits(ranked)
	for _, n := range limits {
		g.columns = append(g.columns, column{head: fmt.Sprintf("AR@%d", n)})
	}
	if len(limits) > 0 {
		g.note = "AR@N is the recall of the N best proposals of a test image at the end of training, in %, as a mean over IoU 0.50 to 0.95 and whatever the class."
	}
	for i, s := range ranked {
		if len(s.Stages) < 2 {
			continue
		}
		row := append([]string{strconv.Itoa(i + 1), s.Strategy}, balance(s.Stages[0])...)
		for _, n := range limits {
			at := slices.IndexFunc(s.Proposals, func(p trainer.ProposalRecall) bool { return p.Limit == n })
			if at < 0 {
				row = append(row, undefined)
			} else {
				row = append(row, percent(s.Proposals[at].AR))
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// proposalLimits returns the numbers of proposals at which recall was measured.
func proposalLimits(strategies []summary.Strategy) []int {
	var list []int
	for _, s := range strategies {
		for _, p := range s.Proposals {
			list = append(list, p.Limit)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// lastStage returns the stage that detections come from; zero if training
// never got to it.
func lastStage(s summary.Strategy) trainer.StageFigures {
	if len(s.Stages) == 0 {
		return trainer.StageFigures{}
	}
	return s.Stages[len(s.Stages)-1]
}

// balance writes what a stage saw, used and weighed.
func balance(f trainer.StageFigures) []string {
	if f.Stage == "" {
		return []string{undefined, undefined, undefined}
	}
	candidates := table.Ratio(f.Positives, f.Negatives) + " → " + table.Ratio(f.UsedPositives, f.UsedNegatives)
	if candidates == undefined+" → "+undefined {
		candidates = undefined
	}
	return []string{
		candidates,
		shareOf(f.NegativeLoss),
		shareOf(f.NegativeGrad),
	}
}

// shareOf writes a share in percent.
func shareOf(share float64) string {
	if share == trainer.Unknown {
		return undefined
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64)
}
