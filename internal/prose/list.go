// Package prose writes what sentences are made of.
package prose

import (
	"slices"
	"strings"
)

// List lists words as a sentence does: "a", "a and b", "a, b and c" with before
// "and"; nothing without words. Where some have commas of their own, semicolons are
// between them: "a, b; c, d; and e". (The comma of 1,000 is none.)
func List(words []string, before string) string {
	if len(words) > 1 && slices.ContainsFunc(words, func(word string) bool { return strings.Contains(word, ", ") }) {
		last := len(words) - 1
		return strings.Join(words[:last], "; ") + "; " + before + " " + words[last]
	}
	return Chain(words, before)
}

// Chain is List with commas, whatever is in the parts: for a sentence that goes on
// from its first part, as in "where ce trains, by 1 after 2400, 2 after 4800 and 3
// after 9600 images".
func Chain(parts []string, before string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + before + " " + parts[last]
}
