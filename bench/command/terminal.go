package command

import (
	"io"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/term"
)

// fileWidth is the width of tables that nothing limits.
const fileWidth = 120

// Widths outside these are taken for the nearest of them.
const (
	minWidth = 40
	maxWidth = 1000
)

// terminalWidth returns the width of the terminal that w writes to, and false
// if it writes to none.
func terminalWidth(w io.Writer) (width int, ok bool) {
	f, isFile := raw(w).(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width, true
	}
	return 80, true
}

// textWidth returns the width for tables and paragraphs: that of the environment
// variable COLUMNS, or of the terminal that w writes to, or, where w is a pipe,
// of the terminal at whose end it is likely to arrive.
func textWidth(w io.Writer) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return min(max(n, minWidth), maxWidth)
	}
	if n, ok := terminalWidth(w); ok {
		return max(n, minWidth)
	}
	if f, isFile := raw(w).(*os.File); isFile {
		if info, err := f.Stat(); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			if n, ok := terminalWidth(os.Stderr); ok {
				return max(n, minWidth)
			}
		}
	}
	return fileWidth
}

// newPrinter returns a printer for w in a format, table or markdown.
func newPrinter(w io.Writer, format string) *printer {
	return &printer{w: w, width: textWidth(w), markdown: format == "markdown"}
}
