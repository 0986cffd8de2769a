package command

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/interchange"
	"detsample/bench/strategy"
	"detsample/internal/prose"
)

// exportCommand writes a strategy for another library.
type exportCommand struct {
	Strategy string `arg:"" help:"File of a strategy or a comparison, - for standard input, or a peer's name (detsample list peer)."`
	Name     string `placeholder:"NAME" help:"Which strategy of a comparison that has several."`
	To       string `required:"" placeholder:"LIBRARY" help:"The library: mmdetection (or mmdet), detectron2 or torchvision."`
	Strict   bool   `help:"Fail if a part of the strategy has no equivalent in the library."`
}

// Help returns examples.
func (exportCommand) Help() string {
	return `The fragment to paste goes to standard output. What has no equivalent in the library
is in its comments and on standard error; export fails if nothing has one. The
anchors of a comparison go with it where its file has them, in detector.pyramid.

Examples:
  detsample export mine.yaml --to mmdetection
  detsample export torchvision --to detectron2     from one library to another`
}

// Run writes the fragment.
func (c *exportCommand) Run(s *session) error {
	if err := known("library", c.To, interchange.Targets()); err != nil {
		return err
	}
	made, pyramid, err := c.strategy(s)
	if err != nil {
		return err
	}
	fragment, err := interchange.Export(made, pyramid, c.To)
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
		return fmt.Errorf("%s: %s without an equivalent in %s", c.Strategy, prose.Count(len(fragment.Lacks), "part", "parts"), c.To)
	}
	return nil
}

// strategy reads the strategy that is named, and the anchors that its file says.
func (c *exportCommand) strategy(s *session) (made strategy.Strategy, pyramid *anchors.Pyramid, err error) {
	file, list := c.Strategy, []strategy.Strategy(nil)
	var comparison *config.Config
	var data []byte
	if slices.Contains(strategy.Peers(), c.Strategy) {
		if made, err = strategy.Peer(c.Strategy); err != nil {
			return made, nil, err
		}
		list = []strategy.Strategy{made}
	} else {
		if file, data, err = s.readConfig(c.Strategy); err != nil {
			return made, nil, err
		}
		if comparison, list, err = config.ParseStrategies(file, data); err != nil {
			return made, nil, err
		}
	}
	named, err := config.Named(file, list, c.Name)
	switch {
	case err != nil && c.Name == "":
		return made, nil, fmt.Errorf("%w: --name says which", err)
	case err != nil:
		return made, nil, wrongUsage("--name: %w", err)
	}
	var said struct {
		Detector struct{ Pyramid any }
	}
	if comparison != nil && yaml.Unmarshal(data, &said) == nil && said.Detector.Pyramid != nil {
		pyramid = &comparison.Detector.Pyramid
	}
	return *named, pyramid, nil
}
