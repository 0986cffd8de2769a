package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"detsample/internal/panics"
	"detsample/internal/program"
	"detsample/internal/registry"
)

// The exit statuses.
const (
	statusFailure     = 1
	statusUsage       = 2
	statusPartial     = 3
	statusInterrupted = 130 // 128 + SIGINT, as shells report it
)

// failure is an error with an exit status of its own.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// wrongUsage returns an error about the command line.
func wrongUsage(format string, args ...any) error {
	return &failure{statusUsage, fmt.Errorf(format, args...)}
}

// usage turns a parser's error into one that says where help is.
func usage(err error, parsed *kong.Context) error {
	command := called
	if parseError, ok := errors.AsType[*kong.ParseError](err); ok && parsed == nil {
		parsed = parseError.Context
	}
	if parsed != nil && parsed.Selected() != nil {
		command += " " + parsed.Selected().Name
	}
	if parsed != nil && strings.HasPrefix(err.Error(), "unexpected argument") {
		if wanted := requiredFlags(parsed.Selected()); wanted != "" {
			err = fmt.Errorf("%w: expected%s", err, wanted)
		} else if flag := flagFor(parsed.Selected(), strings.TrimPrefix(err.Error(), "unexpected argument ")); flag != "" {
			err = fmt.Errorf("%w: did you mean %s?", err, flag)
		}
	}
	return wrongUsage("%w; see %s --help", err, command)
}

// requiredFlags lists the flags that a command cannot do without, if it takes
// nothing but flags.
func requiredFlags(command *kong.Node) (list string) {
	if command == nil || len(command.Positional) > 0 {
		return ""
	}
	for _, f := range command.Flags {
		if f.Required {
			list += " --" + f.Name + " " + f.PlaceHolder
		}
	}
	return list
}

// flagFor returns the flag with which a command that takes nothing but flags would
// take a file, "" if it is none that it takes.
func flagFor(command *kong.Node, word string) string {
	if command == nil || len(command.Positional) > 0 {
		return ""
	}
	name := "config"
	if ext := strings.ToLower(filepath.Ext(word)); filepath.Base(word) == "data.yaml" || ext != ".yaml" && ext != ".yml" {
		name = "data"
		if _, err := os.Stat(word); err != nil {
			return ""
		}
	}
	if !slices.ContainsFunc(command.Flags, func(f *kong.Flag) bool { return f.Name == name }) {
		return ""
	}
	return "--" + program.Line(name, word)
}

// unknown returns the error for a name that is not among those known.
func unknown(kind, name string, among []string) error {
	return wrongUsage("%w", registry.Unknown(kind, name, among))
}

// unlisted is unknown of names that are too many for a line: the groups stand for those
// within them, and a command of this program has all.
func unlisted(kind, name string, groups, within []string, command string) error {
	if nearest := registry.Nearest(name, slices.Concat(groups, within)); nearest != "" {
		return wrongUsage("unknown %s %q: did you mean %s? %s %s has them all", kind, name, nearest, called, command)
	}
	return wrongUsage("unknown %s %q: expected one of %s, or a name that %s %s has", kind, name, strings.Join(groups, ", "), called, command)
}

// known returns an error unless name is among those given.
func known(kind, name string, among []string) error {
	if slices.Contains(among, name) {
		return nil
	}
	return unknown(kind, name, among)
}

// reported is an error whose every line has been printed already.
var reported = &failure{statusFailure, errors.New("reported")}

// longestLine is the most characters of a line of a message that are printed: a
// name can be as long as the file that holds it.
const longestLine = 1000

// message returns the text of an error in lines that a person can read. Names on
// the command line keep to their line, so that none can pass for a message of
// its own, and the middle of a line that is too long is left out.
func message(err error, args []string) string {
	text := err.Error()
	for _, arg := range args {
		if strings.ContainsRune(arg, '\n') {
			text = strings.ReplaceAll(text, arg, printable(arg))
		}
	}
	if len(text) <= longestLine {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if letters := []rune(line); len(letters) > longestLine {
			lines[i] = string(letters[:longestLine*3/4]) + " ... " + string(letters[len(letters)-longestLine/4:])
		}
	}
	return strings.Join(lines, "\n")
}

// complain prints an error about a command line, each line of it with the
// program's name but for indented advice, and returns the exit status. Of a panic
// the stack follows, indented.
func complain(stderr io.Writer, err error, args []string) int {
	if err == nil {
		return 0
	}
	if !errors.Is(err, reported) {
		for line := range strings.Lines(message(err, args)) {
			if !strings.HasPrefix(line, "  ") {
				line = called + ": " + line
			}
			fmt.Fprintln(stderr, strings.TrimRight(line, "\n"))
		}
		if p, ok := errors.AsType[*panics.Panic](err); ok {
			for line := range strings.Lines(p.Stack()) {
				fmt.Fprintln(stderr, "  "+strings.TrimRight(line, "\n"))
			}
		}
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.status
	}
	return statusFailure
}
