package page

import (
	"fmt"
	"path/filepath"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// repeatsDir is the folder, within a study's, of experiments that were run again
// with seeds of their own: a study's folder too.
const repeatsDir = "repeats"

// openRepeats returns what is kept of experiments that were run again.
func openRepeats(dir string) ([]evidence.Experiment, error) {
	return open(filepath.Join(dir, repeatsDir))
}

// repeatedBy is the command that ran an experiment again: one of a study, which
// searches anew, or a comparison at what was found.
func repeatedBy(s *evidence.Experiment) string {
	if o := &s.Origin; o.Command != "" && !o.OfStudy() {
		return o.Command
	}
	return studyCommand(s) + " --out " + repeatsDir
}

// writeRepeats writes how often the figures of the page came out again.
func writeRepeats(b *strings.Builder, list, again []evidence.Experiment) error {
	all, agree := 0, 0
	var of, by []string
	var lines strings.Builder
	for i := range again {
		s := evidence.Find(list, again[i].Name)
		if !s.HasRuns() || !again[i].HasRuns() || s.Origin.Data != again[i].Origin.Data {
			continue
		}
		rows, err := evidence.CompareAgain(s, &again[i])
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			of = append(of, "`"+s.Name+"`")
			by = append(by, "`"+repeatedBy(&again[i])+"`")
		}
		for _, r := range rows {
			fmt.Fprintf(&lines, "| `%s` | %d | %d, %d | %d | %d | %s − %s | %s | %s |\n", s.Name, r.Images, r.Seeds[0], r.Seeds[1], r.All, r.Agree, r.A, r.B, difference(r.First, 1), difference(r.Second, 1))
			all, agree = all+r.All, agree+r.Agree
		}
	}
	if all == 0 {
		return nil
	}
	fmt.Fprintf(b, "\n## Run again with other seeds\n\n"+
		"Experiments of this page that were trained once more, with seeds that the first have not\n"+
		"(%s, in the folder of this page). The differences of AP between any two strategies are compared:\n"+
		"they agree if they lie no farther apart than their %.0f%% intervals allow, the root of the sum of the squares of both halves. If\n"+
		"they were independent, at least so many should: at the end of a training the same test images are in both. Those of an experiment share\n"+
		"strategies, seeds and budgets, so that their number says less than it seems. An experiment that does not search for its rates, or is repeated at those of its config.yaml, has the same ones again: the noise\n"+
		"of a search is not in it.\n\n"+
		"| experiment | images | seeds, and again | differences | agree | the farthest apart | first | again |\n|---|---|---|---|---|---|---|---|\n%s"+
		"\n%d of %d agree, of %s.\n", prose.List(by, "and"), 100*stats.Confidence, lines.String(), agree, all, prose.List(of, "and"))
	return nil
}
