package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/internal/prose"
)

// The experiments on a part of a detector that ask the same, the shortest training
// first.
var (
	onDenseHead   = []string{"default", "dense", "dense-long"}
	inRPN         = []string{"default", "rpn", "rpn-long"}
	inSecondStage = []string{"roi", "roi-long"}
)

// rpnPart is the part of a detector that the default comparison has beside its
// one-stage heads.
const rpnPart = "region proposal network"

// ofRPN reports whether a part is of the region proposal network.
func ofRPN(part string) bool { return strings.HasPrefix(part, rpnPart) }

// asked are the parts of a detector, with these experiments.
var asked = []struct {
	where       string
	experiments []string
}{
	{"dense head", onDenseHead},
	{"dense head, a normalised trunk", []string{"dense-norm"}},
	{"dense head, a faint object, a normalised trunk", []string{"dense-tiny"}},
	{rpnPart, inRPN},
	{rpnPart + ", a faint object of 12 px, a normalised trunk", []string{"rpn-tiny", "rpn-tiny-long"}},
	{rpnPart + ", one of 8 px, a normalised trunk", []string{"rpn-tiny-small"}},
	{"second stage", inSecondStage},
	{"second stage, a normalised trunk", []string{"roi-norm"}},
	{"second stage, a faint object of 12 px, a normalised trunk", []string{"roi-tiny", "roi-tiny-long"}},
	{"second stage, small objects", []string{"roi-small"}},
}

// answersHead begins the table of who leads in each part of a detector.
const answersHead = "| part of a detector | experiment | seeds | after a quarter of its images | after half | at the end | AP at the end | gained since half |\n|---|---|---|---|---|---|---|---|\n"

// writeAnswers writes who leads in each part of a detector as training goes on;
// nothing without runs.
func writeAnswers(b *strings.Builder, list []Stored) error {
	confidence := inShortConfidence(list)
	return writeAsked(b, list, answersHead, func(s *Stored, part string) (string, error) { return s.answer(part, confidence) })
}

// writeAsked writes a table with a row for each experiment of each part of a detector,
// without those of which row has nothing; nothing at all without rows.
func writeAsked(b *strings.Builder, list []Stored, head string, row func(s *Stored, part string) (string, error)) error {
	headed := false
	for _, a := range asked {
		for _, name := range a.experiments {
			text, err := row(find(list, name), a.where)
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
			fmt.Fprintf(b, "| %s %s\n", a.where, text)
		}
	}
	if headed {
		b.WriteString("\n")
	}
	return nil
}

// answer is a row of the table: who may be the best when, and which AP strategies
// reach; nothing where none got to the end.
func (s *Stored) answer(part string, confidence float64) (string, error) {
	contests, err := s.contests(s.comparable(part), confidence)
	if err != nil || len(contests) == 0 {
		return "", err
	}
	n := len(contests)
	var reached, gained []float64
	for i, e := range contests[n-1].means {
		if e.Seeds == 0 {
			continue
		}
		reached = append(reached, e.Mean)
		if n > 1 && contests[n-2].means[i].Seeds > 0 {
			gained = append(gained, e.Mean-contests[n-2].means[i].Mean)
		}
	}
	if len(reached) == 0 {
		return "", nil
	}
	row := fmt.Sprintf("| `%s` | %s |%s", s.Name, seedRange(contests[n-1].means), strings.Repeat(" – |", max(0, 3-n)))
	for _, c := range contests {
		row += fmt.Sprintf(" %d: %s |", c.images, c.says())
	}
	return row + fmt.Sprintf(" %s | %s |", fromTo(reached), fromTo(gained)), nil
}

// comparable names the strategies of an experiment that are of one part of a
// detector: of the default comparison those of the region proposal network, or the
// one-stage ones.
func (s *Stored) comparable(part string) []string {
	if s.Name != "default" {
		return s.strategies("")
	}
	return slices.DeleteFunc(slices.Clone(s.configured()), func(name string) bool { return strings.HasPrefix(name, inDefaultRPN) != ofRPN(part) })
}

// named gives strategies of a part of a detector the names that an experiment has
// for them.
func (s *Stored) named(part string, pair [2]string) [2]string {
	if s.Name == "default" && ofRPN(part) {
		return [2]string{inDefaultRPN + pair[0], inDefaultRPN + pair[1]}
	}
	return pair
}

func fromTo(list []float64) string {
	if len(list) == 0 {
		return "–"
	}
	return fmt.Sprintf("%s to %s", number(slices.Min(list), 1), number(slices.Max(list), 1))
}

// seedRange writes of how many seeds means are: from the fewest to the most, of those
// that have any.
func seedRange(means []stats.Estimate) string {
	least, most := math.MaxInt, 0
	for _, e := range means {
		if e.Seeds > 0 {
			least, most = min(least, e.Seeds), max(most, e.Seeds)
		}
	}
	if least < most {
		return fmt.Sprintf("%d to %d", least, most)
	}
	return fmt.Sprint(most)
}

// ofSeeds writes the same with its noun.
func ofSeeds(means []stats.Estimate) string {
	if n := seedRange(means); n != "1" {
		return n + " seeds"
	}
	return "1 seed"
}

// atEnd says who may be the best of some at the end of an experiment, and at the
// budgets before at which that is said too, and from which images on it is.
func (s *Stored) atEnd(where string, names []string, confidence float64) (text string, from int, err error) {
	contests, err := s.contests(names, confidence)
	if err != nil {
		return "", 0, err
	}
	last := len(contests) - 1
	end, first := contests[last], last
	for first > 0 && slices.Equal(contests[first-1].may, end.may) && contests[first-1].close == end.close {
		first--
	}
	from = contests[first].images
	when := fmt.Sprintf("from %d images to the end, at %d", from, end.images)
	switch first {
	case last:
		when = fmt.Sprintf("at the end, after %d images", end.images)
	case 0:
		which := "every"
		if end.anyone() && !end.close { // none is told from the others
			which = "any"
		}
		when = fmt.Sprintf("at %s budget, from %d to %d images", which, from, end.images)
	}
	text = end.best() + " " + when
	if where != "" {
		text = where + " " + text
	}
	text = upper(text)
	differ := ""
	if s.unequal(end.names) {
		differ = ", rates differ"
	}
	return text + fmt.Sprintf(" (`%s`, %s%s)", s.Name, ofSeeds(end.means), differ+end.why()), from, nil
}

// either says who may be the best by those who may, or by the others where these are
// fewer.
func (c *contest) either() string {
	if others := c.others(); len(others) > 0 && len(others) < len(c.may) {
		return "any but " + prose.List(others, "and")
	}
	return prose.List(c.may, "or")
}

// others are those with runs that are not the best.
func (c *contest) others() (names []string) {
	for i, e := range c.means {
		if e.Seeds > 0 && !slices.Contains(c.may, c.names[i]) {
			names = append(names, c.names[i])
		}
	}
	return names
}
