package command

import (
	"fmt"
	"io"
	"strings"

	"detsample/bench/study"
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
		stored = stored || left[i].Runs > 0
	}
	if !stored {
		return nil, nil
	}
	return left, nil
}

// printPlan prints the experiments and what they take, and, where it is known,
// what is left of them; and which are left out, as they need generated scenes.
func printPlan(w io.Writer, list []study.Planned, left []study.Left, without []string, o study.Options) {
	total, more := 0.0, 0.0
	g := grid{title: "Experiments", keys: 1, columns: []column{
		{head: "experiment", left: true}, {head: "strategies"}, {head: "seeds"}, {head: "images\na run"}, {head: "time of\na core"},
	}}
	if left != nil {
		g.columns = append(g.columns, column{head: "seeds\nstored"}, column{head: "time\nleft"})
	}
	g.columns = append(g.columns, column{head: "claims", left: true})
	for i := range list {
		e := &list[i]
		total += e.Seconds
		row := []string{e.Name, fmt.Sprint(len(e.Config.Strategies)), fmt.Sprint(e.Seeds), fmt.Sprint(e.Config.Training.Images), clock(seconds(e.Seconds))}
		if left != nil {
			remains := "–"
			more += left[i].Seconds
			if left[i].Seconds > 0 {
				remains = clock(seconds(left[i].Seconds))
			}
			row = append(row, fmt.Sprintf("%d of %d", left[i].Seeds, e.Seeds), remains)
		}
		g.rows = append(g.rows, append(row, strings.Trim(fmt.Sprint(e.Claims), "[]")))
	}
	g.note = fmt.Sprintf("In all about %s of one core, %s of %s.", clock(seconds(total)), clock(seconds(total/float64(o.Jobs))), plural(o.Jobs, "core", "cores"))
	if left != nil {
		g.note += fmt.Sprintf(" Left are about %s of one core: %s has results of the rest; those of another configuration, or without their journal, are trained again.",
			clock(seconds(more)), o.Out)
	}
	g.note += seen(list, o.Data)
	if len(without) > 0 {
		g.note += fmt.Sprintf(" Left out, as they are about generated scenes: %s.", strings.Join(without, ", "))
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
		of := fmt.Sprintf(" %s: %s to train on and %d to test on, of %dx%d pixels.", data, plural(s.Train, "image", "images"), s.Test, s.Width, s.Height)
		if !strings.Contains(text, of) {
			text += of
		}
	}
	return text
}
