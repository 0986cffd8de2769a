package command

import (
	"fmt"
	"io"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"detsample/bench/table"
	"detsample/internal/markdown"
	"detsample/internal/visible"
)

// grid is a table to be shown in a terminal or written as Markdown.
type grid struct {
	title   string
	note    string // what the columns mean
	keys    int    // leading columns that name a row, repeated where a table is parted
	columns []column
	rows    [][]string
	markup  bool // the cells are Markdown already

	nameWidth int // where the keys are broken, set by parts
}

// gridOf shows a table of an inspection or a replay; of one with a row for each
// class the first.
func gridOf(t table.Table) grid {
	g := grid{title: t.Title, note: t.Note, keys: 1, rows: t.Rows}
	for _, c := range t.Columns {
		g.columns = append(g.columns, column{head: c.Head, left: c.Left})
	}
	if n := len(g.rows); t.ID == "classes" && n > maxClasses {
		g.note += fmt.Sprintf(" %d of %d classes.", maxClasses, n)
		g.rows = g.rows[:maxClasses]
	}
	return g
}

// column is a heading, its lines parted by newlines, and an alignment.
type column struct {
	head string
	left bool
}

// gap is what stands after a column.
const gap = "  "

// printer writes grids and lines to a terminal of some width, or as Markdown.
type printer struct {
	w        io.Writer
	width    int
	markdown bool
}

// grid prints a table; one that is too wide in parts, each with its keys.
func (p *printer) grid(g grid) {
	if p.markdown {
		fmt.Fprintf(p.w, "### %s\n\n%s\n", markdown.Escape(g.title), g.writer(all(len(g.columns)), !g.markup).RenderMarkdown())
	} else {
		fmt.Fprintln(p.w, g.title)
		for _, part := range g.parts(p.width) {
			fmt.Fprintf(p.w, "\n%s\n", g.writer(part, false).Render())
		}
	}
	if g.note != "" {
		p.line("")
		p.line("%s", g.note)
	}
	p.line("")
}

// line prints a paragraph. In Markdown its arguments are shown as they are, the
// format is Markdown.
func (p *printer) line(format string, args ...any) {
	if p.markdown {
		for i, a := range args {
			if s, ok := a.(string); ok {
				args[i] = markdown.Escape(s)
			}
		}
	}
	s := fmt.Sprintf(format, args...)
	if !p.markdown {
		s = text.WrapSoft(s, p.width)
	}
	for line := range strings.SplitSeq(s, "\n") {
		fmt.Fprintln(p.w, strings.TrimRight(line, " "))
	}
}

// item prints a paragraph of a list, its lines after the first indented.
func (p *printer) item(s string) {
	if p.markdown {
		p.line("- %s", s)
		return
	}
	p.hang("- ", printable(s))
}

// numbered prints an item of a numbered list: a title and a paragraph.
func (p *printer) numbered(n int, title, s string) {
	if p.markdown {
		fmt.Fprintf(p.w, "%d. **%s** %s\n", n, markdown.Escape(printable(title)), markdown.Escape(printable(s)))
		return
	}
	p.hang(fmt.Sprintf("%d. ", n), printable(title))
	p.hang("   ", printable(s))
}

// hang prints a paragraph behind a head, its other lines as far to the right.
func (p *printer) hang(head, paragraph string) {
	indent := text.StringWidthWithoutEscSequences(head)
	for i, line := range strings.Split(text.WrapSoft(paragraph, max(p.width-indent, 16)), "\n") {
		if i == 1 {
			head = strings.Repeat(" ", indent)
		}
		fmt.Fprintln(p.w, strings.TrimRight(head+line, " "))
	}
}

// parts divides the columns so that each part is at most width wide, where
// the keys leave room for one more column. Names are broken before a table is
// parted.
func (g *grid) parts(width int) [][]int {
	g.nameWidth = maxNameWidth
	if room := width - g.width() + g.columnWidth(g.keys-1); room >= minNameWidth {
		g.nameWidth = min(maxNameWidth, room)
	}
	used := 0
	for c := range g.keys {
		used += g.columnWidth(c) + len(gap)
	}
	keys := all(g.keys)
	part, at := keys, used
	var parts [][]int
	for c := g.keys; c < len(g.columns); c++ {
		w := g.columnWidth(c) + len(gap)
		if at+w > width && len(part) > g.keys {
			parts = append(parts, part)
			part, at = keys, used
		}
		part = append(part[:len(part):len(part)], c)
		at += w
	}
	return append(parts, part)
}

// The names of rows are broken at a width between these.
const (
	minNameWidth = 16
	maxNameWidth = 26
)

// width returns the width of the whole table.
func (g *grid) width() int {
	total := 0
	for c := range g.columns {
		total += g.columnWidth(c) + len(gap)
	}
	return total
}

func (g *grid) columnWidth(c int) int {
	w := text.LongestLineLen(g.columns[c].head)
	for _, row := range g.rows {
		w = max(w, text.StringWidthWithoutEscSequences(printable(row[c])))
	}
	if c < g.keys {
		w = min(w, g.nameWidth)
	}
	return w
}

// writer returns a table of some of the columns, its text escaped for Markdown
// or not.
func (g *grid) writer(columns []int, escape bool) pretty.Writer {
	show := printable
	if escape {
		show = func(s string) string { return markdown.Escape(printable(s)) }
	}
	t := pretty.NewWriter()
	t.SetStyle(plain)
	t.SuppressTrailingSpaces()
	heads := make(pretty.Row, len(columns))
	configs := make([]pretty.ColumnConfig, len(columns))
	for i, c := range columns {
		lines := strings.Split(g.columns[c].head, "\n")
		for k := range lines {
			lines[k] = show(lines[k])
		}
		heads[i] = strings.Join(lines, "\n")
		align := text.AlignRight
		if g.columns[c].left {
			align = text.AlignLeft
		}
		configs[i] = pretty.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align, VAlignHeader: text.VAlignBottom}
		if c < g.keys {
			configs[i].WidthMax = g.nameWidth
		}
	}
	t.AppendHeader(heads)
	t.SetColumnConfigs(configs)
	for _, row := range g.rows {
		cells := make(pretty.Row, len(columns))
		for i, c := range columns {
			cells[i] = show(row[c])
		}
		t.AppendRow(cells)
	}
	return t
}

// plain has a line under the heading and no other.
var plain = func() pretty.Style {
	s := pretty.StyleLight
	s.Box.PaddingLeft, s.Box.PaddingRight = "", gap
	s.Format.Header = text.FormatDefault
	s.Options = pretty.Options{SeparateHeader: true}
	return s
}()

// all returns 0 to n-1.
func all(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// printable returns text from outside on one line, its control characters
// visible.
func printable(s string) string { return visible.Text(s) }
