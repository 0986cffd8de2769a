package command

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"detsample/bench/study"
	"detsample/bench/table"
	"detsample/internal/prose"
)

// leftOfPlan returns what is left of each experiment in a study's folder; nil where
// the folder has nothing of them.
func leftOfPlan(list []study.Planned, out string) ([]study.Left, error) {
	left := make([]study.Left, len(list))
	stored := false
	for i := range list {
		var err error
		if left[i], err = list[i].Left(out); err != nil {
			return nil, err
		}
		stored = stored || left[i].Runs+left[i].Measured > 0
	}
	if !stored {
		return nil, nil
	}
	return left, nil
}

// printPlan prints the experiments and what they take, and, where it is known,
// what is left of them, or by which error a study refuses the folder; and which are
// left out, as they are made for generated scenes.
func printPlan(w io.Writer, list []study.Planned, left []study.Left, refused error, without []string, o study.Options) {
	total, more, took, most := 0.0, 0.0, 0.0, 1
	g := grid{title: "Experiments", keys: 1, columns: []column{
		{head: "experiment", left: true}, {head: "strategies"}, {head: "seeds"}, {head: "images\na run"}, {head: "time of\na core"},
	}}
	if left != nil {
		g.columns = append(g.columns, column{head: "runs\nstored"}, column{head: "time\nleft"})
	}
	imbalance := slices.ContainsFunc(left, func(l study.Left) bool { return l.Negatives > 0 })
	if imbalance { // of which some experiments' names say another
		g.columns = append(g.columns, column{head: "positives:\nnegatives"})
	}
	g.columns = append(g.columns, column{head: "claims", left: true})
	for i := range list {
		e := &list[i]
		total += e.Seconds
		cores := min(o.Jobs, e.Runs())
		took, most = took+e.Takes(cores), max(most, cores)
		row := []string{e.Name, fmt.Sprint(len(e.Config.Strategies)), fmt.Sprint(e.Seeds), fmt.Sprint(e.Config.Training.Images), clock(seconds(e.Seconds))}
		if left != nil {
			remains := "–"
			more += left[i].Seconds
			if left[i].Seconds > 0 {
				remains = clock(seconds(left[i].Seconds))
			}
			row = append(row, fmt.Sprintf("%d of %d", left[i].Runs, e.Runs()), remains)
		}
		if imbalance {
			shown := "–"
			if n := left[i].Negatives; n > 0 {
				shown = table.Ratio(1, n)
			}
			row = append(row, shown)
		}
		g.rows = append(g.rows, append(row, strings.Trim(fmt.Sprint(e.Claims), "[]")))
	}
	g.note = fmt.Sprintf("In all about %s of one core, %s of %s.", clock(seconds(total)), clock(seconds(took)), prose.Count(most, "core", "cores"))
	if most < o.Jobs {
		g.note += " That is as many runs as there are at a time: further cores have nothing to do."
	}
	if left != nil {
		g.note += " " + leftText(more, o.Out, refused)
	}
	if refused != nil {
		g.note += fmt.Sprintf(" As %s is, %s study trains nothing in it: %v.", o.Out, called, refused)
	}
	g.note += seen(list, o.Data) + passes(list)
	if len(without) > 0 {
		g.note += fmt.Sprintf(" Left out, as their scenes, networks or lengths are made for generated images: %s.", strings.Join(without, ", "))
	}
	newPrinter(w, "table").grid(g)
}

// seen says what the images of a folder are as they are trained on, where they
// were read.
func seen(list []study.Planned, data string) (text string) {
	for i := range list {
		s := list[i].Seen
		if s.Width == 0 {
			continue
		}
		of := fmt.Sprintf(" %s: %s to train on and %d to test on, of %dx%d pixels.", data, prose.Count(s.Train, "image", "images"), s.Test, s.Width, s.Height)
		if !strings.Contains(text, of) {
			text += of
		}
	}
	return text
}

// manyPasses is from how many passes over its images a run is worth a word: so many
// are long for a small data set.
const manyPasses = 20

// passes says how often a run goes over the images of a folder, where that is often.
func passes(list []study.Planned) string {
	var often []string
	for i := range list {
		e := &list[i]
		if e.Seen.Train == 0 {
			continue
		}
		if n := float64(e.Config.Training.Images) / float64(e.Seen.Train); n > manyPasses {
			often = append(often, fmt.Sprintf("%s %.0f", e.Name, n))
		}
	}
	if len(often) == 0 {
		return ""
	}
	return fmt.Sprintf(" Passes of a run over the images to train on: %s.", strings.Join(often, ", "))
}

// leftText says how long what a study's folder lacks takes, of one core. A study that
// refuses the folder finds nothing of that out.
func leftText(more float64, out string, refused error) string {
	text := fmt.Sprintf("Left are about %s of one core: %s has the rest", clock(seconds(more)), out)
	if more == 0 {
		text = fmt.Sprintf("Nothing is left: %s has results of all", out)
	}
	if refused != nil {
		return text + "."
	}
	return text + "; what is of another configuration, or of other images, is found when it is run: it is refused, or trained again."
}
