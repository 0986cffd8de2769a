package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// question is what people ask of a part of a detector.
type question struct {
	asks        string
	part        string
	experiments []string    // that answer
	pairs       [][2]string // whose differences of AP answer
	besides     []elsewhere
}

// elsewhere is an experiment whose end is said beside an answer, and where that is.
type elsewhere struct{ where, experiment string }

func questions() []question {
	return []question{
		{"OHEM or focal loss, on a dense head?", "dense head", onDenseHead,
			[][2]string{{"focal", "ssd 3:1"}, {"focal", "ohem 64"}},
			[]elsewhere{{"with 12 to 20 objects in an image", "imbalance-10"}, {"with 300 training images, repeated,", "images-300"}}},
		{"512 anchors or all, in the region proposal network?", "region proposal network", inRPN,
			[][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + ce"}}, nil},
		{"Which regions, and cross entropy or focal loss, in the second stage?", "second stage", inSecondStage,
			[][2]string{{"ohem 64", "512 + ce"}, {"512 + ce", "128 + ce"}, {"512 + focal", "512 + ce"}}, []elsewhere{{"for small objects", "roi-small"}}},
		{"How many hard negatives?", "dense head", []string{"ratio"}, [][2]string{{"3:1", "1:1"}, {"3:1", "10:1"}}, []elsewhere{{"of fixed numbers an image", "ohem"}}},
		{"Which weights on every candidate?", "dense head", []string{"dense", "dense-long"}, [][2]string{{"focal", "ce"}, {"alpha-ce .75", "ce"}}, []elsewhere{{"of more of them", "weigh"}}},
		{"Which gamma?", "dense head", []string{"gamma"}, [][2]string{{"gamma 2, alpha .25", "gamma 0, alpha .75"}, {"gamma 1, alpha .25", "gamma 2, alpha .25"}}, nil},
		{"Which positives, for small objects on a dense head?", "dense head, small objects", []string{"small-assigners"},
			[][2]string{{"nwd", "max-iou"}, {"rfla", "max-iou"}, {"atss", "max-iou"}}, nil},
		{"Which negatives, for small objects in the second stage?", "second stage, small objects", []string{"small-regions"},
			[][2]string{{"128 iou-balanced", "128 random"}, {"128 instance-balanced", "128 random"}}, nil},
	}
}

// onFront is how many of the questions, the first, README's front answers.
const onFront = 3

// inShort answers those of some questions that stored runs answer: a line each, and
// below all of them a table of the differences; "" without answers.
func inShort(list []Stored, of []question) (string, error) {
	var lines, rows strings.Builder
	for _, q := range of {
		kept := byStrength(list, q.experiments)
		differences := 0
		for _, p := range q.pairs {
			apart, err := between(kept, p)
			if err != nil {
				return "", err
			}
			if len(apart) > 0 {
				fmt.Fprintf(&rows, "| %s: %s less %s %s\n", q.part, p[0], p[1], cells(apart))
				differences++
			}
		}
		if differences == 0 {
			continue
		}
		line, err := q.answer(list, kept)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&lines, "- %s\n", line)
	}
	if lines.Len() == 0 {
		return "", nil
	}
	return lines.String() + "\n| difference in AP | where it begins | where it is largest | where it ends |\n|---|---|---|---|\n" + rows.String(), nil
}

// answer says who leads as training goes on, and who may be the best at the end of
// the strongest experiment and of those besides.
func (q *question) answer(list []Stored, kept []*Stored) (string, error) {
	end, from, err := kept[0].atEnd("")
	if err != nil {
		return "", err
	}
	before, err := leads(kept, from)
	if err != nil {
		return "", err
	}
	says := []string{end}
	if before != "" {
		says = []string{before, end}
	}
	for _, e := range q.besides {
		if s := find(list, e.experiment); s.Kept() {
			end, _, err := s.atEnd(e.where)
			if err != nil {
				return "", err
			}
			says = append(says, end)
		}
	}
	return fmt.Sprintf("**%s** %s.", q.asks, strings.Join(says, ". ")), nil
}

// byLength returns experiments, the shortest training first.
func byLength(kept []*Stored) []*Stored {
	kept = slices.Clone(kept)
	slices.SortStableFunc(kept, func(a, b *Stored) int { return cmp.Compare(a.final(), b.final()) })
	return kept
}

// apart is how far two strategies are apart in an experiment at a budget.
type apart struct {
	experiment string
	rates      string // of the two, where they differ
	images     int
	stats.Estimate
}

// between returns how far a pair is apart in some experiments, the shortest first,
// at every budget where the difference has an interval.
func between(kept []*Stored, pair [2]string) (list []apart, err error) {
	for _, s := range byLength(kept) {
		rates := s.unlike(pair[0], pair[1])
		for _, images := range s.moments() {
			c, err := s.among(pair[:], images)
			if err != nil {
				return nil, err
			}
			if d := c.Between(0, 1).Estimate; d.Seeds >= stats.MinSeeds {
				list = append(list, apart{s.Name, rates, images, d})
			}
		}
	}
	return list, nil
}

// cells writes of a row of differences where they begin, where they are largest and
// where they end; a dash where that is one of the others.
func cells(list []apart) string {
	largest, last := 0, len(list)-1
	for i, d := range list {
		if math.Abs(d.Mean) > math.Abs(list[largest].Mean) {
			largest = i
		}
	}
	written := [3]string{list[0].cell(), "–", "–"}
	if largest > 0 && largest < last {
		written[1] = list[largest].cell()
	}
	if last > 0 {
		written[2] = list[last].cell()
	}
	return fmt.Sprintf("| %s | %s | %s |", written[0], written[1], written[2])
}

// cell writes a difference, in bold if it is told from none, with where it is from.
func (a *apart) cell() string {
	size := difference(a.Estimate, 1)
	if a.Low > 0 || a.High < 0 {
		size = "**" + size + "**"
	}
	return fmt.Sprintf("%s after %d (%s)", size, a.images, from(a.experiment, a.rates))
}
