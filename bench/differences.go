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

// listed writes at most n of some differences.
func listed(all []string, n int) string {
	text := strings.Join(all[:min(n, len(all))], "; ")
	if rest := len(all) - n; rest > 0 {
		text += fmt.Sprintf("; and %d more", rest)
	}
	return text
}
