package command

import (
	"io"
	"os"

	"golang.org/x/term"
)

// fileWidth is the width of tables that no terminal limits.
const fileWidth = 120

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

// newPrinter returns a printer for w in a format, table or markdown.
func newPrinter(w io.Writer, format string) *printer {
	p := &printer{w: w, width: fileWidth, markdown: format == "markdown"}
	if width, ok := terminalWidth(w); ok {
		p.width = max(width, 40)
	}
	return p
}
