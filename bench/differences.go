package bench

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// differences lists the places at which two trees differ, and how.
func differences(a, b any) []string {
	branchA, okA := a.(map[string]any)
	branchB, okB := b.(map[string]any)
	if !okA || !okB {
		if textA, textB := leaf(a), leaf(b); textA != textB {
			return []string{fmt.Sprintf(" is %s, in the other %s", textA, textB)}
		}
		return nil
	}
	keys := slices.Collect(maps.Keys(branchA))
	for key := range branchB {
		if _, both := branchA[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var found []string
	for _, key := range keys {
		inA, okA := branchA[key]
		inB, okB := branchB[key]
		switch {
		case !okA:
			found = append(found, key+" is in the other alone")
		case !okB:
			found = append(found, key+" is not in the other")
		default:
			for _, d := range differences(inA, inB) {
				if !strings.HasPrefix(d, " ") {
					d = "." + d
				}
				found = append(found, key+d)
			}
		}
	}
	return found
}

func leaf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// mostAlike is how many words in common are no trouble to read twice.
const mostAlike = 6

// unlikeWords leaves out of two texts the words that both begin and end with, but for
// one before the others, where many are in common: in two long commands the eye does
// not find the one that differs.
func unlikeWords(a, b string) (string, string) {
	inA, inB := strings.Fields(a), strings.Fields(b)
	shorter := min(len(inA), len(inB))
	begin := 0
	for begin < shorter && inA[begin] == inB[begin] {
		begin++
	}
	end := 0
	for end < shorter-begin && inA[len(inA)-1-end] == inB[len(inB)-1-end] {
		end++
	}
	if begin+end <= mostAlike {
		return a, b
	}
	cut := func(words []string) string {
		kept := slices.Clone(words[max(0, begin-1) : len(words)-end])
		if begin > 1 {
			kept = slices.Insert(kept, 0, "…")
		}
		if end > 0 {
			kept = append(kept, "…")
		}
		return strings.Join(kept, " ")
	}
	return cut(inA), cut(inB)
}

// listed writes at most n of some differences.
func listed(all []string, n int) string {
	text := strings.Join(all[:min(n, len(all))], "; ")
	if rest := len(all) - n; rest > 0 {
		text += fmt.Sprintf("; and %d more", rest)
	}
	return text
}
