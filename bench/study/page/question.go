package page

import (
	"fmt"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// question is what people ask of a part of a detector.
type question struct {
	asks        string
	part        string
	among       []string    // who is compared; nil: all that are of the part
	experiments []string    // that answer
	pairs       [][2]string // whose differences of AP answer
	besides     []string    // whose ends are said beside an answer, each under its condition
}

// tabled is what the table has rows of: the question, and it again besides of where little
// is left to gain, as signs may turn there.
func (q question) tabled() []question {
	list := []question{q}
	for _, name := range q.besides {
		if conditions[name].little {
			list = append(list, question{part: q.part, experiments: []string{name}, pairs: q.pairs})
		}
	}
	return list
}

// where is the part of a detector, as the first of the experiments has it.
func (q *question) where() string { return conditions[q.experiments[0]].of(q.part) }

// in is where, with the experiments that have runs, if they are several: a row of the table is
// of these alone.
func (q *question) in(list []evidence.Experiment) string {
	var names []string
	for _, name := range q.experiments {
		if evidence.Find(list, name).HasRuns() {
			names = append(names, "`"+name+"`")
		}
	}
	if len(names) < 2 {
		return q.where()
	}
	return q.where() + " (" + strings.Join(names, ", ") + ")"
}

// chief is how many questions, the first ones, are what people ask most.
const chief = 3

func questions() []question {
	return []question{
		{"OHEM or focal loss, on a dense head?", densePart, nil, []string{"imbalance-1000", "dense", "dense-long"},
			[][2]string{{"focal", "ssd 3:1"}, {"focal", "ohem 64"}},
			[]string{"dense-faint", "dense-faint-decay", "dense-tiny", "descent", "decay", "dense-norm", "imbalance-10", "imbalance-10000", "images-300"}},
		{"512 anchors or all, in the region proposal network?", rpnPart, nil, inRPN,
			[][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + ce"}},
			[]string{"rpn-faint", "rpn-settled", "rpn-tiny", "rpn-tiny-long", "rpn-tiny-small"}},
		{"Which regions, and cross entropy or focal loss, in the second stage?", roiPart, nil, inSecondStage,
			[][2]string{{"ohem 64", "512 + ce"}, {"512 + ce", "128 + ce"}, {"512 + focal", "512 + ce"}},
			[]string{"roi-norm", "roi-faint", "roi-faint-settled", "roi-settled", "roi-tiny", "roi-tiny-long", "roi-small"}},
		{"Sigmoids in place of a softmax, in the second stage, of three classes?", roiPart, nil, []string{"roi-link-norm"},
			[][2]string{{"sigmoid ce", "softmax ce"}, {"softmax focal", "softmax ce"}, {"sigmoid focal", "sigmoid ce"}, {"sigmoid ohem 64", "sigmoid ce"}}, nil},
		{"Or a larger weight for the softmax?", roiPart, nil, []string{"roi-weight"}, [][2]string{{"softmax ce, weight 4", "softmax ce"}, {"sigmoid ce", "softmax ce, weight 4"}, {"softmax ohem 64", "softmax ce, weight 4"}, {"softmax ohem 64, weight x4", "softmax ohem 64"}}, nil},
		{"And with a faint object of one class?", roiPart, nil, []string{"roi-link"},
			[][2]string{{"sigmoid ce", "softmax ce"}, {"softmax focal", "softmax ce"}, {"sigmoid focal", "sigmoid ce"}, {"softmax ce, positives", "softmax ce"}, {"sigmoid ce", "sigmoid ce, sampled"}}, nil},
		{"512 anchors or all, with losses as the papers write them, not matched?", rpnPart, nil, []string{"rpn-papers"},
			[][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + ce"}}, nil},
		{"At other weights of the region proposal network's classification loss?", rpnPart, nil, []string{"rpn-weight"},
			[][2]string{{"512 + focal, weight x.25", "512 + ce, weight x.25"}, {"512 + focal, weight x4", "512 + ce, weight x4"}, {"512 + focal, weight x4", "512 + focal, weight x.25"}, {"all + focal, weight x4", "all + focal, weight x.25"}}, nil},
		{"How many anchors, under cross entropy?", rpnPart, nil, []string{"rpn-sizes"}, [][2]string{{"256 + ce", "512 + ce"}, {"all + ce", "512 + ce"}}, nil},
		{"Which hard regions?", roiPart, nil, []string{"roi-ohem"}, [][2]string{{"ohem 64", "128 + ce"}, {"ohem 128", "ohem 64"}, {"caffe ohem 64", "ohem 64"}}, nil},
		{"How many hard negatives?", densePart, nil, []string{"ratio"}, [][2]string{{"3:1", "1:1"}, {"3:1", "10:1"}}, []string{"ohem"}},
		{"Which weights on every candidate?", densePart, []string{"ce", "alpha-ce .75", "focal"}, []string{"default", "dense", "dense-long"}, [][2]string{{"focal", "ce"}, {"alpha-ce .75", "ce"}}, []string{"weigh"}},
		{"Mining, or a focal loss that focuses less?", densePart, []string{"focal, gamma 1", "ssd 3:1", "ohem 64"}, []string{"focus"},
			[][2]string{{"focal, gamma 1", "ssd 3:1"}, {"focal, gamma 1", "ohem 64"}, {"focal, gamma 1", "focal"}}, nil},
		{"Mining or focal loss, at other weights of the classification loss?", densePart, nil, []string{"dense-weight"},
			[][2]string{{"focal, weight x.25", "ssd 3:1, weight x.25"}, {"focal, weight x4", "ssd 3:1, weight x4"}, {"focal, weight x4", "focal, weight x.25"}, {"ssd 3:1, weight x4", "ssd 3:1, weight x.25"}},
			[]string{"faint-weight"}},
		{"Which gamma?", densePart, nil, []string{"gamma"}, [][2]string{{"gamma 2, alpha .25", "gamma 0, alpha .75"}, {"gamma 1, alpha .25", "gamma 2, alpha .25"}}, nil},
		{"Which gamma, in the second stage?", roiPart, nil, []string{"roi-focus"}, [][2]string{{"gamma 2, alpha .25", "gamma 0, alpha .25"}, {"gamma 1, alpha .25", "gamma 2, alpha .25"}, {"gamma 2, alpha .5", "gamma 2, alpha .25"}}, nil},
		{"And with all weights alike but this one, of the second stage's classification loss?", roiPart, nil, []string{"roi-gamma"}, [][2]string{{"gamma 2, weight .177", "gamma 0, weight .177"}, {"gamma 2, weight .122", "gamma 2, weight .177"}, {"gamma 0, weight .177", "ce"}}, nil},
		{"Which positives, for small objects on a dense head?", densePart, nil, []string{"small-assigners"},
			[][2]string{{"nwd", "max-iou"}, {"rfla", "max-iou"}, {"atss", "max-iou"}}, nil},
		{"Which negatives, for small objects in the second stage?", roiPart, nil, []string{"small-regions"},
			[][2]string{{"128 iou-balanced", "128 random"}, {"128 instance-balanced", "128 random"}}, nil},
	}
}

// answersInShort are the answers to the questions that stored runs answer.
type answersInShort struct {
	chief  string // to what people ask most, a line each
	rest   string // to that under other conditions, and to what is asked besides
	tables string // the differences that answer all
}

// inShort answers the questions. Without an answer to what people ask most the others are
// in its place.
func inShort(list []evidence.Experiment) (short answersInShort, err error) {
	asked := questions()
	var tabled []question
	for _, q := range asked {
		tabled = append(tabled, q.tabled()...)
	}
	all, err := allDifferences(list, tabled)
	if err != nil {
		return short, err
	}
	confidence := inShortConfidence(list)
	var under, also, table strings.Builder
	for i, q := range asked {
		rows := q.tabled()
		found := all[:len(rows)]
		all = all[len(rows):]
		if len(found[0]) == 0 {
			continue
		}
		answer, besides, err := q.answer(list, evidence.ByStrength(list, q.experiments), confidence)
		switch {
		case err != nil:
			return short, err
		case i < chief:
			short.chief += answer
			if besides != "" {
				fmt.Fprintf(&under, "- **%s**\n%s", q.asks, besides)
			}
		default:
			also.WriteString(answer + besides)
		}
		for k, of := range rows {
			for _, d := range found[k] {
				fmt.Fprintf(&table, "| %s: %s less %s %s\n", of.in(list), d.pair[0], d.pair[1], d.cells())
			}
		}
	}
	if table.Len() == 0 {
		return short, nil
	}
	if short.chief == "" {
		short.chief = also.String()
		also.Reset()
	}
	short.chief += leadsNote
	if under.Len() > 0 {
		short.rest = "### Under other conditions\n\n" + under.String() + "\n"
	}
	if also.Len() > 0 {
		short.rest += "### Also asked\n\n" + also.String() + "\n"
	}
	short.tables = differencesHead + table.String() + "\n"
	return short, nil
}

// leadsNote is how the answers are to be read.
const leadsNote = "\nA leader is ahead of every other strategy of its experiment. Everything said in short of who leads or may be the best holds at once ([intervals](#how-to-read-this-page)).\n\n"

// differencesHead begins the table of the differences that answer.
const differencesHead = "### Differences in AP\n\n" +
	"The first named less the second, each with its own interval; all that is bold leaves out 0 at once. The largest of several estimates is likely to be too large; a dash means that it is at the first or the last budget. " +
	"The entries of a row come from experiments that differ in scenes, network and rates: they are not one training, and 9600 images of one are not those of another.\n\n" +
	"| difference in AP | at the earliest budget | where it is largest | at the end of the longest of these trainings |\n|---|---|---|---|\n"

// answer says who leads as training goes on, and who may be the best at the end of
// the strongest experiment, and in lines of its own that of those besides.
func (q *question) answer(list []evidence.Experiment, kept []*evidence.Experiment, confidence float64) (answer, besides string, err error) {
	end, from, err := atEnd(kept[0], "", q.compared(kept[0]), confidence)
	if err != nil {
		return "", "", err
	}
	before, err := q.leads(kept, from, confidence)
	if err != nil {
		return "", "", err
	}
	if before != "" {
		before += ". "
	}
	for _, name := range q.besides {
		if s := evidence.Find(list, name); s.HasRuns() {
			end, _, err := atEnd(s, conditions[name].before(), ofPart(s, q.part), confidence)
			if err != nil {
				return "", "", err
			}
			besides += fmt.Sprintf("  - %s.\n", end)
		}
	}
	return fmt.Sprintf("- **%s** %s%s.\n", q.asks, before, end), besides, nil
}

// compared names who is compared in an experiment.
func (q *question) compared(s *evidence.Experiment) []string {
	if q.among != nil {
		return q.among
	}
	return ofPart(s, q.part)
}

// inShortConfidence is the confidence of who leads and who may be the best, by which
// all that is said of it in short, at every budget, holds at once with 95%: by
// Bonferroni's share.
func inShortConfidence(list []evidence.Experiment) float64 {
	contests := map[string]int{} // budgets of an experiment and who is compared
	add := func(name string, compared func(*evidence.Experiment) []string) {
		if s := evidence.Find(list, name); s.HasRuns() {
			contests[fmt.Sprintf("%s %q", name, compared(s))] = len(s.Moments())
		}
	}
	for _, q := range questions() {
		for _, name := range q.experiments {
			add(name, q.compared)
		}
		for _, name := range q.besides {
			add(name, func(s *evidence.Experiment) []string { return ofPart(s, q.part) })
		}
	}
	for _, a := range asked {
		for _, name := range a.experiments {
			add(name, func(s *evidence.Experiment) []string { return ofPart(s, a.part) })
		}
	}
	all := 0
	for _, budgets := range contests {
		all += budgets
	}
	return 1 - (1-stats.Confidence)/float64(max(1, all))
}
