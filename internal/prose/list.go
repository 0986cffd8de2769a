// Package prose writes what sentences are made of.
package prose

import "strings"

// List lists words as a sentence does: "a", "a and b", "a, b and c" with before
// "and"; nothing without words.
func List(words []string, before string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " " + before + " " + words[last]
}
