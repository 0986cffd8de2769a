package command

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// listCommand lists what is registered.
type listCommand struct {
	Kind   string `arg:"" optional:"" help:"One of assigner, sampler, cls, box, norm, preset, peer; all without it."`
	Format string `enum:"table,json,markdown" default:"table" help:"What to print: table, json or markdown (table)."`
}

// Help returns examples.
func (listCommand) Help() string {
	return `Kinds are called as in a strategy's file: assigner, sampler, cls (classification
loss), box (box loss) and norm (normaliser). A preset is a comparison, a peer the
strategy of another framework: detsample preset prints both.

Examples:
  detsample list                    everything
  detsample list sampler            samplers with their parameters
  detsample list --format json cls  classification losses, for a program to read`
}

// Run prints the catalogue, or one kind of it.
func (c *listCommand) Run(s *session) error {
	catalogue, err := newCatalogue()
	if err != nil {
		return err
	}
	if c.Kind != "" {
		if catalogue, err = catalogue.only(c.Kind); err != nil {
			return err
		}
	}
	switch c.Format {
	case "json":
		return printJSON(s.stdout, catalogue)
	case "markdown":
		for _, k := range catalogue {
			k.markdown(newPrinter(s.stdout, c.Format))
		}
	default:
		p := newPrinter(s.stdout, c.Format)
		p.width = min(p.width, listWidth)
		for _, k := range catalogue {
			k.text(p)
		}
	}
	return nil
}

// listWidth is the widest that a list gets.
const listWidth = 100

// text writes a kind as paragraphs: name and meaning, source, parameters.
func (k *kind) text(p *printer) {
	fmt.Fprintf(p.w, "%s\n", text.WrapSoft(fmt.Sprintf("%s (%s)", strings.ToUpper(k.Plural), k.About), p.width))
	names := 0
	for _, e := range k.Entries {
		names = max(names, len(e.Name))
	}
	indent := names + 4
	for _, e := range k.Entries {
		fmt.Fprintln(p.w)
		p.hang(fmt.Sprintf("  %-*s  ", names, e.Name), e.Meaning)
		if e.Source != "" {
			p.hang(strings.Repeat(" ", indent), "["+e.Source+"]")
		}
		if len(e.Params) > 0 {
			e.params(p, strings.Repeat(" ", indent))
		}
	}
	fmt.Fprintln(p.w)
}

// params writes the parameters of an entry in columns: setting, what is
// allowed, meaning. A long list of choices is not let into its column, or
// there would be no room for the meanings.
func (e *entry) params(p *printer, margin string) {
	var settings, allowed int
	for _, q := range e.Params {
		settings = max(settings, text.StringWidthWithoutEscSequences(q.setting()))
		if w := text.StringWidthWithoutEscSequences(q.Allowed); w <= widestAllowed {
			allowed = max(allowed, w)
		}
	}
	for _, q := range e.Params {
		head, about := margin+text.Pad(q.setting(), settings, ' ')+gap, q.Doc
		switch {
		case text.StringWidthWithoutEscSequences(q.Allowed) > widestAllowed:
			head, about = head+text.Pad("", allowed, ' ')+gap, about+": "+q.Allowed
		case allowed > 0:
			head += text.Pad(q.Allowed, allowed, ' ') + gap
		}
		p.hang(head, about)
	}
}

// widestAllowed is the most that the column of allowed values takes.
const widestAllowed = 16

// markdown writes a kind as a table.
func (k *kind) markdown(p *printer) {
	g := grid{markup: true, title: strings.ToUpper(k.Plural[:1]) + k.Plural[1:] + " (" + k.About + ")", columns: []column{
		{head: "name", left: true}, {head: "meaning", left: true}, {head: "parameters", left: true}, {head: "source", left: true},
	}}
	for _, e := range k.Entries {
		params := make([]string, len(e.Params))
		for i, q := range e.Params {
			params[i] = strings.TrimSpace(fmt.Sprintf("%s %s %s", code(q.setting()), escapeMarkdown(q.Allowed), escapeMarkdown(q.Doc)))
		}
		g.rows = append(g.rows, []string{code(e.Name), escapeMarkdown(e.Meaning), strings.Join(params, "; "), escapeMarkdown(e.Source)})
	}
	p.grid(g)
}
