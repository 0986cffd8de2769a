package study

import (
	"slices"
	"strings"
)

// OfStudy reports whether detsample study made the runs, or some of them, not a
// comparison of one's own.
func (o Origin) OfStudy() bool {
	return slices.ContainsFunc(o.parts(), func(p Origin) bool { return len(p.Of) > 0 })
}

// Names reports whether a command that made the runs names an experiment alone, not a
// study that has others too.
func (o Origin) Names(e *Experiment) bool {
	return slices.ContainsFunc(o.parts(), func(p Origin) bool {
		return slices.ContainsFunc(p.Of, func(name string) bool {
			return name == e.Called() || strings.HasSuffix(name, "/"+e.Name)
		})
	})
}

// others returns the studies and experiments that a command was asked for, where the
// experiment is none of them.
func (e *Experiment) others(o Origin) (names []string, err error) {
	for _, name := range o.Of {
		list, err := Find(name)
		switch {
		case err != nil:
			return nil, err
		case slices.ContainsFunc(list, func(f Experiment) bool { return f.Name == e.Name }):
			return nil, nil
		case len(list) > 0:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
