package registry

import (
	"fmt"
	"strings"
)

// Nearest returns the name among those given that word most likely meant: the
// one at the smallest edit distance, ignoring case, or "" if none is within
// max(1, len(word)/3). A tie goes to the earlier name.
func Nearest(word string, among []string) string {
	best, limit := "", max(1, len([]rune(word))/3)
	for _, name := range among {
		if d := editDistance(strings.ToLower(word), strings.ToLower(name)); d <= limit {
			best, limit = name, d-1
		}
	}
	return best
}

// DidYouMean returns the end of a message on a word that is none of those among
// which it should be: the nearest of them as a question, or nothing.
func DidYouMean(word string, among []string) string {
	nearest := Nearest(word, among)
	if nearest == "" || nearest == word {
		return ""
	}
	return "; did you mean " + nearest + "?"
}

// Unknown returns the error for a name that is none of those there are: which they
// are, and which was probably meant.
func Unknown(kind, name string, among []string) error {
	return fmt.Errorf("unknown %s %q: expected one of %s%s", kind, name, strings.Join(among, ", "), DidYouMean(name, among))
}

// editDistance is the optimal string alignment distance (Damerau 1964): the
// fewest insertions, deletions, substitutions and swaps of neighbours.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	before, last, next := make([]int, len(to)+1), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i, c := range from {
		next[0] = i + 1
		for j, d := range to {
			substitute := last[j]
			if c != d {
				substitute++
			}
			next[j+1] = min(substitute, last[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && c == to[j-1] && from[i-1] == d {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(to)]
}
