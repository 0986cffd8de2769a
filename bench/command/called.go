package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// called is the program's name in messages and advice: a user's own program
// that calls [Main] has another than detsample.
var called = nameOf(os.Args)

// nameOf returns the name of a program by its command line.
func nameOf(args []string) string {
	if len(args) == 0 {
		return "detsample"
	}
	name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	if name == "." || name == string(filepath.Separator) {
		return "detsample"
	}
	return printable(name)
}

// callOf is how help says to call the program: its name before a command's.
var callOf = regexp.MustCompile(`\bdetsample ([a-z]+)\b`)

// rename puts the program's own name where help says how to call it.
func rename(n *kong.Node, name string) {
	rewrite := func(s string) string {
		return callOf.ReplaceAllStringFunc(s, func(call string) string { return name + strings.TrimPrefix(call, "detsample") })
	}
	n.Help, n.Detail = rewrite(n.Help), rewrite(n.Detail)
	for _, f := range n.Flags {
		f.Help = rewrite(f.Help)
	}
	for _, p := range n.Positional {
		p.Help = rewrite(p.Help)
	}
	for _, child := range n.Children {
		rename(child, name)
	}
}
