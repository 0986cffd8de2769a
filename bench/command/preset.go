package command

import (
	"slices"
	"strings"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/study"
)

// presetCommand prints a preset, or the strategy of another framework.
type presetCommand struct {
	Name string `arg:"" help:"Preset or peer; detsample list presets and detsample list peers name them."`
}

// Help returns examples.
func (presetCommand) Help() string {
	return `Examples:
  detsample preset default > mine.yaml     start a comparison of your own
  detsample compare --config mine.yaml     and run it
  detsample preset torchvision > own.yaml  start a strategy from another framework's

  detsample preset study/roi-small         an experiment of detsample study

A comparison takes a strategy as an element of its list "strategies:".`
}

// Run writes the file as it is, with its comments.
func (c *presetCommand) Run(s *session) error {
	if name, ok := strings.CutPrefix(c.Name, "study/"); ok && name != "" {
		return c.experiment(s, name)
	} else if ok || c.Name == "study" {
		all, err := study.Experiments()
		if err != nil {
			return err
		}
		return wrongUsage("%q is no preset: give study/ and one of %s", c.Name, strings.Join(experimentNames(all), ", "))
	}
	peers := strategy.Peers()
	if err := known("preset", c.Name, slices.Concat(config.Presets(), peers)); err != nil {
		return err
	}
	read := config.PresetYAML
	if slices.Contains(peers, c.Name) {
		read = strategy.PeerYAML
	}
	text, err := read(c.Name)
	if err != nil {
		return err
	}
	_, err = s.stdout.Write(text)
	return err
}

// experiment writes an experiment of a study as a comparison of its own. Of a
// study and an experiment of one name it is the experiment.
func (c *presetCommand) experiment(s *session, name string) error {
	if same, err := study.Find(name + "/" + name); err != nil {
		return err
	} else if len(same) > 0 {
		name += "/" + name
	}
	list, err := named([]string{name})
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return wrongUsage("%q is a study of %d experiments: give study/ and one of %s", name, len(list), strings.Join(experimentNames(list), ", "))
	}
	comparison, err := list[0].Config()
	if err != nil {
		return err
	}
	text, err := comparison.YAML()
	if err != nil {
		return err
	}
	_, err = s.stdout.Write(text)
	return err
}
