package command

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	margins "detsample/bench/curves"
	"detsample/bench/table"
	"detsample/internal/durable"
	"detsample/internal/prose"
)

// curvesCommand draws losses against the margin.
type curvesCommand struct {
	Names     []string `arg:"" optional:"" sep:"none" name:"name" help:"Loss or weighting to draw, as after --loss and --weighting; may be several."`
	Loss      []string `sep:"none" placeholder:"NAME,KEY=VALUE" help:"Classification loss to draw; may be repeated."`
	Weighting []string `sep:"none" placeholder:"NAME,KEY=VALUE" help:"Weighting to draw: adaboost, logitboost, ohem or ssd; may be repeated."`
	Side      string   `enum:"negative,positive" default:"negative" help:"Candidate to draw for: negative or positive."`
	Out       string   `placeholder:"FILE" help:"File to draw into, .svg or .png. Without it, effective weights are printed."`
}

// Help returns examples.
func (curvesCommand) Help() string {
	return `Draws the loss, its gradient and the effective weight (the gradient over that of
plain cross entropy) of a candidate against its margin m, at which the probability
of the truth is sigmoid(m). Weightings are dashed; the steps of ohem and ssd stand at
a margin (below) that in training depends on the batch. Without any of them it draws
cross entropy, focal losses, boosting and hard example mining; without --out it prints
a table of their effective weights. A loss of your own has a curve in your own program,
if it looks at one row at a time.

Examples:
  detsample curves                                              the field's, as a table
  detsample curves --out curves.svg                             and drawn
  detsample curves ce focal,gamma=2 --out f.png                 two losses
  detsample curves focal adaboost                               focal loss beside boosting
  detsample curves --weighting ohem,below=0                     a weighting, by its flag`
}

// Run draws the curves into a file that replaces what was there, or prints them.
func (c *curvesCommand) Run(s *session) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Out)), ".")
	if c.Out != "" && !slices.Contains(margins.Formats(), format) {
		return wrongUsage("--out %s: expected a file that ends in .svg or .png", c.Out)
	}
	list, err := c.list()
	if err != nil {
		return err
	}
	if c.Out == "" {
		newPrinter(s.stdout, "table").grid(c.weights(list))
		return nil
	}
	var picture bytes.Buffer
	if err := margins.Write(&picture, format, list, c.Side == "positive"); err != nil {
		return err
	}
	if err := durable.Replace(durable.Local{}, c.Out, picture.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s: %s\n", c.Out, prose.Count(len(list), "curve", "curves"))
	return nil
}

// weights tables the effective weights of curves at some margins.
func (c *curvesCommand) weights(list []margins.Curve) grid {
	g := grid{
		title: "Effective weight of a " + c.Side + " by its margin m", keys: 1, columns: []column{{head: "m", left: true}},
		note: "The gradient over that of plain cross entropy; the probability of the truth is sigmoid(m), under 0.5 where m is negative. --out draws it.",
	}
	at := []float64{-4, -2, -1, 0, 1, 2, 4}
	for _, m := range at {
		g.columns = append(g.columns, column{head: strconv.FormatFloat(m, 'g', -1, 64)})
	}
	for _, curve := range list {
		row := []string{curve.Name}
		for _, m := range at {
			row = append(row, table.Number(curve.At(c.Side == "positive", m).Weight))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// list returns the curves that the command line names.
func (c *curvesCommand) list() ([]margins.Curve, error) {
	if len(c.Names)+len(c.Loss)+len(c.Weighting) == 0 {
		return margins.Default(), nil
	}
	var list []margins.Curve
	for _, text := range c.Names {
		curve, err := margins.Of(text)
		if err != nil {
			return nil, wrongUsage("%w", err)
		}
		list = append(list, curve)
	}
	for _, text := range c.Loss {
		curve, err := margins.Loss(text)
		if err != nil {
			return nil, wrongUsage("--loss %w", err)
		}
		list = append(list, curve)
	}
	for _, text := range c.Weighting {
		curve, err := margins.OfWeighting(text)
		if err != nil {
			return nil, wrongUsage("--weighting %w", err)
		}
		list = append(list, curve)
	}
	return list, nil
}
