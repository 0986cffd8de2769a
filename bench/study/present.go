package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// present returns an error if a line lacks something that is always written of
// what it was decoded into: a figure that is absent is no 0.
func present(line []byte, x any) error {
	text, err := json.Marshal(x)
	if err != nil {
		return err
	}
	var have, written any
	if err := errors.Join(json.Unmarshal(line, &have), json.Unmarshal(text, &written)); err != nil {
		return err
	}
	if place := absent(have, written); place != "" {
		return fmt.Errorf("it has no %s", place[1:])
	}
	return nil
}

// absent returns the first place of a tree that another one lacks, as .a[2].b;
// empty without one.
func absent(have, written any) string {
	switch written := written.(type) {
	case map[string]any:
		branch, _ := have.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(written)) {
			if branch[key] == nil && written[key] != nil {
				return "." + key
			}
			if place := absent(branch[key], written[key]); place != "" {
				return "." + key + place
			}
		}
	case []any:
		list, _ := have.([]any)
		for i := range written {
			if i >= len(list) { // a key in another case was decoded in its place
				return fmt.Sprintf("[%d]", i)
			}
			if place := absent(list[i], written[i]); place != "" {
				return fmt.Sprintf("[%d]%s", i, place)
			}
		}
	}
	return ""
}
