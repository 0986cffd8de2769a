package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"detsample/bench/study"
)

// noCommand returns the error of a command line that begins with a word that is no
// command, and says which one is likely meant; nil for any other.
func noCommand(root *kong.Node, err error, args []string) error {
	word := args[0]
	var commands []string
	for _, c := range root.Children {
		commands = append(commands, c.Name)
	}
	if strings.HasPrefix(word, "-") || slices.Contains(commands, word) || !strings.HasPrefix(err.Error(), "unexpected argument "+word) ||
		strings.Contains(err.Error(), "did you mean") {
		return nil
	}
	advice := "expected one of " + strings.Join(commands, ", ")
	switch line, ok := meant(commands, args); {
	case ok:
		advice = fmt.Sprintf("did you mean %s %s?", called, line)
	case len(args) > 1:
		advice = fmt.Sprintf("%s list NAME says what a strategy, loss or sampler is; %s", called, advice)
	}
	return wrongUsage("there is no command %s: %s", word, advice)
}

// meant returns the command line that names what a wrong one names: what is
// listed, or a study; and help of a command where help is asked for.
func meant(commands, args []string) (line string, ok bool) {
	list, err := newListed()
	if err != nil {
		return "", false
	}
	experiments, err := study.Experiments()
	if err != nil {
		return "", false
	}
	of := studyNames(experiments)
	for _, word := range args {
		if found, err := list.only(word); err == nil && len(found) > 0 {
			return "list " + word, true
		} else if slices.Contains(of, word) {
			return "study " + word, true
		}
	}
	if args[0] == "help" {
		if len(args) > 1 && slices.Contains(commands, args[1]) {
			return args[1] + " --help", true
		}
		return "--help", true
	}
	return "", false
}
