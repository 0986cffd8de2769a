package command

import (
	"slices"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/study"
)

// see reads the images of --data as they are trained on. Of a plan it prints what
// is wrong with them; a training says that itself, experiment by experiment.
func (c *studyCommand) see(s *session, list []study.Planned, o study.Options) ([]study.Planned, error) {
	print := func(found []annotations.Problem) {
		if !c.Quiet {
			printNotes(s.stderr, found)
		}
	}
	if c.Only == "plan" {
		o.Read = print
	}
	list, err := study.See(s.ctx, list, o)
	if err != nil && c.Only != "plan" {
		print(annotations.Noted(err))
	}
	return list, err
}

// noneLeft returns the error of options that leave none of the experiments that
// are asked for.
func (c *studyCommand) noneLeft(asked []study.Experiment) error {
	if c.Quick {
		quick := slices.DeleteFunc(slices.Clone(asked), func(e study.Experiment) bool { return !e.Quick })
		if len(quick) == 0 {
			all, err := study.Experiments()
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(e study.Experiment) bool { return !e.Quick })
			return wrongUsage("--quick has %s, and nothing of what is named: leave out --quick, or name one of these", strings.Join(experimentNames(all), ", "))
		}
		asked = quick
	}
	return wrongUsage("--data is a folder of images, and what is asked for is made for generated scenes (%s): leave out --data, or name other experiments",
		strings.Join(experimentNames(asked), ", "))
}

// leftOut names the experiments that are asked for and made for generated scenes, where
// there are images of a folder.
func (c *studyCommand) leftOut(asked []study.Experiment, list []study.Planned) (names []string) {
	for i := range asked {
		e := &asked[i]
		planned := slices.ContainsFunc(list, func(p study.Planned) bool { return p.Name == e.Name })
		if !planned && (e.Quick || !c.Quick) {
			names = append(names, e.Name)
		}
	}
	return names
}
