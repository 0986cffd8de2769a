package command

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// givenFlags returns the names of the flags that a command line has, which some
// commands tell from flags that have their defaults.
func givenFlags(parsed *kong.Context) (names []string) {
	for _, at := range parsed.Path {
		if at.Flag != nil {
			names = append(names, at.Flag.Name)
		}
	}
	return names
}

// given reports whether a flag is on the command line.
func (s *session) given(flag string) bool { return slices.Contains(s.flags, flag) }

// emptyValue returns an error for a flag or an argument whose text is empty, which
// would pass for one that was left out, as a variable of a shell that is not set
// does. Pointers are left to the commands, which tell the two apart.
func emptyValue(parsed *kong.Context) error {
	for _, at := range parsed.Path {
		switch {
		case at.Flag != nil && empty(at.Flag.Target):
			advice := ", or leave it out"
			switch {
			case at.Flag.Required:
				advice = ""
			case at.Flag.HasDefault:
				advice = "; leave it out for " + at.Flag.Default
			}
			return wrongUsage("--%s is empty: expected %s%s", at.Flag.Name, placeholderWords(at.Flag.PlaceHolder), advice)
		case at.Positional != nil && empty(at.Positional.Target):
			return wrongUsage("%s: the name is empty; see %s %s --help", at.Positional.Summary(), called, parsed.Selected().Name)
		}
	}
	return nil
}

// empty reports whether a value is an empty text, or a list that has one or none.
func empty(v reflect.Value) bool {
	switch {
	case v.Kind() == reflect.String:
		return v.Len() == 0
	case v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.String:
		return false
	}
	for i := range v.Len() {
		if v.Index(i).Len() == 0 {
			return true
		}
	}
	return v.Len() == 0
}

// placeholderWords says what a placeholder of the help stands for.
func placeholderWords(placeholder string) string {
	words := map[string]string{"DIR": "a folder", "FILE": "a file", "PATH": "a file or a folder", "NAME": "a name", "LIBRARY": "a library", "SPLIT": "a split"}
	first, _, _ := strings.Cut(placeholder, ",")
	return cmp.Or(words[first], placeholder)
}
