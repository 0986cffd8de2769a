package trainer

import "slices"

// CodeFile is a file that a trainer's figures may follow from.
type CodeFile struct {
	Name   string `json:"name"`   // as the trainer's command has it
	Digest string `json:"digest"` // of what is in it
}

// CodeChanged returns the names of the files that are not the same in two lists,
// each once and sorted. A list may have several versions of a file.
func CodeChanged(a, b []CodeFile) (names []string) {
	for _, pair := range [][2][]CodeFile{{a, b}, {b, a}} {
		for _, f := range pair[0] {
			if !slices.Contains(pair[1], f) {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
