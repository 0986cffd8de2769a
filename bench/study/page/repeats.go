package page

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// repeatsDir is the folder, within a study's, of experiments that were run again
// with seeds of their own: a study's folder too.
const repeatsDir = "repeats"

// openRepeats returns what is kept of experiments that were run again.
func openRepeats(dir string) ([]archived, error) { return open(filepath.Join(dir, repeatsDir)) }

// repeated is how the differences of an experiment at one budget came out again.
type repeated struct {
	images        int
	seeds         [2]int // the most of a difference, and of it again
	all, agree    int
	a, b          string // the two strategies whose differences lie farthest apart, for their intervals
	first, second stats.Estimate
}

// compareAgain lays the differences between all strategies of an experiment beside
// those of other seeds; runs of the same seeds, which are the same runs, are left
// out. Two agree if they lie no farther apart than the root of
// the sum of the squares of half their intervals.
func compareAgain(s, again *archived) (list []repeated, err error) {
	again = again.without(s)
	for _, images := range s.moments() {
		before, err := s.among(s.strategies(""), images)
		if err != nil {
			return nil, err
		}
		after, err := again.among(s.strategies(""), images)
		if err != nil {
			return nil, err
		}
		r, farthest := repeated{images: images}, -1.0
		names := before.Strategies()
		for i := range names {
			for j := range i {
				x, y := before.Between(i, j).Estimate, after.Between(i, j).Estimate
				apart := math.Abs(x.Mean-y.Mean) / math.Hypot(x.Half(), y.Half())
				if x.Seeds < stats.MinSeeds || y.Seeds < stats.MinSeeds || math.IsNaN(apart) {
					continue
				}
				r.seeds[0], r.seeds[1] = max(r.seeds[0], x.Seeds), max(r.seeds[1], y.Seeds)
				r.all++
				if apart <= 1 {
					r.agree++
				}
				if apart > farthest {
					farthest, r.a, r.b, r.first, r.second = apart, names[i], names[j], x, y
				}
			}
		}
		if r.all > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

// without is an experiment without the runs whose seeds another one has.
func (s *archived) without(other *archived) *archived {
	left := *s
	left.compared = nil
	left.Runs = slices.DeleteFunc(slices.Clone(s.Runs), func(r trainer.Run) bool {
		return slices.ContainsFunc(other.Runs, func(o trainer.Run) bool { return o.Seed == r.Seed })
	})
	return &left
}

// repeatedBy is the command that ran an experiment again: one of a study, which
// searches anew, or a comparison at what was found.
func (s *archived) repeatedBy() string {
	if o := &s.Origin; o.Command != "" && !o.OfStudy() {
		return o.Command
	}
	return s.repeats() + " --out " + repeatsDir
}

// writeRepeats writes how often the figures of the page came out again.
func writeRepeats(b *strings.Builder, list, again []archived) error {
	all, agree := 0, 0
	var of, by []string
	var lines strings.Builder
	for i := range again {
		s := find(list, again[i].Name)
		if !s.HasRuns() || !again[i].HasRuns() || s.Origin.Data != again[i].Origin.Data {
			continue
		}
		rows, err := compareAgain(s, &again[i])
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			of = append(of, "`"+s.Name+"`")
			by = append(by, "`"+again[i].repeatedBy()+"`")
		}
		for _, r := range rows {
			fmt.Fprintf(&lines, "| `%s` | %d | %d, %d | %d | %d | %s − %s | %s | %s |\n", s.Name, r.images, r.seeds[0], r.seeds[1], r.all, r.agree, r.a, r.b, difference(r.first, 1), difference(r.second, 1))
			all, agree = all+r.all, agree+r.agree
		}
	}
	if all == 0 {
		return nil
	}
	fmt.Fprintf(b, "\n## Run again with other seeds\n\n"+
		"Experiments of this page that were trained once more, with seeds that the first have not\n"+
		"(%s, in the folder of this page). The differences of AP between any two strategies are compared:\n"+
		"they agree if they lie no farther apart than their %.0f%% intervals allow, the root of the sum of the squares of both halves. Of\n"+
		"independent ones at least so many should: at the end of a training the same test images are in both. Those of an experiment share\n"+
		"strategies, seeds and budgets, so that their number says less than it seems. An experiment that does not search for its rates, or is repeated at those of its config.yaml, has the same ones again: the noise\n"+
		"of a search is not in it.\n\n"+
		"| experiment | images | seeds, and again | differences | agree | the farthest apart | first | again |\n|---|---|---|---|---|---|---|---|\n%s"+
		"\n%d of %d agree, of %s.\n", prose.List(by, "and"), 100*stats.Confidence, lines.String(), agree, all, prose.List(of, "and"))
	return nil
}
