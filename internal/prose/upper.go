package prose

import (
	"unicode"
	"unicode/utf8"
)

// Upper returns a text with its first letter large, as a heading or a sentence
// begins.
func Upper(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || first == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
