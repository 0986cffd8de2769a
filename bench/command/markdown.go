package command

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// escapeMarkdown returns text that Markdown shows as it is: it neither becomes
// HTML nor a link, emphasis or code. What parts the cells of a table is left to
// the writer of tables.
func escapeMarkdown(s string) string {
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

// code returns text as Markdown's code, which knows no escapes.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
