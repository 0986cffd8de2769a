package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// answersHead begins the table of who leads in each part of a detector.
const answersHead = "### Who may be the best, along training\n\nAt once with all that is said in short, so fewer are ruled out than along the axes or in an experiment by itself. A single leader has its lead over the next; † rates differ.\n\n" +
	"| part of a detector | experiment | seeds | after a quarter of its images | after half | at the end | AP at the end | gained since half | AP50 gained since half |\n|---|---|---|---|---|---|---|---|---|\n"

// writeAnswers writes who leads in each part of a detector as training goes on;
// nothing without runs.
func writeAnswers(b *strings.Builder, list []evidence.Experiment) error {
	confidence := inShortConfidence(list)
	return writeAsked(b, list, answersHead, func(s *evidence.Experiment, part string) (string, error) { return answer(s, part, confidence) })
}

// writeAsked writes a table with a row for each experiment of each part of a detector,
// without those of which row has nothing; nothing at all without rows.
func writeAsked(b *strings.Builder, list []evidence.Experiment, head string, row func(s *evidence.Experiment, part string) (string, error)) error {
	headed := false
	for _, a := range asked {
		for _, name := range a.experiments {
			text, err := row(evidence.Find(list, name), a.part)
			if err != nil {
				return err
			}
			if text == "" {
				continue
			}
			if !headed {
				b.WriteString(head)
				headed = true
			}
			fmt.Fprintf(b, "| %s %s\n", a.where(), text)
		}
	}
	if headed {
		b.WriteString("\n")
	}
	return nil
}

// answer is a row of the table: who may be the best when, and which AP strategies
// reach; nothing where none got to the end.
func answer(s *evidence.Experiment, part string, confidence float64) (string, error) {
	contests, err := s.Contests(ofPart(s, part), confidence)
	if err != nil || len(contests) == 0 {
		return "", err
	}
	n := len(contests)
	var reached []float64
	for _, e := range contests[n-1].Means {
		if e.Seeds > 0 {
			reached = append(reached, e.Mean)
		}
	}
	if len(reached) == 0 {
		return "", nil
	}
	var cells [len(study.Shares)]string
	for _, c := range contests {
		cells[c.Share] = fmt.Sprintf("%d: %s", c.Images, inCell(&c))
	}
	of := linked(s)
	if unequal(s, contests[n-1].Names) {
		of += " †"
	}
	row := fmt.Sprintf("| %s | %s |", of, seedRange(contests[n-1].Means))
	for _, cell := range cells {
		row += " " + cmp.Or(cell, "–") + " |"
	}
	found, err := s.Found(contests)
	if err != nil {
		return "", err
	}
	return row + fmt.Sprintf(" %s | %s | %s |", fromTo(reached), fromTo(evidence.Gained(contests)), fromTo(found)), nil
}

// linked names an experiment with a link to what is said of it.
func linked(s *evidence.Experiment) string {
	return fmt.Sprintf("[`%s`](%s#%[1]s)", s.Name, experimentsFile)
}

func fromTo(list []float64) string {
	if len(list) == 0 {
		return "–"
	}
	from, to := number(slices.Min(list), 1), number(slices.Max(list), 1)
	if from == to {
		return from
	}
	return from + " to " + to
}

// seedRange writes of how many seeds means are: from the fewest to the most, of those
// that have any.
func seedRange(means []stats.Estimate) string { return countRange(countsOf(means)) }

// ofSeeds writes the same with its noun.
func ofSeeds(means []stats.Estimate) string { return countedSeeds(countsOf(means)) }

// countsOf returns of how many seeds means are, of those that have any.
func countsOf(means []stats.Estimate) (counts []int) {
	for _, e := range means {
		if e.Seeds > 0 {
			counts = append(counts, e.Seeds)
		}
	}
	return counts
}

// countRange writes counts from the least to the most.
func countRange(counts []int) string {
	if len(counts) == 0 {
		return "0"
	}
	least, most := slices.Min(counts), slices.Max(counts)
	if least < most {
		return fmt.Sprintf("%d to %d", least, most)
	}
	return fmt.Sprint(most)
}

// countedSeeds writes the same of seeds, with the noun.
func countedSeeds(counts []int) string {
	if n := countRange(counts); n != "1" {
		return n + " seeds"
	}
	return "1 seed"
}

// atEnd says who may be the best of some at the end of an experiment, and at the
// budgets before at which that is said too, and from which images on it is.
func atEnd(s *evidence.Experiment, where string, names []string, confidence float64) (text string, from int, err error) {
	contests, err := s.Contests(names, confidence)
	if err != nil {
		return "", 0, err
	}
	last := len(contests) - 1
	end, first := contests[last], last
	for first > 0 && slices.Equal(contests[first-1].May, end.May) && contests[first-1].Close == end.Close {
		first--
	}
	from = contests[first].Images
	when := fmt.Sprintf("from %d images to the end, at %d", from, end.Images)
	switch first {
	case last:
		when = fmt.Sprintf("at the end, after %d images", end.Images)
	case 0:
		and := "and"
		if end.Anyone() && !end.Close { // no difference among all
			and = "or"
		}
		at := make([]string, len(contests))
		for i, c := range contests {
			at[i] = fmt.Sprint(c.Images)
		}
		when = fmt.Sprintf("after %s images", prose.Chain(at, and))
	}
	text = inSentence(&end) + " " + when
	if where != "" {
		text = where + " " + text
	}
	text = upper(text)
	differ := ""
	if unequal(s, end.Names) {
		differ = ", rates differ"
	}
	rises := ""
	if by := evidence.Gained(contests); len(by) > 0 {
		rises = fmt.Sprintf(", %s AP gained since half", fromTo(by))
	}
	return text + fmt.Sprintf(" (`%s`, %s%s)", s.Name, ofSeeds(end.Means), rises+differ+why(&end)), from, nil
}
