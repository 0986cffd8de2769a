package annotations

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
)

// Split is a part of a set: Train, Val or Test, empty where nothing says which.
type Split string

// The splits. "valid" and "validation" are Val.
const (
	Train Split = "train"
	Val   Split = "val"
	Test  Split = "test"
)

var splits = [...]Split{Train, Val, Test}

// ParseSplits reads a list of splits such as "train,val"; "all" and the empty
// text are all of a set, which is nil.
func ParseSplits(text string) ([]Split, error) {
	if text == "" || text == "all" {
		return nil, nil
	}
	var list []Split
	for word := range strings.SplitSeq(text, ",") {
		s := splitOf(strings.TrimSpace(word))
		if word = strings.TrimSpace(word); s == "" || word != "valid" && word != "validation" && word != string(s) {
			return nil, fmt.Errorf("unknown split %q: want train, val, test, several with commas, or all", word)
		}
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list, nil
}

// splitOf returns the split that a file's or a folder's name has as a word.
func splitOf(name string) Split {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		switch {
		case strings.HasPrefix(w, "train"):
			return Train
		case w == "val" || strings.HasPrefix(w, "valid"):
			return Val
		case w == "test" || w == "testing":
			return Test
		}
	}
	return ""
}

// splitOfPath returns the split that the last folder of a path names that names
// any.
func splitOfPath(file string) Split {
	for dir := path.Dir(file); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if s := splitOf(path.Base(dir)); s != "" {
			return s
		}
	}
	return ""
}

// choose leaves the images of the splits, nil for all.
func (s *Set) choose(list []Split) error {
	if list == nil {
		return nil
	}
	has := s.perSplit()
	for _, split := range list {
		if has[split] == 0 {
			return fmt.Errorf("no image of split %s: the set has %s", split, s.describeSplits(has))
		}
	}
	other := func(im Image) bool { return !slices.Contains(list, im.Split) }
	s.Images, s.lost = slices.DeleteFunc(s.Images, other), slices.DeleteFunc(s.lost, other)
	return nil
}

func (s *Set) perSplit() map[Split]int {
	has := map[Split]int{}
	for i := range s.Images {
		has[s.Images[i].Split]++
	}
	return has
}

func (s *Set) describeSplits(has map[Split]int) string {
	var parts []string
	for _, split := range splits {
		if n := has[split]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d images of %s", n, split))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("%d images and no splits", len(s.Images))
	}
	if n := has[""]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d of none", n))
	}
	return strings.Join(parts, ", ")
}
