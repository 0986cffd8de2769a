package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/bench/annotations"
)

// chooseClasses returns the names of the classes to use: the wanted ones or,
// where none are, the categories that occur. It sets the class of each category.
// Objects of other categories are counted and reported once per category; they
// become background.
func (l *loader) chooseClasses(train, test []int) ([]string, error) {
	a := l.annotated
	objects, ignored, first := make([]int, len(a.Categories)), make([]int, len(a.Categories)), make([]string, len(a.Categories))
	for _, images := range [2][]int{train, test} {
		for _, i := range images {
			for _, o := range a.Images[i].Objects {
				if o.ToFind() {
					objects[o.Category]++
				} else {
					ignored[o.Category]++
				}
				if first[o.Category] == "" {
					first[o.Category] = a.Images[i].Source
				}
			}
		}
	}
	names := a.ClassNames()
	var occurring []string
	for k := range names {
		if objects[k]+ignored[k] > 0 { // crowds alone, too: they excuse what is found in them
			occurring = append(occurring, names[k])
		}
	}
	wanted := l.Classes
	if wanted == nil {
		wanted = occurring
	}
	for _, c := range wanted {
		if !slices.Contains(occurring, c) {
			return nil, fmt.Errorf("no object of class %q: Options.Classes may name %s", c, strings.Join(quoted(occurring, 20), ", "))
		}
	}
	l.class = make([]int32, len(a.Categories))
	for k := range names {
		l.class[k] = int32(slices.Index(wanted, names[k]))
		if l.class[k] >= 0 || objects[k]+ignored[k] == 0 {
			continue
		}
		p := annotations.Problem{File: first[k], Message: fmt.Sprintf("class %q is not among the classes chosen: %d objects left out", names[k], objects[k]) + annotations.Besides(ignored[k], strconv.Itoa(ignored[k]))}
		if err := l.problems.add(p); err != nil {
			return nil, err
		}
	}
	return wanted, nil
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
