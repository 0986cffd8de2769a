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

// rename puts the program's own name where help says how to call it: before a
// command's name. Elsewhere detsample is a value, such as of --anchors.
func rename(root *kong.Node, name string) {
	var commands []string
	for _, c := range root.Children {
		commands = append(commands, regexp.QuoteMeta(c.Name))
	}
	renameCalls(root, name, regexp.MustCompile(`\bdetsample (`+strings.Join(commands, "|")+`)\b`))
}

func renameCalls(n *kong.Node, name string, callOf *regexp.Regexp) {
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
		renameCalls(child, name, callOf)
	}
}
