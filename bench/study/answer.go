package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// asked are the places of a detector, and the experiments on each: the strongest
// that has stored runs answers.
var asked = []struct {
	where       string
	experiments []string
}{
	{"On a dense head", []string{"dense-long", "dense", "default"}},
	{"In the region proposal network", []string{"rpn-long", "rpn"}},
	{"In the second stage", []string{"roi-long", "roi"}},
	{"In the second stage, for small objects", []string{"roi-small"}},
}

// inShort answers the question of the page, and says, in a line for each place of a
// detector that has stored runs, who leads there as training goes on.
func inShort(list []Stored) ([]string, error) {
	var lines []string
	if line, err := question(list); err != nil {
		return nil, err
	} else if line != "" {
		lines = append(lines, line)
	}
	for i, a := range asked {
		for _, s := range byStrength(list, a.experiments) {
			line, err := s.answer(a.where)
			if err != nil {
				return nil, err
			}
			if line != "" {
				lines = append(lines, line)
				break
			}
		}
		if i == 0 { // a dense head's
			if line, err := alongImbalance(list); err != nil {
				return nil, err
			} else if line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}

// alongImbalance says who may be the best at the end of every training along the
// axis of imbalance but those of the same imbalance that answer for a dense head;
// nothing with fewer than two.
func alongImbalance(list []Stored) (string, error) {
	a := axes()[0]
	var parts []string
	for _, p := range a.points {
		s := find(list, p.experiment)
		if !s.Kept() || slices.Contains(asked[0].experiments, p.experiment) {
			continue
		}
		contests, err := s.contests(rivals)
		if err != nil {
			return "", err
		}
		end := contests[len(contests)-1]
		parts = append(parts, fmt.Sprintf("at %.0f %s (`%s`, %d images, %d seeds)", s.seen(), end.leads(), s.Name, end.images, fewest(end.means)))
	}
	if len(parts) < 2 {
		return "", nil
	}
	return fmt.Sprintf("**Along imbalance**, by negatives for a positive (%s, at the end of each training): %s.", strings.Join(rivals, ", "), strings.Join(parts, "; ")), nil
}

// seen returns the negatives for a positive before sampling, alike for all rivals
// that got to the end.
func (s *Stored) seen() (most float64) {
	for _, name := range rivals {
		most = max(most, s.masses(name, 0).seen)
	}
	return most
}

// answer says who leads in an experiment after how many images, and from which AP
// to which its strategies reach at its end, which is how much more than at the
// budget before; nothing where none of them got there.
func (s *Stored) answer(where string) (string, error) {
	names := s.strategies("")
	if s.Name == "default" { // its two-stage detectors are another place
		names = []string{"ce", "focal", "ssd 3:1"}
	}
	contests, err := s.contests(names)
	if err != nil {
		return "", err
	}
	parts := make([]string, len(contests))
	for i, c := range contests {
		parts[i] = fmt.Sprintf("after %d images %s", c.images, c.leads())
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
	text := fmt.Sprintf("**%s** (`%s`: %s; %d seeds), %s. At the end they reach %s to %s AP",
		where, s.Name, strings.Join(names, ", "), fewest(contests[n-1].means), strings.Join(parts, ", "), number(slices.Min(reached), 1), number(slices.Max(reached), 1))
	if len(gained) > 0 {
		text += fmt.Sprintf(", %s to %s more than after %d images", number(slices.Min(gained), 1), number(slices.Max(gained), 1), contests[n-2].images)
	}
	return text + ".", nil
}

// fewest returns the least number of seeds of those that have any.
func fewest(means []stats.Estimate) int {
	seeds := math.MaxInt
	for _, e := range means {
		if e.Seeds > 0 {
			seeds = min(seeds, e.Seeds)
		}
	}
	return seeds
}

// leads says who leads, in words.
func (c *contest) leads() string {
	switch n := len(c.may); {
	case n == 0:
		return "nothing is known yet"
	case n == 1 && c.next == "":
		return c.may[0] + " alone has runs"
	case n == len(c.names):
		return "none is told from the others"
	case n == 1 && c.next != "":
		return fmt.Sprintf("**%s** leads (before %s by %s)", c.may[0], c.next, interval(c.ahead, 1))
	default:
		return c.either()
	}
}

// either lists who may be the best.
func (c *contest) either() string { return listed(c.may, "or") }
