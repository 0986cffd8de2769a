package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mattn/go-shellwords"

	"detsample/internal/registry"
)

// Command is a command line with placeholders: words are parted and quoted as
// in a shell, but no shell runs them, so that there are no variables, pipes or
// redirections unless the command is a shell. A placeholder is a name in
// braces, and {{ and }} around one keep it as it stands.
type Command string

// placeholders are what a command may name, in the order of the documentation.
var placeholders = []string{"strategy", "name", "lr", "seed", "data", "budget", "out", "gpu"}

var placeholder = regexp.MustCompile(`\{\{[a-z_]+\}\}|\{[a-z_]+\}`)

// words returns the words, with placeholders, or what is wrong with them.
func (c Command) words() ([]string, error) {
	p := shellwords.NewParser()
	words, err := p.Parse(string(c))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: quote what is no plain word, or write sh -c '...' for a shell", err)
	case p.Position >= 0:
		return nil, fmt.Errorf("it has %q, which begins with what only a shell knows: write sh -c '...', or quote it", from(string(c), p.Position))
	case len(words) == 0 || words[0] == "":
		return nil, errors.New("it is empty: expected a program and its arguments, such as python train.py {strategy} {seed} {data} {budget} {out}")
	}
	for _, name := range named(words) {
		if slices.Contains(placeholders, name) {
			continue
		}
		hint := ""
		if near := registry.Nearest(name, placeholders); near != "" {
			hint = fmt.Sprintf("; did you mean {%s}?", near)
		}
		return nil, fmt.Errorf("it has {%s}: expected one of {%s}%s, or {{%s}} for the word in braces", name, strings.Join(placeholders, "}, {"), hint, name)
	}
	return words, nil
}

// from returns what of a text begins at a place, shortened.
func from(text string, place int) string {
	runes := []rune(text)
	rest := runes[min(place, len(runes)):]
	return string(rest[:min(len(rest), 20)])
}

// named lists the placeholders in words.
func named(words []string) (names []string) {
	for _, word := range words {
		for _, found := range placeholder.FindAllString(word, -1) {
			if !strings.HasPrefix(found, "{{") {
				names = append(names, strings.Trim(found, "{}"))
			}
		}
	}
	return names
}

// Names reports whether the command names a placeholder.
func (c Command) Names(placeholder string) bool {
	words, err := c.words()
	return err == nil && slices.Contains(named(words), placeholder)
}

// Fill returns the words with values for placeholders, each within its word,
// whatever characters a value has. It panics on a command that is not valid.
func (c Command) Fill(values map[string]string) []string {
	words, err := c.words()
	if err != nil {
		panic("config: Command.Fill: the command is not valid: " + err.Error())
	}
	for i, word := range words {
		words[i] = placeholder.ReplaceAllStringFunc(word, func(found string) string {
			if strings.HasPrefix(found, "{{") {
				return found[1 : len(found)-1]
			}
			return values[strings.Trim(found, "{}")]
		})
	}
	return words
}
