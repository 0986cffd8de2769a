package prose

import "strings"

// A returns a noun with its indefinite article: "a sampler", "an assigner".
func A(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
