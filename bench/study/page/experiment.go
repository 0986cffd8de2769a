package page

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/cocoeval"
	"detsample/bench/stats"
	"detsample/bench/study/evidence"
	"detsample/internal/markdown"
)

//go:embed experiments.md
var experimentsText string

// writeExperiments writes the page of what each experiment found; none without runs.
func writeExperiments(list []evidence.Experiment, on string, files map[string][]byte) error {
	var contents, sections strings.Builder
	for i := range list {
		s := &list[i]
		if !s.HasRuns() {
			continue
		}
		c, err := trainedBy(s)
		if err != nil {
			return err
		}
		fmt.Fprintf(&contents, "- [`%s`](#%[1]s): %s\n", s.Name, markdown.Line(c.Title))
		if err := writeExperiment(&sections, s, files); err != nil {
			return err
		}
	}
	if contents.Len() > 0 {
		head := strings.NewReplacer("{on}", on, "{from}", fmt.Sprint(cocoeval.CalibratedFrom), "{contents}", contents.String())
		files[experimentsFile] = []byte(head.Replace(experimentsText) + sections.String())
	}
	return nil
}

// writeMissing names the experiments that have not been run.
func writeMissing(b *strings.Builder, list []evidence.Experiment) {
	var missing []string
	for i := range list {
		if s := &list[i]; !s.HasRuns() && !evidence.LeftOut(list, s) {
			missing = append(missing, "`"+s.Called()+"`")
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(b, "\n## Not run yet\n\n%s. `detsample study NAME` runs one, and `detsample study --only plan` says how long each takes.\n", strings.Join(missing, ", "))
	}
}

// writeExperiment writes what an experiment found and what it was made by.
func writeExperiment(b *strings.Builder, s *evidence.Experiment, files map[string][]byte) error {
	trained, err := setting(s)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n", s.Name, trained)
	if len(s.Runs) > 0 {
		c, err := s.Course()
		if err != nil {
			return err
		}
		name := "course-" + s.Name + ".svg"
		if files[name], err = drawCourse(&c); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n![AP along training in %s](%s)\n\n", s.Name, name)
		if err := writeRuns(b, s); err != nil {
			return err
		}
		if err := writeCourse(b, &c, s); err != nil {
			return err
		}
		if same := alike(s); same != "" {
			b.WriteString("\n" + same)
		}
	}
	if lacking := lacks(s); lacking != "" {
		fmt.Fprintf(b, "\n**Unfinished**: of the seeds of the one that has most %s.\n", lacking)
	}
	found, err := withoutSearch(s)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n%s%s\n", madeBy(s), found)
	return nil
}

// writeRuns writes the strategies of an experiment at its end, and AP on the
// way.
func writeRuns(b *strings.Builder, s *evidence.Experiment) error {
	moments := s.Moments()
	byMoment := make([]*stats.Comparison, len(moments))
	for k, images := range moments {
		var err error
		if byMoment[k], err = s.Compare(evidence.AP, "", images); err != nil {
			return err
		}
	}
	final, c := moments[len(moments)-1], byMoment[len(moments)-1]
	header, rule := "| strategy | seeds | rate |", "|---|---|---|"
	for _, images := range moments {
		header, rule = header+fmt.Sprintf(" AP after %d |", images), rule+"---|"
	}
	ends := []struct {
		head    string
		measure *evidence.Measure
	}{{"AP50", evidence.AP50}, {"small", evidence.APSmall}, {"medium", evidence.APMedium}, {"large", evidence.APLarge}}
	for _, end := range ends {
		header, rule = header+" "+end.head+" |", rule+"---|"
	}
	stages := s.Stages()
	fmt.Fprintf(b, "%s %s |\n%s%s\n", header, learnedHead(stages), rule, strings.Repeat("---|---|---|", stages))
	atEnd := make([][]stats.Estimate, len(ends))
	for k := range ends {
		c, err := s.Compare(ends[k].measure, "", final)
		if err != nil {
			return err
		}
		atEnd[k] = c.Means
	}
	rivals := 0
	for _, e := range c.Means {
		if e.Seeds > 0 {
			rivals++
		}
	}
	may := evidence.MayBeBest(c, stats.Confidence)
	for i, name := range c.Strategies() {
		mark := ""
		if rivals > 1 && slices.Contains(may, name) {
			mark = " *"
		}
		fmt.Fprintf(b, "| %s%s | %d | %s |", name, mark, c.Means[i].Seeds, rateOf(s, name))
		for k := range moments {
			fmt.Fprintf(b, " %s |", interval(byMoment[k].Means[i], 1))
		}
		for k := range ends {
			fmt.Fprintf(b, " %s |", interval(atEnd[k][i], 1))
		}
		for k := range stages {
			fmt.Fprintf(b, " %s |", learnedFrom(s, name, k))
		}
		b.WriteString("\n")
	}
	if says := sayUnpaired(evidence.Unpaired(c, may)); says != "" {
		fmt.Fprintf(b, "\n%s: no difference tells them apart.\n", says)
	}
	for _, says := range append(stops(s), learnedNothing(s)...) {
		fmt.Fprintf(b, "\n%s\n", says)
	}
	return nil
}
