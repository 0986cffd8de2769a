package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// axis is a row of experiments that are about one thing; more may go along with it.
type axis struct {
	title, head string
	drawn       bool     // who leads, by negatives and budget
	rivals      []string // who is compared, in every row
	points      []axisPoint
}

// axisPoint is an experiment's place on an axis.
type axisPoint struct{ label, experiment string }

func axes() []axis {
	return []axis{
		{"Imbalance", "scenes and anchors", true, rivals, []axisPoint{
			{"12 to 20 objects, few anchors", "imbalance-10"}, {"up to 3 objects, few anchors", "imbalance-100"},
			{"6 to 12 objects", "imbalance-200-scenes"}, {"up to 3 objects", "imbalance-1000"}, {"up to 3 objects, a long training", "dense"},
			{"one or two objects, a smaller network, a longer training", "dense-long"}, {"a faint object of any size in a small image, a normalised trunk, little left to gain", "dense-faint"}, {"such an object, a normalised trunk, weights that decay", "dense-faint-decay"}, {"a faint object of one size in a small image, a normalised trunk, hardly anything left to gain", "dense-tiny"}, {"one object in four times the area", "imbalance-10000"},
		}},
		{"Optimizer and rate", "weights move by", false, rivals, []axisPoint{
			{"Adam, a constant rate", "imbalance-1000"}, {"Adam, a rate that falls to 0", "decay"}, {"gradient descent, a constant rate", "descent"},
		}},
		{"Normalisation", "dense head, its trunk", false, rivals, []axisPoint{
			{"as it is", "imbalance-1000"}, {"normalised", "dense-norm"},
		}},
		{"Normalisation in the second stage", "second stage, the trunk", false, []string{"512 + ce", "512 + focal", "ohem 64"}, []axisPoint{
			{"as it is", "roi-long"}, {"as it is, at the rate of roi-norm", "roi-rate"}, {"normalised", "roi-norm"},
		}},
		{"Missing labels", "objects without a label", false, rivals, []axisPoint{
			{"none", "missing-0"}, {"none", "imbalance-1000"}, {"5%", "missing-5"}, {"10%", "missing-10"}, {"20%", "missing-20"},
		}},
		{"Size of objects", "objects", false, rivals, []axisPoint{
			{"6 to 16 pixels", "size-small"}, {"from 9 pixels", "missing-0"}, {"from 9 pixels", "imbalance-1000"}, {"20 to 60 pixels", "size-large"},
		}},
		{"Number of images", "training images", false, rivals, []axisPoint{
			{"300", "images-300"}, {"1200", "images-1200"}, {"4800", "images-4800"}, {"never repeated", "dense"},
		}},
	}
}

// alone names the setting of an axis that is the only one with runs; "" where
// there are several, or none. One that is drawn has budgets to compare besides.
func (a *axis) alone(rows []*evidence.Experiment) (label string) {
	for _, p := range a.points {
		if !slices.ContainsFunc(rows, func(s *evidence.Experiment) bool { return s.Name == p.experiment }) {
			continue
		}
		if a.drawn || label != "" && label != p.label {
			return ""
		}
		label = p.label
	}
	return label
}

// rivals are the strategies that every experiment of a dense head's axis has.
var rivals = study.Rivals()

// writeAxes writes who leads along each axis that has stored runs, and draws the
// leaders by imbalance and budget.
func writeAxes(b *strings.Builder, list []evidence.Experiment, files map[string][]byte) error {
	if slices.ContainsFunc(list, func(s evidence.Experiment) bool { return s.HasRuns() }) && !slices.Contains(trainedOn(list), generated) {
		return nil // the axes are of scenes
	}
	b.WriteString("\n## Along the axes\n\n")
	fmt.Fprintf(b, "Who leads among %s, and along an axis of the second stage among those of its table. An axis is called by what its rows are about; more may go along with it, as smaller objects with many of them, so that who leads "+
		"can be laid beside the next row, and AP only within a row. A cell names those that may be the best, all of it at once, "+
		"and its lead over the next where it is a single one. Learning rates are one for all, or each one's in that order, found by the same search for all where nothing else is said.\n",
		strings.Join(rivals, ", "))
	for _, a := range axes() {
		if err := a.write(b, list, files); err != nil {
			return err
		}
	}
	return nil
}

// ofScenes reports whether there are results, and they are of generated scenes: those
// of a folder have another place on an axis, or none.
func ofScenes(s *evidence.Experiment) bool { return s.HasRuns() && s.Origin.Data == "" }

func (a *axis) write(b *strings.Builder, list []evidence.Experiment, files map[string][]byte) error {
	fmt.Fprintf(b, "\n### %s\n\n", a.title)
	var missing []string
	var rows []*evidence.Experiment
	for _, p := range a.points {
		if s := evidence.Find(list, p.experiment); ofScenes(s) {
			rows = append(rows, s)
		} else {
			missing = append(missing, "`"+p.experiment+"`")
		}
	}
	if alone := a.alone(rows); alone != "" {
		fmt.Fprintf(b, "One setting alone has runs, *%s* (`%s`): nothing can be said along this axis yet. Not run: %s.\n", alone, rows[0].Name, prose.List(missing, "and"))
		return nil
	}
	if text := a.ratesFrom(rows); text != "" {
		fmt.Fprintf(b, "%s\n\n", text)
	}
	var drawn []row
	if len(rows) > 0 {
		fmt.Fprintf(b, "| %s | negatives for a positive | learning rates | images | %s | may be the best, of a row by itself |\n|---|---|---|---%s|---|\n", a.head, strings.Join(a.rivals, " | "), strings.Repeat("|---", len(a.rivals)))
	}
	for _, p := range a.points {
		s := evidence.Find(list, p.experiment)
		if !ofScenes(s) {
			continue
		}
		contests, err := s.Contests(a.rivals, stats.Confidence)
		if err != nil {
			return err
		}
		seen, negatives := s.Imbalance(a.rivals), "–"
		if seen > 0 {
			negatives = number(seen, 0)
		}
		for _, c := range contests {
			fmt.Fprintf(b, "| %s | %s | %s | %d |", p.label, negatives, ratesText(ratesOf(s, a.rivals)), c.Images)
			for _, e := range c.Means {
				fmt.Fprintf(b, " %s |", interval(e, 1))
			}
			fmt.Fprintf(b, " %s |\n", inCell(&c))
		}
		if seen > 0 && len(contests) > 0 {
			drawn = append(drawn, row{s.Name, seen, contests})
		}
	}
	if len(missing) > 0 {
		if len(rows) > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "Not run yet: %s.\n", strings.Join(missing, ", "))
	}
	if !a.drawn || len(drawn) == 0 {
		return nil
	}
	picture, err := drawLeaders(drawn)
	if err != nil {
		return err
	}
	files[leadersFile] = picture
	fmt.Fprintf(b, "\n![Who leads, by imbalance and images seen](%s)\n\n"+
		"A row of the picture is an experiment of the table, and a dot one of those that may be the best of it after so many images. "+
		"Where two experiments have as many negatives and a budget in common, that with more seeds tells more apart.\n", leadersFile)
	return nil
}
