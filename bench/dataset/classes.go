package dataset

import (
	"fmt"
	"strings"
)

// chooseClasses returns the classes to use: the wanted ones, or, where wanted
// is nil, those of s.classes that occur. Objects of other classes are counted
// and reported once per class; they become background.
func chooseClasses(s *split, wanted []string) ([]string, problems, error) {
	seen := occurrences(s)
	if wanted == nil {
		var classes []string
		for _, c := range s.classes {
			if seen.count[c] > 0 {
				classes = append(classes, c)
			}
		}
		var log problems
		if n := len(s.classes) - len(classes); n > 0 {
			log.noticef("", "%d of %d listed classes have no object and are left out", n, len(s.classes))
		}
		return classes, log, nil
	}
	for _, c := range wanted {
		if seen.count[c] == 0 {
			return nil, nil, fmt.Errorf("no object of class %q: Options.Classes may name %s", c, strings.Join(quoted(seen.names, 20), ", "))
		}
	}
	var log problems
	index := classIndex(wanted)
	for _, c := range seen.names {
		if _, ok := index[c]; !ok {
			log.addf(seen.file[c], "class %q is not among the classes chosen: %d objects left out", c, seen.count[c])
		}
	}
	return wanted, log, nil
}

// tally counts the classes of a split.
type tally struct {
	names []string // in the order of split.classes
	count map[string]int
	file  map[string]string // the first annotation file that has the class
}

func occurrences(s *split) tally {
	t := tally{count: map[string]int{}, file: map[string]string{}}
	for _, pictures := range [2][]picture{s.train, s.test} {
		for i := range pictures {
			for j := range pictures[i].marks {
				c := pictures[i].marks[j].class
				if t.count[c] == 0 {
					t.file[c] = pictures[i].source
				}
				t.count[c]++
			}
		}
	}
	for _, c := range s.classes {
		if t.count[c] > 0 {
			t.names = append(t.names, c)
		}
	}
	return t
}

func classIndex(classes []string) map[string]int32 {
	index := make(map[string]int32, len(classes))
	for i, c := range classes {
		index[c] = int32(i)
	}
	return index
}

// quoted returns the first names in quotes, and how many there are more.
func quoted(names []string, most int) []string {
	var out []string
	for i, n := range names {
		if i == most {
			return append(out, fmt.Sprintf("and %d more", len(names)-most))
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return out
}
