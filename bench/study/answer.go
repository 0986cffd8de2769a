package study

import (
	"fmt"
	"strings"
)

// asked are the places of a detector, and the experiments on each: the first that
// has stored runs answers.
var asked = []struct {
	where       string
	experiments []string
}{
	{"On a dense head", []string{"dense", "default"}},
	{"In the region proposal network", []string{"rpn-long", "rpn"}},
	{"In the second stage", []string{"roi"}},
	{"In the second stage, for small objects", []string{"roi-small"}},
}

// Answer says in a line for each place of a detector who leads there along
// training, of what a study's folder keeps.
func Answer(list []Stored) ([]string, error) {
	var lines []string
	for _, a := range asked {
		for _, name := range a.experiments {
			s := find(list, name)
			if !s.Kept() {
				continue
			}
			line, err := s.answer(a.where)
			if err != nil {
				return nil, err
			}
			lines = append(lines, line)
			break
		}
	}
	return lines, nil
}

// answer says who leads in an experiment after how many images, and the highest
// AP at its end.
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
	end := contests[len(contests)-1]
	low, high, seeds := end.means[0].Mean, end.means[0].Mean, end.means[0].Seeds
	for _, e := range end.means {
		low, high, seeds = min(low, e.Mean), max(high, e.Mean), min(seeds, e.Seeds)
	}
	return fmt.Sprintf("**%s** (%s; %d seeds), %s. At the end they reach %s to %s AP.",
		where, strings.Join(names, ", "), seeds, strings.Join(parts, ", "), number(low, 1), number(high, 1)), nil
}

// leads says who leads, in words.
func (c *contest) leads() string {
	switch n := len(c.may); {
	case n == len(c.names):
		return "none is told from the others"
	case n == 1 && c.next != "":
		return fmt.Sprintf("**%s** leads (before %s by %s)", c.may[0], c.next, interval(c.ahead, 1))
	default:
		return fmt.Sprintf("%s or %s", strings.Join(c.may[:n-1], ", "), c.may[n-1])
	}
}
