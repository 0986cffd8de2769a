// Package choice writes options by name: numbers in the program, words in
// configurations.
package choice

import (
	"fmt"
	"strings"
)

// Option is a type of numbers from 0, one for each of a list of names.
type Option interface{ ~uint8 }

// Marshal returns the name of an option, for its MarshalText; an error where
// the number is none of the list's.
func Marshal[O Option](o O, names []string) ([]byte, error) {
	if int(o) >= len(names) {
		return nil, fmt.Errorf("option %d of %d", o, len(names))
	}
	return []byte(names[o]), nil
}

// Unmarshal sets an option by its name, for its UnmarshalText. what says what
// it is, for an error that lists the names.
func Unmarshal[O Option](o *O, what string, names []string, text []byte) error {
	for i, name := range names {
		if name == string(text) {
			*o = O(i)
			return nil
		}
	}
	last := len(names) - 1
	return fmt.Errorf("unknown %s %q: expected %s or %s", what, text, strings.Join(names[:last], ", "), names[last])
}
