package main

import "detsample/bench"

// presetCommand prints a preset.
type presetCommand struct {
	Name string `arg:"" help:"Preset; detsample list presets names them."`
}

// Help returns examples.
func (presetCommand) Help() string {
	return `Examples:
  detsample preset default > mine.yaml     start a comparison of one's own
  detsample compare --config mine.yaml     and run it`
}

// Run writes the preset's file as it is, with its comments.
func (c *presetCommand) Run(s *session) error {
	if err := known("preset", c.Name, bench.Presets()); err != nil {
		return err
	}
	text, err := bench.PresetYAML(c.Name)
	if err != nil {
		return err
	}
	_, err = s.stdout.Write(text)
	return err
}
