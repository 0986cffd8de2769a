package study

import (
	"slices"
	"strings"
)

// OfStudy reports whether detsample study made the runs, or some of them, not a
// comparison of one's own.
func (o Origin) OfStudy() bool {
	return slices.ContainsFunc(o.parts(), func(p Origin) bool { return ofStudy(p.Command) })
}

// Names reports whether a command that made the runs names an experiment alone, not a
// study that has others too.
func (o Origin) Names(e *Experiment) bool {
	return slices.ContainsFunc(o.parts(), func(p Origin) bool {
		return ofStudy(p.Command) && slices.ContainsFunc(namesIn(p.Command), func(name string) bool {
			return name == e.Called() || strings.HasSuffix(name, "/"+e.Name)
		})
	})
}

// ofStudy reports whether a command is one of detsample study.
func ofStudy(command string) bool {
	words := strings.Fields(unquoted(command))
	return len(words) > 1 && words[1] == "study"
}

// namesIn returns the words of a study's command that are neither flags nor their
// values.
func namesIn(command string) (names []string) {
	switches := []string{"--quick", "--follow-links", "--quiet", "-q"}
	words := strings.Fields(unquoted(command))[2:]
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case !strings.HasPrefix(word, "-"):
			names = append(names, word)
		case !strings.Contains(word, "=") && !slices.Contains(switches, word):
			i++
		}
	}
	return names
}

// unquoted is a command with what is in quotes, which is no name, as a single word.
func unquoted(command string) string {
	parts := strings.Split(command, "'")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "_"
	}
	return strings.Join(parts, "")
}
