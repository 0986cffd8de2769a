package anchors

import (
	"fmt"
	"strings"
)

// A choice is an option of an assigner that is written by name in
// configurations. Its zero value is the first of its names.
type choice interface{ ~uint8 }

func nameOf[C choice](names []string, c C) ([]byte, error) { return []byte(names[c]), nil }

func setByName[C choice](c *C, what string, names []string, text []byte) error {
	for i, name := range names {
		if name == string(text) {
			*c = C(i)
			return nil
		}
	}
	last := len(names) - 1
	return fmt.Errorf("unknown %s %q: expected %s or %s", what, text, strings.Join(names[:last], ", "), names[last])
}
