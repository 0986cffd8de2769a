package command

import (
	"fmt"
	"strings"

	"detsample/bench/interchange"
	"detsample/internal/prose"
)

// importCommand makes a strategy of another library's configuration.
type importCommand struct {
	File     string   `arg:"" help:"Configuration: mmdetection's in Python, detectron2's, torchvision's or Ultralytics' in YAML."`
	From     string   `placeholder:"LIBRARY" help:"The library: mmdetection (or mmdet), detectron2, torchvision or ultralytics; told from the file where it can be."`
	Packages []string `placeholder:"DIR" help:"Folders that hold packages whose files may be bases, such as a checkout of mmdetection."`
	Stage    int      `default:"1" help:"Which stage of a cascade becomes the second stage (1)."`
	Table    bool     `help:"Print what became of every field, in place of the strategy."`
	Format   string   `enum:"table,json,markdown" default:"table" help:"Format of --table: table, json or markdown (table)."`
	Strict   bool     `help:"Fail if a field has no equivalent in detsample."`
}

// Help returns examples.
func (importCommand) Help() string {
	return `The strategy goes to standard output, with comments that say where each value is
written, and with the configuration's anchors, so that it is a comparison of one
strategy. What has no equivalent in detsample goes to standard error, a line each
with its place. A component that is unknown as a whole is an error. Nothing in a
configuration is run; of Python, only what builds values is evaluated.

Examples:
  detsample import configs/retinanet/retinanet_r50_fpn_1x_coco.py > retinanet.yaml
  detsample check retinanet.yaml
  detsample import --table Base-RCNN-FPN.yaml       what became of every field
  detsample import --from torchvision args.yaml     arguments of torchvision's constructors`
}

// Run prints the strategy or the table.
func (c *importCommand) Run(s *session) error {
	switch {
	case c.Stage < 1:
		return wrongUsage("--stage is %d: expected at least 1", c.Stage)
	case !c.Table && s.given("format"):
		return wrongUsage("--format is of the fields that --table prints, and the strategy is YAML: give --table, or leave it out")
	}
	if c.From != "" {
		if err := known("library", c.From, interchange.Libraries()); err != nil {
			return err
		}
	}
	made, err := interchange.Import(c.File, interchange.Options{From: c.From, Packages: c.Packages, Stage: c.Stage})
	if err != nil {
		return err
	}
	print := c.strategy
	if c.Table {
		print = c.table
	}
	if err := print(s, made); err != nil {
		return err
	}
	if lacking := len(made.Unmapped()) + len(made.Notes); c.Strict && lacking > 0 {
		return fmt.Errorf("%s: %s without an equivalent here", c.File, prose.Count(lacking, "part", "parts"))
	}
	return nil
}

// strategy prints the strategy, and on standard error what has nothing here.
func (c *importCommand) strategy(s *session, made interchange.Imported) error {
	if _, err := s.stdout.Write(made.YAML); err != nil {
		return err
	}
	var count [3]int // by status
	for _, f := range made.Fields {
		if count[f.Status]++; f.Status == interchange.Unmapped {
			fmt.Fprintf(s.stderr, "%s: unmapped: %s = %s: %s\n", printable(f.Place), printable(f.Path), printable(f.Value), printable(f.Note))
		}
	}
	fmt.Fprintf(s.stderr, "%s: %s mapped, %d unmapped, %d not about sampling, assignment or losses: --table lists them\n",
		printable(c.File), prose.Count(count[interchange.Mapped], "field", "fields"), count[interchange.Unmapped], count[interchange.Ignored])
	for _, n := range made.Notes {
		fmt.Fprintf(s.stderr, "%s: not the same: %s\n", printable(c.File), printable(n))
	}
	return nil
}

// importedField is a field as JSON has it.
type importedField struct {
	Place  string `json:"place"`
	Field  string `json:"field"`
	Value  string `json:"value"`
	Status string `json:"status"`
	To     string `json:"to,omitempty"`
	Note   string `json:"note,omitempty"`
}

// table prints what became of every field.
func (c *importCommand) table(s *session, made interchange.Imported) error {
	if c.Format == "json" {
		fields := make([]importedField, len(made.Fields))
		for i, f := range made.Fields {
			fields[i] = importedField{f.Place, f.Path, f.Value, f.Status.String(), f.To, f.Note}
		}
		return printJSON(s.stdout, struct {
			Library string          `json:"library"`
			Fields  []importedField `json:"fields"`
			Notes   []string        `json:"notes"`
		}{made.Library, fields, made.Notes})
	}
	if c.Format == "table" {
		for status, about := range []string{"mapped", "unmapped: what it does is not reproduced", "ignored: not about sampling, assignment or losses"} {
			lines := importedLines(made.Fields, interchange.Status(status))
			fmt.Fprintf(s.stdout, "%d %s\n", len(lines), about)
			for _, line := range lines {
				fmt.Fprintf(s.stdout, "  %s\n", line)
			}
		}
	} else {
		g := grid{title: "Fields of " + c.File, columns: []column{
			{head: "field", left: true}, {head: "value", left: true}, {head: "status", left: true}, {head: "here", left: true}, {head: "place", left: true},
		}}
		for _, f := range made.Fields {
			here := strings.TrimSuffix(strings.TrimPrefix(f.To+"; "+f.Note, "; "), "; ")
			g.rows = append(g.rows, []string{f.Path, f.Value, f.Status.String(), here, f.Place})
		}
		newPrinter(s.stdout, c.Format).grid(g)
	}
	for _, n := range made.Notes {
		fmt.Fprintf(s.stdout, "not the same: %s\n", printable(n))
	}
	return nil
}

// importedLines writes the fields of a status, a line each: the field, where it
// went or what it does, and its place.
func importedLines(fields []interchange.Field, status interchange.Status) []string {
	var lines []string
	for _, f := range fields {
		if f.Status != status {
			continue
		}
		line := f.Path + " = " + f.Value
		if f.To != "" {
			line += " -> " + f.To
		}
		if f.Note != "" && status != interchange.Ignored {
			line += " (" + f.Note + ")"
		}
		lines = append(lines, printable(line+" ["+f.Place+"]"))
	}
	return lines
}
