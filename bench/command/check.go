package command

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/internal/panics"
	"detsample/internal/prose"
	"detsample/internal/strictyaml"
)

// checkCommand checks configuration files.
type checkCommand struct {
	Files []string `arg:"" name:"file" help:"Files to check, each a comparison or a single strategy; - is standard input."`
	Print bool     `help:"Print the effective configuration, every parameter with its value."`
}

// Help returns examples.
func (checkCommand) Help() string {
	return `A file with a key of a comparison, such as strategies, is a comparison. Any other is
a strategy, which has the file's name if it has none of its own. Each mistake is a
line on standard error, FILE:LINE:COLUMN: MESSAGE, and makes the status 1. A known
trap that is allowed, such as focal loss after a sampler, is a line of warning
beneath and leaves the status 0. Samplers, assigners and losses of your own
are called on made-up images: a gradient that is not the loss's, by finite
differences, or an invalid sample is a mistake, too.

Examples:
  detsample check mine.yaml             check a comparison
  detsample preset small | detsample check -
  detsample check --print focal.yaml    show what a strategy's defaults fill in
  detsample check strategies/*.yaml     check many`
}

// Run checks all files, those after a wrong one too.
func (c *checkCommand) Run(s *session) error {
	wrong := false
	for _, file := range c.Files {
		name, data, err := s.readConfig(file)
		var found checked
		if err == nil {
			found, err = panics.Get(func() (checked, error) {
				return unlessInterrupted(s.ctx, func() (checked, error) { return check(name, data) }) // a part of one's own may hang
			})
			if errors.Is(err, errNothingWritten) {
				return &failure{statusInterrupted, fmt.Errorf("interrupted while %s was checked", name)}
			}
			if p, ok := errors.AsType[*panics.Panic](err); ok {
				err = fmt.Errorf("%s: %w", name, p)
			}
		}
		if err != nil {
			complain(s.stderr, err, s.args)
			wrong = true
			continue
		}
		fmt.Fprintf(s.stdout, "%s: ok, %s\n", name, found.summary)
		for _, w := range found.warnings {
			fmt.Fprintf(s.stdout, "%s: warning: %s\n", name, printable(w))
		}
		if c.Print {
			fmt.Fprintf(s.stdout, "%s", found.effective)
		}
	}
	if wrong {
		return reported
	}
	return nil
}

// checked is what a correct file holds.
type checked struct {
	summary   string
	warnings  []string
	effective []byte // every parameter, as YAML
}

// check reads a configuration of either kind.
func check(file string, data []byte) (found checked, err error) {
	if len(bytes.TrimSpace(data)) == 0 {
		_, err := config.Parse(file, data) // which says what there could be
		return found, err
	}
	comparison, list, err := config.ParseStrategies(file, data)
	if err != nil {
		return found, err
	}
	if comparison != nil {
		if err := bench.Fits(comparison); err != nil {
			return found, fmt.Errorf("%s: %w", file, err)
		}
		found.summary = describe(comparison)
		for _, w := range comparison.Warnings() {
			found.warnings = append(found.warnings, w.String())
		}
		found.warnings = append(found.warnings, misfitting(comparison)...)
		if found.effective, err = comparison.YAML(); err != nil {
			return found, err
		}
		return found, found.lookAt(file, list)
	}
	single := &list[0]
	found.summary = "a strategy: " + printable(single.Name)
	for _, w := range single.Warnings() {
		found.warnings = append(found.warnings, config.Warning{Strategy: single.Name, Warning: w}.String())
	}
	if found.effective, err = strictyaml.Marshal(single, strategy.Types()); err != nil {
		return found, err
	}
	return found, found.lookAt(file, list)
}

// lookAt adds what [ownParts] warns of, and returns its mistakes.
func (c *checked) lookAt(file string, list []strategy.Strategy) error {
	mistakes, warnings := ownParts(list)
	c.warnings = append(c.warnings, warnings...)
	for i, err := range mistakes {
		mistakes[i] = fmt.Errorf("%s: %w", file, err)
	}
	return errors.Join(mistakes...)
}

// misfitting warns of lists with an entry for each class that are not as long as
// the scenes have classes. A folder, which is given beside the file, may have others.
func misfitting(c *config.Config) (warnings []string) {
	for i := range c.Strategies {
		if err := c.Strategies[i].CheckClasses(c.Scenes.Classes); err != nil {
			warnings = append(warnings, err.Error()+"; compare refuses it on scenes, and on every folder whose classes it does not fit")
		}
	}
	return warnings
}

// describe names the strategies of a comparison.
func describe(c *config.Config) string {
	return prose.Count(len(c.Strategies), "strategy", "strategies") + ": " + printable(strings.Join(names(c), ", "))
}

// names returns the names of a comparison's strategies.
func names(c *config.Config) []string {
	list := make([]string, len(c.Strategies))
	for i := range c.Strategies {
		list[i] = c.Strategies[i].Name
	}
	return list
}
