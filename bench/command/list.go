package command

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"detsample/bench/catalogue"
	"detsample/internal/markdown"
	"detsample/internal/prose"
)

// listCommand lists what is registered.
type listCommand struct {
	Of     string `arg:"" optional:"" name:"kind or name" help:"One of assigner, sampler, cls, box, norm, section, preset, peer, or a name such as focal (all)."`
	Format string `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
	Pages  string `placeholder:"DIR" help:"Write a page for each kind into this folder instead, with formulas and pictures."`
}

// Help returns examples.
func (listCommand) Help() string {
	return `Kinds have the names that a strategy's file uses: assigner, sampler, cls (classification
loss), box (box loss) and norm (normaliser). A section is a part of a comparison's
file, such as scenes, with its settings. A preset is a comparison, a peer the
strategy of another framework: detsample preset prints both. A program of your own
lists what it has registered with the rest.

Examples:
  detsample list                    everything
  detsample list sampler            samplers with their parameters
  detsample list training           the settings of a section of a comparison's file
  detsample list focal              one of them, whatever its kind, with its formula
  detsample list --pages pages      a page for each kind, with formulas and pictures
  detsample list --format json cls  classification losses, for a program to read`
}

// Run prints the catalogue, or one kind of it, or what has a name.
func (c *listCommand) Run(s *session) error {
	if c.Pages != "" {
		return c.writePages(s)
	}
	list, err := newListed()
	if err != nil {
		return err
	}
	if c.Of != "" {
		if list, err = list.only(c.Of); err != nil {
			return err
		}
	}
	switch c.Format {
	case "json":
		return printJSON(s.stdout, list)
	case "markdown":
		for _, k := range list {
			listMarkdown(newPrinter(s.stdout, c.Format), k)
		}
	default:
		p := newPrinter(s.stdout, c.Format)
		p.width = min(p.width, listWidth)
		for _, k := range list {
			listText(p, k, list.of(c.Of))
		}
	}
	return nil
}

// writePages writes the pages of what is registered into a folder, over nothing
// that it did not write: the folder may have a README.md of its own.
func (c *listCommand) writePages(s *session) error {
	switch {
	case c.Of != "":
		return wrongUsage("--pages writes every kind: leave %s out", c.Of)
	case s.given("format"):
		return wrongUsage("--pages writes Markdown and pictures: leave --format out")
	}
	files, err := catalogue.Pages()
	if err != nil {
		return err
	}
	pages := map[string][]byte{}
	for _, f := range files {
		pages[f.Name] = f.Data
	}
	var record struct {
		Files map[string]string `json:"files"`
	}
	if err := writeFound("--pages", c.Pages, "pages", pages, &record, &record.Files); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s: %s\n", c.Pages, prose.Count(len(files), "file", "files"))
	return nil
}

// listWidth is the widest that a list gets.
const listWidth = 100

// listText writes a kind as paragraphs: name and meaning, source, parameters, and,
// of what was asked for by name, its formula and what it is for.
func listText(p *printer, k catalogue.Kind, named bool) {
	fmt.Fprintf(p.w, "%s\n", text.WrapSoft(fmt.Sprintf("%s (%s)", strings.ToUpper(k.Plural), k.About), p.width))
	names := 0
	for _, e := range k.Entries {
		names = max(names, len(e.Name))
	}
	indent := names + 4
	for _, e := range k.Entries {
		fmt.Fprintln(p.w)
		p.hang(fmt.Sprintf("  %-*s  ", names, e.Name), e.Meaning)
		if named && e.Formula != "" {
			fmt.Fprintf(p.w, "\n%s\n\n", strings.Repeat(" ", indent+2)+strings.ReplaceAll(e.Formula, "\n", "\n"+strings.Repeat(" ", indent+2)))
		}
		if named && e.When != "" {
			p.hang(strings.Repeat(" ", indent), e.When)
		}
		if e.Source != "" {
			p.hang(strings.Repeat(" ", indent), "["+e.Source+"]")
		}
		if len(e.Params) > 0 {
			listParams(p, e.Params, strings.Repeat(" ", indent))
		}
	}
	fmt.Fprintln(p.w)
}

// listParams writes the parameters of an entry in columns: setting, what is
// allowed, meaning. A long list of choices is not let into its column, or
// there would be no room for the meanings.
func listParams(p *printer, params []catalogue.Param, margin string) {
	var settings, allowed int
	for _, q := range params {
		settings = max(settings, text.StringWidthWithoutEscSequences(q.Brief(widestSetting)))
		if w := text.StringWidthWithoutEscSequences(q.Allowed); w <= widestAllowed {
			allowed = max(allowed, w)
		}
	}
	for _, q := range params {
		head, about := margin+text.Pad(q.Brief(widestSetting), settings, ' ')+gap, q.Doc
		switch {
		case text.StringWidthWithoutEscSequences(q.Allowed) > widestAllowed:
			head, about = head+text.Pad("", allowed, ' ')+gap, about+": "+q.Allowed
		case allowed > 0:
			head += text.Pad(q.Allowed, allowed, ' ') + gap
		}
		p.hang(head, about)
	}
}

// The most that the columns of settings and of allowed values take.
const (
	widestSetting = 32
	widestAllowed = 16
)

// listMarkdown writes a kind as a table.
func listMarkdown(p *printer, k catalogue.Kind) {
	g := grid{markup: true, title: prose.Upper(k.Plural) + " (" + k.About + ")", columns: []column{
		{head: "name", left: true}, {head: "meaning", left: true}, {head: "parameters", left: true}, {head: "source", left: true},
	}}
	for _, e := range k.Entries {
		params := make([]string, len(e.Params))
		for i, q := range e.Params {
			params[i] = strings.TrimSpace(fmt.Sprintf("%s %s %s", markdown.Code(q.Setting()), markdown.Escape(q.Allowed), markdown.Escape(q.Doc)))
		}
		g.rows = append(g.rows, []string{markdown.Code(e.Name), markdown.Escape(e.Meaning), strings.Join(params, "; "), markdown.Escape(e.Source)})
	}
	p.grid(g)
}
