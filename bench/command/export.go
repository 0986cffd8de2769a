package command

import (
	"fmt"
	"slices"

	"detsample/bench/interchange"
	"detsample/bench/strategy"
)

// exportCommand writes a strategy for another library.
type exportCommand struct {
	Strategy string `arg:"" help:"File of a strategy, - for standard input, or a peer's name (detsample list peer)."`
	To       string `required:"" placeholder:"LIBRARY" help:"The library: mmdetection (or mmdet), detectron2 or torchvision."`
	Strict   bool   `help:"Fail where a part of the strategy has no equivalent there."`
}

// Help returns examples.
func (exportCommand) Help() string {
	return `The fragment to paste goes to standard output. What has no equivalent there is in
its comments and on standard error; it fails where nothing has.

Examples:
  detsample export mine.yaml --to mmdetection
  detsample export torchvision --to detectron2     from one library to another`
}

// Run writes the fragment.
func (c *exportCommand) Run(s *session) error {
	if err := known("library", c.To, append(interchange.Targets(), "mmdet")); err != nil {
		return err
	}
	made, err := c.strategy(s)
	if err != nil {
		return err
	}
	fragment, err := interchange.Export(made, c.To)
	if err != nil {
		return err
	}
	if _, err := s.stdout.Write(fragment.Text); err != nil {
		return err
	}
	for _, l := range fragment.Lacks {
		fmt.Fprintf(s.stderr, "no equivalent: %s\n", printable(l))
	}
	if c.Strict && len(fragment.Lacks) > 0 {
		return fmt.Errorf("%s: %s without an equivalent in %s", c.Strategy, plural(len(fragment.Lacks), "part", "parts"), c.To)
	}
	return nil
}

// strategy reads the strategy that is named.
func (c *exportCommand) strategy(s *session) (strategy.Strategy, error) {
	if slices.Contains(strategy.Peers(), c.Strategy) {
		return strategy.Peer(c.Strategy)
	}
	name, data, err := s.readConfig(c.Strategy)
	if err != nil {
		return strategy.Strategy{}, err
	}
	if isComparison(data) {
		return strategy.Strategy{}, fmt.Errorf("%s: a comparison of several strategies: export takes the file of one", name)
	}
	return strategy.Parse(name, data)
}
