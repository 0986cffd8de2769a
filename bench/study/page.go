package study

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/store"
)

// PageFile is the page's name in the study's folder.
const PageFile = "README.md"

// WritePage writes the page of what a study's folder keeps, and its pictures.
// It follows from the stored results alone, to the byte.
func WritePage(dir string) error {
	files, err := Page(dir)
	if err != nil {
		return err
	}
	if err := own(dir, nil); err != nil {
		return err
	}
	for name, data := range files {
		if err := store.WriteFile(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return nil
}

// Page returns the files of the page by name.
func Page(dir string) (map[string][]byte, error) {
	list, err := Open(dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var verdicts []Verdict
	claims := Claims()
	for i := range claims {
		v, err := claims[i].Judge(list)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, v)
	}
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("| claim | verdict |\n|---|---|\n")
	for i := range verdicts {
		v := &verdicts[i]
		fmt.Fprintf(&b, "| [%d](#claim-%d) %s | **%s** |\n", v.Number, v.Number, v.Statement, v.Word)
	}
	for i := range verdicts {
		v := &verdicts[i]
		picture, err := v.draw()
		if err != nil {
			return nil, err
		}
		v.write(&b, picture != nil)
		if picture != nil {
			files[v.picture()] = picture
		}
		switch v.Number {
		case 1:
			err = writeMasses(&b, find(list, "boosting"), files)
		case 2:
			b.WriteString("\n### Beside the paper's table\n")
			for _, s := range sweeps() {
				if err = s.write(&b, list); err != nil {
					break
				}
			}
		case 7:
			err = writeBoosting(&b, find(list, "boosting"))
		}
		if err != nil {
			return nil, err
		}
	}
	b.WriteString("\n## Experiments\n")
	for i := range list {
		if err := list[i].write(&b); err != nil {
			return nil, err
		}
	}
	files[PageFile] = []byte(b.String())
	return files, nil
}

//go:embed head.md
var head string

// write writes a claim with its contrasts.
func (v *Verdict) write(b *strings.Builder, drawn bool) {
	fmt.Fprintf(b, "\n## Claim %d\n\n%s\n\n**%s%s.** %s.\n\n", v.Number, v.Statement, strings.ToUpper(v.Word[:1]), v.Word[1:], v.Why)
	if drawn {
		fmt.Fprintf(b, "![The contrasts of claim %d](%s)\n\n", v.Number, v.picture())
	}
	b.WriteString("| predicted | published | when | difference | all at once | seeds | |\n|---|---|---|---|---|---|---|\n")
	for i := range v.Judged {
		j := &v.Judged[i]
		if j.Missing {
			fmt.Fprintf(b, "| %s | %s | – | no stored runs of `%s` | – | 0 | %s |\n", j.Says, j.Published, j.Experiment, j.Outcome)
			continue
		}
		decimals := j.decimals()
		all := "–"
		if j.All != (stats.Range{}) {
			all = signed(j.All.Low, decimals) + " to " + signed(j.All.High, decimals)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %d | %s |\n", j.Says, j.Published, j.budget(), difference(j.Estimate, decimals), all, j.Estimate.Seeds, j.Outcome)
	}
}

// decimals is how many a contrast's figure is shown with.
func (c *Contrast) decimals() int {
	if c.least() == 0 {
		return 2
	}
	return 1
}

func (v *Verdict) picture() string { return fmt.Sprintf("claim-%d.svg", v.Number) }

// interval writes a mean with half of its interval.
func interval(e stats.Estimate, decimals int) string {
	if e.Seeds == 0 {
		return "–"
	}
	return fmt.Sprintf("%s ± %s", number(e.Mean, decimals), number(e.Half(), decimals))
}

func difference(e stats.Estimate, decimals int) string {
	if e.Seeds == 0 {
		return "–"
	}
	return fmt.Sprintf("%s ± %s", signed(e.Mean, decimals), number(e.Half(), decimals))
}

func signed(x float64, decimals int) string {
	s := number(x, decimals)
	if x > 0 && s != "–" {
		s = "+" + s
	}
	return s
}

// write writes what an experiment found and what it was made by.
func (s *Stored) write(b *strings.Builder) error {
	fmt.Fprintf(b, "\n### %s\n\n", s.Name)
	if !s.Kept() {
		fmt.Fprintf(b, "Not run yet. `detsample study %s` runs it.\n", s.Name)
		return nil
	}
	if len(s.Runs) > 0 {
		if err := s.writeRuns(b); err != nil {
			return err
		}
	}
	o := s.Origin
	fmt.Fprintf(b, "\nMade by %s: `%s`, on %s.", o.Program, o.Command, o.Machine)
	if o.Note != "" {
		fmt.Fprintf(b, " %s", o.Note)
	}
	b.WriteString("\n")
	return nil
}

// writeRuns writes the strategies of an experiment at its end, and AP on the
// way.
func (s *Stored) writeRuns(b *strings.Builder) error {
	moments := s.moments()
	final := moments[len(moments)-1]
	c, err := s.compare("ap", "", final, "", 0)
	if err != nil {
		return err
	}
	best := c.Best(stats.Certainty)
	header, rule := "| strategy | seeds |", "|---|---|"
	for _, images := range moments {
		header, rule = header+fmt.Sprintf(" AP after %d |", images), rule+"---|"
	}
	for _, size := range []string{"small", "medium", "large"} {
		header, rule = header+" "+size+" |", rule+"---|"
	}
	fmt.Fprintf(b, "%s negatives seen → used | of the loss | of the gradient | ms a step |\n%s---|---|---|---|\n", header, rule)
	along := map[string][]stats.Estimate{}
	for _, f := range []string{"ap_s", "ap_m", "ap_l"} {
		c, err := s.compare(f, "", final, "", 0)
		if err != nil {
			return err
		}
		along[f] = c.Means
	}
	byMoment := make([]*stats.Comparison, len(moments))
	for k, images := range moments {
		if byMoment[k], err = s.compare("ap", "", images, "", 0); err != nil {
			return err
		}
	}
	for i, name := range c.Strategies() {
		mark := ""
		if best[i].MayBe {
			mark = " *"
		}
		fmt.Fprintf(b, "| %s%s | %d |", name, mark, c.Means[i].Seeds)
		for k := range moments {
			fmt.Fprintf(b, " %s |", interval(byMoment[k].Means[i], 1))
		}
		for _, f := range []string{"ap_s", "ap_m", "ap_l"} {
			fmt.Fprintf(b, " %s |", interval(along[f][i], 1))
		}
		fmt.Fprintf(b, " %s |\n", s.learnedFrom(name))
	}
	fmt.Fprintf(b, "\n\\* may be the best with %.0f%% confidence. Negatives for each positive before and after sampling, their share of the classification loss and of its gradient by the logits, of the first stage over the whole training; the fastest run's time of a step.\n", 100*stats.Certainty)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Stopped() {
			fmt.Fprintf(b, "\n%s #%d stopped: %s.\n", r.Strategy, r.Seed, r.Failed)
		}
	}
	return nil
}

// learnedFrom says what the first stage of a strategy saw and weighed, and what
// a step took.
func (s *Stored) learnedFrom(strategy string) string {
	var seen, used, loss, gradient, n float64
	var steps []float64
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.Strategy != strategy || r.Stopped() || len(r.Stages) == 0 {
			continue
		}
		stage := &r.Stages[0]
		n++
		seen, used = seen+stage.Seen(), used+stage.Used()
		loss, gradient = loss+stage.NegativeLoss, gradient+stage.NegativeGrad
		steps = append(steps, r.Time.StepMS)
	}
	if n == 0 {
		return "– | – | – | –"
	}
	return fmt.Sprintf("1:%.0f → 1:%.0f | %.0f%% | %.0f%% | %.1f", seen/n, used/n, 100*loss/n, 100*gradient/n, slices.Min(steps))
}
