package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/internal/prose"
)

// question is what people ask of a part of a detector.
type question struct {
	asks        string
	experiments []string    // that answer
	pairs       [][2]string // whose differences of AP answer
	besides     []elsewhere
}

// elsewhere is an experiment whose end is said beside an answer, and where that is.
type elsewhere struct{ where, experiment string }

func questions() []question {
	return []question{
		{"OHEM or focal loss, on a dense head?", onDenseHead,
			[][2]string{{"focal", "ssd 3:1"}, {"focal", "ohem 64"}},
			[]elsewhere{{"with 12 to 20 objects in an image", "imbalance-10"}, {"with 300 training images, repeated,", "images-300"}}},
		{"512 anchors or all, in the region proposal network?", inRPN,
			[][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + ce"}}, nil},
		{"Which regions, and cross entropy or focal loss, in the second stage?", inSecondStage,
			[][2]string{{"ohem 64", "512 + ce"}, {"512 + ce", "128 + ce"}, {"512 + focal", "512 + ce"}}, []elsewhere{{"for small objects", "roi-small"}}},
		{"How many hard negatives?", []string{"ratio"}, [][2]string{{"3:1", "1:1"}, {"3:1", "10:1"}}, []elsewhere{{"of fixed numbers an image", "ohem"}}},
		{"Which weights on every candidate?", []string{"dense", "dense-long"}, [][2]string{{"focal", "ce"}, {"alpha-ce .75", "ce"}}, []elsewhere{{"of more of them", "weigh"}}},
		{"Which gamma?", []string{"gamma"}, [][2]string{{"gamma 2, alpha .25", "gamma 0, alpha .75"}, {"gamma 1, alpha .25", "gamma 2, alpha .25"}}, nil},
		{"Which positives, for small objects on a dense head?", []string{"small-assigners"},
			[][2]string{{"nwd", "max-iou"}, {"rfla", "max-iou"}, {"atss", "max-iou"}}, nil},
		{"Which negatives, for small objects in the second stage?", []string{"small-regions"},
			[][2]string{{"128 iou-balanced", "128 random"}, {"128 instance-balanced", "128 random"}}, nil},
	}
}

// onFront is how many of the questions, the first, README's front answers.
const onFront = 3

// inShort answers those of some questions that stored runs answer, a line each.
func inShort(list []Stored, of []question) ([]string, error) {
	var lines []string
	for _, q := range of {
		line, err := q.answer(list)
		if err != nil {
			return nil, err
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// answer says how far its pairs are apart as training goes on, and who may be the
// best at the end of the strongest experiment; nothing without differences.
func (q *question) answer(list []Stored) (string, error) {
	kept := byStrength(list, q.experiments)
	var says []string
	for _, p := range q.pairs {
		apart, err := between(kept, p)
		if err != nil {
			return "", err
		}
		if len(apart) > 0 {
			says = append(says, inWords(p, telling(apart)))
		}
	}
	if len(says) == 0 {
		return "", nil
	}
	end, err := kept[0].atEnd("")
	if err != nil {
		return "", err
	}
	says = append(says, end)
	for _, e := range q.besides {
		if s := find(list, e.experiment); s.Kept() {
			end, err := s.atEnd(e.where)
			if err != nil {
				return "", err
			}
			says = append(says, end)
		}
	}
	return fmt.Sprintf("**%s** %s.", q.asks, strings.Join(says, ". ")), nil
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
	kept = slices.Clone(kept)
	slices.SortStableFunc(kept, func(a, b *Stored) int { return cmp.Compare(a.final(), b.final()) })
	for _, s := range kept {
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

// telling returns what tells of a row of differences: where they begin, where they
// are largest and where they end.
func telling(list []apart) []apart {
	largest := 0
	for i, d := range list {
		if math.Abs(d.Mean) > math.Abs(list[largest].Mean) {
			largest = i
		}
	}
	at := slices.Compact([]int{0, largest, len(list) - 1})
	told := make([]apart, len(at))
	for i, k := range at {
		told[i] = list[k]
	}
	return told
}

// inWords says how far a pair is apart, one difference after the other; an
// experiment is named after the last of its differences.
func inWords(pair [2]string, list []apart) string {
	parts := make([]string, len(list))
	before := ""
	for i, d := range list {
		unit, images, beside := "", "", "it"
		if i == 0 {
			unit, images, beside = " AP", " images", pair[1]
		}
		is, size := "", fmt.Sprintf("by %s ± %s", number(math.Abs(d.Mean), 1), number(d.Half(), 1))
		switch {
		case d.Low > 0:
			is = "ahead of"
		case d.High < 0:
			is = "behind"
		default:
			is, size = "not told from", "at "+difference(d.Estimate, 1)
		}
		if is != before {
			parts[i] = fmt.Sprintf("%s %s ", is, beside)
		}
		before = is
		parts[i] += fmt.Sprintf("%s%s after %d%s", size, unit, d.images, images)
		if i == len(list)-1 || list[i+1].experiment != d.experiment {
			parts[i] += fmt.Sprintf(" (%s)", from(d.experiment, d.rates))
		}
	}
	return fmt.Sprintf("%s is %s", pair[0], prose.List(parts, "and"))
}
