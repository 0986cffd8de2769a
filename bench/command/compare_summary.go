package command

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/stats"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/table"
	"detsample/bench/trainer"
	"detsample/internal/program"
	"detsample/internal/prose"
)

// printSummary shows a comparison: the verdict, the ranking, why, the data,
// training, classes.
func printSummary(p *printer, study *summary.Study, out string) {
	s := &study.Summary
	printVerdict(p, s)
	ranked := rank(s)
	p.grid(ranking(study, ranked))
	printWhy(p, &s.Verdict)
	p.line("%s", facts(study))
	p.line("")
	if g := firstStages(ranked); len(g.rows) > 0 {
		p.grid(g)
	}
	if g := curves(ranked); len(g.columns) > g.keys {
		p.grid(g)
	}
	if n := len(s.Data.Classes); n > 1 && n <= maxClasses && slices.ContainsFunc(ranked, func(s summary.Strategy) bool { return len(s.Classes) > 0 }) {
		p.grid(classes(ranked, p))
	}
	printRounds(p, s)
	printSettings(p, s)
	printFailed(p, study, ranked)
	if out != "" {
		p.line("Results are in %s: report.html, summary.json, results.jsonl, config.yaml.", filepath.Clean(out))
		if evaluation := evaluationOf(out); evaluation != "" {
			// A command is not wrapped: it is to be pasted.
			fmt.Fprintf(p.w, "\nFigures of a run's detections:\n\n    %s\n", evaluation)
		}
	}
}

// evaluationOf returns the command that evaluates a run of a program of one's
// own, "" if the comparison has none. The run's part is left to the shell to
// find, and so is not quoted.
func evaluationOf(out string) string {
	folder := filepath.Join(out, store.Trainer)
	found, err := fs.Glob(os.DirFS(folder), "data-*/annotations/instances_test.json") // out itself is no pattern
	if err != nil || len(found) != 1 {
		return ""
	}
	truth := filepath.Join(folder, filepath.FromSlash(found[0]))
	runs := program.Line(filepath.Join(folder, "runs")) + string(filepath.Separator)
	return commandOf("eval", "--gt", truth, "--dt") + " " + runs + filepath.Join("NAME-SEED-*", "out", "results.json")
}

// printVerdict says which strategy to use, or what to do where that is open, and
// what else there is to know of all figures.
func printVerdict(p *printer, s *summary.Summary) {
	v := &s.Verdict
	p.line("%s", strings.TrimSpace(printable(v.Headline)+" "+printable(v.Outlook)))
	if len(v.Change) > 0 {
		p.line("To change that: %s.", printable(strings.Join(v.Change, "; ")))
	}
	for _, m := range s.Mixed {
		p.line("%s", printable(m))
	}
	p.line("")
}

// printWhy explains the verdict by what was measured.
func printWhy(p *printer, v *summary.Verdict) {
	if len(v.Why) == 0 {
		return
	}
	title := "Why"
	if p.markdown {
		title = "### Why"
	}
	p.line("%s\n", title)
	for _, w := range v.Why {
		p.item(w)
	}
	p.line("")
}

// printRounds says how seeds were added, and why that ended.
func printRounds(p *printer, s *summary.Summary) {
	r := s.Rounds
	if r == nil {
		return
	}
	text := fmt.Sprintf("Seeds: %d of at most %d. ", len(s.Seeds), r.Seeds)
	if len(r.Out) > 0 {
		var out []string
		for _, o := range r.Out {
			out = append(out, fmt.Sprintf("%s after %d", printable(o.Strategy), o.Seeds))
		}
		text += "Out, since no longer the best: " + strings.Join(out, ", ") + ". "
	}
	half := compact2(100 * r.Reached)
	switch {
	case s.Verdict.Reason == stats.FewImages:
		text += "More would not tell, by so few test images."
	case r.OutOfReach:
		text += fmt.Sprintf("No number of seeds makes every difference known to ± %s AP: the choice of test images alone leaves more. More test images may.", compact2(100*r.Half))
	case r.Enough && r.Half > 0 && r.Reached >= 0:
		text += fmt.Sprintf("Every difference between those left is known to ± %s AP.", half)
	case r.Enough:
		text += "One is left."
	case r.Half > 0 && r.Reached >= 0:
		text += fmt.Sprintf("Seeds ran out: differences are known to ± %s AP.", half)
	default:
		text += "Seeds ran out before one was left."
	}
	p.line("%s", text)
	p.line("")
}

// facts describes the data by what was measured on it.
func facts(study *summary.Study) string {
	s, d := &study.Summary, &study.Summary.Data
	parts := []string{
		fmt.Sprintf("%d + %s of %s", d.TrainImages, prose.Count(d.TestImages, "image", "images"), pixels(d)) + repeats(d),
		fmt.Sprintf("%d + %s of %s, most of %.0f to %.0f pixels", sum(d.TrainObjects), prose.Count(sum(d.TestObjects), "object", "objects"),
			classesOf(withObjects(d), len(d.Classes)), d.SmallestSide, d.LargestSide),
	}
	if d.AnchorsPerImg > 0 {
		parts[1] += " as trained on"
	}
	parts[1] += annotations.Besides(d.TrainIgnored+d.TestIgnored, fmt.Sprintf("%d + %d", d.TrainIgnored, d.TestIgnored))
	if d.AnchorsPerImg > 0 {
		parts = append(parts, prose.Count(d.AnchorsPerImg, "anchor", "anchors")+" per image")
	}
	var seen []string
	for _, stage := range [...]string{"dense", "rpn"} {
		if n := seenBy(s.Strategies, stage); n != "" {
			seen = append(seen, fmt.Sprintf("%s (%s)", n, stage))
		}
	}
	if len(seen) > 0 {
		parts = append(parts, "positives:negatives "+strings.Join(seen, ", "))
	}
	if n := annotations.Defects(study.Set.Problems); n > 0 {
		parts = append(parts, prose.Count(n, "problem", "problems")+" in the data")
	}
	return fmt.Sprintf("Data %s, training + test: %s.", printable(d.Name), strings.Join(parts, "; "))
}

// withObjects counts the classes that have an object in training or test.
func withObjects(d *summary.Data) int {
	n := 0
	for k := range min(len(d.TrainObjects), len(d.TestObjects)) { // without a set there are none
		if d.TrainObjects[k]+d.TestObjects[k] > 0 {
			n++
		}
	}
	return n
}

// pixels says how large the images are, and crops of them.
func pixels(d *summary.Data) string {
	size := fmt.Sprintf("%dx%d pixels", d.Width, d.Height)
	if d.Cropped != nil {
		return fmt.Sprintf("up to %dx%d pixels in crops of %s", d.Cropped.Width, d.Cropped.Height, size)
	}
	if d.UpTo {
		return "up to " + size
	}
	return size
}

// repeats says where the training images were but counted.
func repeats(d *summary.Data) string {
	if d.Fresh {
		return " (training images never repeat; of these a sample was counted)"
	}
	return ""
}

// seenBy returns the imbalance that a dense stage saw before sampling; from
// the least to the greatest where assigners differ.
func seenBy(strategies []summary.Strategy, stage string) string {
	var seen []trainer.StageFigures
	for _, s := range strategies {
		for _, f := range s.Stages {
			if f.Stage == stage && f.Positives > 0 {
				seen = append(seen, f)
			}
		}
	}
	if len(seen) == 0 {
		return ""
	}
	byRatio := func(a, b trainer.StageFigures) int { return cmp.Compare(a.Seen(), b.Seen()) }
	least, most := slices.MinFunc(seen, byRatio), slices.MaxFunc(seen, byRatio)
	low, high := table.Ratio(least.Positives, least.Negatives), table.Ratio(most.Positives, most.Negatives)
	if low == high {
		return low
	}
	return low + " to " + high
}

func sum(counts []int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// printFailed lists why runs failed to train, in the order of the ranking: of a
// strategy that failed for many reasons, as each names the run itself, the first.
func printFailed(p *printer, study *summary.Study, ranked []summary.Strategy) {
	failures := study.Failures()
	for _, s := range ranked {
		reasons, others := 0, 0
		for _, f := range failures {
			if f.Strategy != s.Strategy {
				continue
			}
			if reasons++; reasons > mostReasons {
				others += len(f.Seeds)
				continue
			}
			what := "failed: " + strings.TrimRight(printable(f.Reason), ".")
			if f.Reason == trainer.LearnedNothing {
				what = "learned nothing, and counts as it is: its AP at the end is no better than the untrained network's"
			}
			p.line("%s %s: %d of %s %s.", failedMark, printable(s.Strategy), len(f.Seeds), prose.Count(s.Runs, "run", "runs"), what)
		}
		if others > 0 {
			p.line("%s %s: %s more failed for other reasons, which the report has.", failedMark, printable(s.Strategy), prose.Count(others, "run", "runs"))
		}
	}
	if len(failures) > 0 {
		p.line("")
	}
}

// mostReasons is how many reasons of a strategy's runs are printed.
const mostReasons = 2
