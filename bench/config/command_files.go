package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// written is what a shell's word says of a file that it writes to.
var written = regexp.MustCompile(`(>+[&|]?|\btee\b(\s+-\S+)*)\s*[^\s;|&<>()]+`)

// Files returns the regular files that the command names, as words, or within
// words such as --config=a.yaml and those of sh -c, each once and in their order.
// Names are looked up from the working folder, where the command is run. A program
// that is looked for in PATH is none of them, nor is what a shell writes to.
func (c Command) Files() (files []string) {
	words, err := c.words()
	if err != nil {
		return nil
	}
	add := func(name string) {
		info, err := os.Stat(name)
		if err == nil && info.Mode().IsRegular() && !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	for i, word := range words {
		if i == 0 && !strings.ContainsAny(word, `/\`) {
			continue
		}
		add(word)
		for _, part := range strings.FieldsFunc(written.ReplaceAllString(word, " "), parting) {
			add(part)
		}
	}
	return files
}

// parting reports whether a character ends a name within a word.
func parting(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("=,;|&<>()'\"`$", r) }
