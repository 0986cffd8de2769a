package prose

import "strings"

// Flags names the bits of a set, each by its place in names; other stands for those
// beyond them, and none for a set without any.
func Flags[T ~uint8 | ~uint16](set T, names []string, other, none string) string {
	var list []string
	for i, name := range names {
		if set&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	if set>>len(names) != 0 {
		list = append(list, other)
	}
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, ", ")
}
