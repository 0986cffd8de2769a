package command

import (
	"detsample/bench/config"
	"detsample/bench/strategy"
	"slices"
)

// presetCommand prints a preset, or the strategy of another framework.
type presetCommand struct {
	Name string `arg:"" help:"Preset or peer; detsample list presets and detsample list peers name them."`
}

// Help returns examples.
func (presetCommand) Help() string {
	return `Examples:
  detsample preset default > mine.yaml     start a comparison of one's own
  detsample compare --config mine.yaml     and run it
  detsample preset torchvision > own.yaml  start a strategy from another framework's

A comparison takes a strategy as an element of its list "strategies:".`
}

// Run writes the file as it is, with its comments.
func (c *presetCommand) Run(s *session) error {
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
