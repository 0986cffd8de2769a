// Package markdown writes text that comes from outside into Markdown.
package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"detsample/internal/visible"
)

// Line returns text as part of a paragraph or of a table's cell: on one line, as
// [Escape] writes it, and parting no cells.
func Line(s string) string {
	s = Escape(visible.Text(strings.Join(strings.Fields(s), " ")))
	return strings.NewReplacer("|", `\|`, "~", `\~`, "#", `\#`).Replace(s)
}

// Plain returns text that is the same within a paragraph, a cell and code between
// single backticks: on one line, with an escape, \u0060 for a backtick, in place of
// what would mean something there.
func Plain(s string) string {
	s = visible.Text(strings.Join(strings.Fields(s), " "))
	return strings.NewReplacer("`", `\u0060`, "<", `\u003c`, "*", `\u002a`, "[", `\u005b`, "|", `\u007c`, "&", `\u0026`).Replace(s)
}

// Escape returns text that Markdown shows as it is: it neither becomes
// HTML nor a link, emphasis or code. What parts the cells of a table is left to
// the writer of tables.
func Escape(s string) string {
	if !strings.ContainsAny(s, "<>&\\`*_[]") {
		return s
	}
	var b strings.Builder
	before := ' '
	for i, r := range s {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '\\', '`', '*', '[', ']':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '_': // within a word it is no emphasis
			if after, _ := utf8.DecodeRuneInString(s[i+1:]); !inWord(before) || !inWord(after) {
				b.WriteByte('\\')
			}
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// Code returns text as Markdown's code, which knows no escapes.
func Code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
