// Package visible shows text that comes from outside, such as class names and
// file names, so that it can neither steer a terminal nor disguise itself:
// control characters, characters that turn the direction of text, and line and
// paragraph separators are written as escapes, \u001b for ESC.
//
// The escapes are those of JSON, so that a JSON text stays one of the same
// meaning.
package visible

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s on one line: line breaks and tabs are escaped too. Bytes that
// are not UTF-8 become U+FFFD.
func Text(s string) string { return escaped(s, false) }

// Lines returns s like [Text], with line feeds and tabs as they are.
func Lines(s string) string { return escaped(s, true) }

func escaped(s string, lines bool) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return hidden(r) || r == utf8.RuneError }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case lines && (r == '\n' || r == '\t') || !hidden(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// hidden tells characters that a reader does not see as they are.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Writer writes what it is given as [Lines] returns it. Close writes what a
// character that was cut off at the end has left.
type Writer struct {
	to  io.Writer
	cut []byte // the beginning of a character
}

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{to: w} }

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	text := append(w.cut, p...)
	end := len(text)
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if at := len(text) - back; utf8.RuneStart(text[at]) {
			if !utf8.FullRune(text[at:]) {
				end = at
			}
			break
		}
	}
	w.cut = append([]byte(nil), text[end:]...)
	if end == 0 {
		return len(p), nil
	}
	if _, err := io.WriteString(w.to, Lines(string(text[:end]))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close implements io.Closer; it does not close what w writes to.
func (w *Writer) Close() error {
	rest := w.cut
	w.cut = nil
	if len(rest) == 0 {
		return nil
	}
	_, err := io.WriteString(w.to, Lines(string(rest)))
	return err
}
